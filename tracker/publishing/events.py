"""Descriptors of the events of publication, of people's scorecards and of readers' reports."""

from typing import Final

from tracker.errors import N_, Message
from tracker.ledger.descriptors import Descriptors, EventKind, Field, Group, Member, Names, RowCheck, RowKind
from tracker.ledger.formatters import reason_field, text_field
from tracker.ledger.queries import Entry
from tracker.publishing import people
from tracker.publishing.text_stores import STORES

PUBLICATION = Group("publication", N_("Publication and reports"), 45)
_WHY: Final = Member("reason", reason_field(N_("Why")))


def _describe_plan(entry: Entry, _names: Names) -> Message:
    return Message(N_("planned the publication of the article for %(moment)s"), {"moment": entry.data.get("go_live_at")})


DESCRIPTORS = Descriptors(
    events=(
        EventKind("publication.published", N_("published the article"), PUBLICATION, icon="confirmed"),
        EventKind("publication.scheduled", _describe_plan, PUBLICATION, icon="upcoming"),
        EventKind("publication.unscheduled", N_("cancelled the planned publication of the article"), PUBLICATION),
        EventKind(
            "publication.blocked",
            N_("The planned publication was cancelled: a text names an implied speaker."),
            PUBLICATION,
            automatic=True,
        ),
        EventKind(
            "publication.offline",
            N_("took the article offline"),
            PUBLICATION,
            members=(Member("line", text_field(N_("What readers find"))), _WHY),
            icon="withdrawn",
        ),
        EventKind(
            "publication.noindex",
            N_("changed whether search engines may list the article"),
            PUBLICATION,
            members=(Member("noindex", Field(N_("Left out by search engines"))),),
        ),
        EventKind(people.SHOWN, N_("showed the scorecard of this person to readers"), PUBLICATION, members=(_WHY,)),
        EventKind(people.HIDDEN, N_("hid the scorecard of this person from readers"), PUBLICATION, members=(_WHY,)),
        EventKind("report.received", N_("A reader sent a report."), PUBLICATION, automatic=True, private=True),
        EventKind("report.answered", N_("answered a reader’s report"), PUBLICATION, private=True),
        EventKind("report.dismissed", N_("closed a reader’s report"), PUBLICATION, private=True),
        EventKind("reply.published", N_("published a reply beside the verdict"), PUBLICATION, icon="confirmed"),
    ),
    stores=STORES,
    checks=(RowCheck("scorecards of people", people.find_unrecorded),),
    rows=(RowKind("report", N_("report %(number)s")),),
)
