"""Descriptors of the events of publication, of people's scorecards and of readers' reports."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.addresses import slug
from tracker.errors import N_
from tracker.ledger.descriptors import Descriptors, EventKind, Field, Group, Member, RowCheck, RowKind, from_data, phrase
from tracker.ledger.formatters import reason_field, text_field
from tracker.ledger.text_stores import EventData, StoredText, TextStore, column_store
from tracker.public.models import Publication, Report
from tracker.publishing import people
from tracker.publishing.models import ReportMail


def _find_slugs(session: Session, words: str) -> list[StoredText]:
    wanted = slug(words)
    if not wanted:
        return []
    query = select(Publication.article_id).where(Publication.slug.contains(wanted, autoescape=True))
    return [StoredText(f"publication:{number}", f"article:{number}") for number in session.scalars(query)]


def _shorten_addresses(session: Session, _words: str, chosen: list[StoredText]) -> EventData:
    """Leave the number alone in the address; it is what finds the page."""
    for each in chosen:
        row = session.scalars(select(Publication).where(Publication.article_id == int(each.row.partition(":")[2]))).one()
        row.slug = ""
    session.flush()
    return {each.subject: {} for each in chosen}


STORES = (
    TextStore(N_("Address of a public page"), frozenset({"publication.slug"}), _find_slugs, _shorten_addresses),
    column_store(
        N_("Line that readers find where an article was"),
        Publication.offline_line,
        subject=lambda row: f"article:{row.article_id}",
    ),
    column_store(N_("Report from a reader"), Report.name, Report.email, Report.body, Report.answer),
    column_store(N_("E-mail about a report"), ReportMail.address, ReportMail.fault),
)


PUBLICATION = Group("publication", N_("Publication and reports"), 45)
_WHY: Final = Member("reason", reason_field(N_("Why")))
_PLANNED: Final = phrase(N_("planned the publication of the article for %(moment)s"), moment=from_data("go_live_at"))

DESCRIPTORS = Descriptors(
    events=(
        EventKind("publication.published", N_("published the article"), PUBLICATION, icon="confirmed"),
        EventKind("publication.scheduled", _PLANNED, PUBLICATION, icon="upcoming"),
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
