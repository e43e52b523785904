"""Build the content of messages as data, the same for HTML and plain text, in the language in use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tracker import bidi
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.notifications import subjects
from tracker.notifications.digests import Digest
from tracker.notifications.links import Links
from tracker.notifications.models import Frequency
from tracker.notifications.recipients import Delivery, Directory
from tracker.notifications.steps import Kind, Step
from tracker.notifications.subjects import Notice
from tracker.notifications.webhook_targets import WebhookTarget
from tracker.web import formatting, i18n
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language, ngettext

_BREAKS: Final = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]+")
# Shown with the word, never alone.
_SHAPES: Final = {"escalation": "▲", "overdue": "▲", "due": "○", "upcoming": "○", "signoff": "■"}


@dataclass(frozen=True)
class Item:
    """One claim of a list. `language`: of the statement; `about`: short remarks; `actions`: pairs of label and address."""

    statement: str
    language: str
    url: str
    about: tuple[str, ...]
    actions: tuple[tuple[str, str], ...]
    day: str
    distance: str
    is_late: bool


@dataclass(frozen=True)
class Section:
    """A list of claims. `title` is empty where a message is about one claim; `more` claims are not named."""

    shape: str
    title: str
    items: tuple[Item, ...]
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class MessageContent:
    """A whole message, in the `language` in use when it is made.

    `links` are (words, address); `stop` stops messages like this one with one click, "" where it cannot.
    """

    language: str = field(default_factory=i18n.language)
    newsroom: str
    subject: str
    title: str
    dateline: str
    sections: tuple[Section, ...] = ()
    remarks: tuple[str, ...] = ()
    button: tuple[str, str] = ("", "")
    afterwards: str = ""
    why: str = ""
    links: tuple[tuple[str, str], ...] = ()
    stop: str = field(default="", repr=False)


def build_digest(digest: Digest, day: date, now: Directory, links: Links) -> MessageContent:
    """An editor's digest. `day` is the one it was meant for, which is earlier where it was missed."""
    sections = tuple(
        _section(group.key, group.rows, group.total, now.today, links, digest.absent_owners) for group in digest.groups
    )
    counts = {group.key: group.total for group in digest.groups}
    remarks: tuple[str, ...] = ()
    if day < now.today:
        remarks = (
            _("This is the digest of %(day)s, which could not be sent on time.", day=formatting.day_full(day, language())),
        )
    ahead = ""
    if digest.ahead and digest.ahead_from is not None:
        first = formatting.day_long(digest.ahead_from, language())  # in short, French ends it with a full stop of its own
        ahead = ngettext(
            "In the next 30 days: %(n)s more, on %(day)s.",
            "In the next 30 days: %(n)s more, the first on %(day)s.",
            digest.ahead,
            day=first,
        )
    person = digest.person
    return MessageContent(
        newsroom=now.newsroom.name,
        subject=subjects.counted(counts),
        title=subjects.counted_aloud(counts),
        dateline=format_dateline(now.today, person.name),
        sections=sections,
        remarks=remarks,
        button=(_("Open the review queue"), links.queue),
        afterwards=ahead,
        why=_rhythm(person.preferences.digest, now.hour(person.delivery)),
        **_footer(person.delivery, "digest", links),
    )


def build_notices(notices: Sequence[Notice], delivery: Delivery, now: Directory, links: Links) -> MessageContent:
    """A message about one claim, or one instead of several."""
    if len(notices) > 1:
        return _build_several(notices, delivery, now, links)
    notice = notices[0]
    claim, key = notice.claim, _key(notice, now.today)
    title = subjects.title(notice, now.today)
    return MessageContent(
        newsroom=now.newsroom.name,
        subject=_("%(field)s: %(value)s", field=title, value=claim.statement),
        title=title,
        dateline=format_dateline(now.today, delivery.name),
        sections=(Section(_SHAPES[key], "", (_item(claim, key, now.today, links, {}),)),),
        remarks=subjects.remarks(notice, delivery, now),
        button=(_("Open the claim"), links.claim(claim.id)),
        why=subjects.why(notice, delivery),
        **_footer(delivery, _scope(notice), links),
    )


def build_test(delivery: Delivery, now: Directory, links: Links) -> MessageContent:
    """A test message that an editor sends to themselves."""
    return MessageContent(
        newsroom=now.newsroom.name,
        subject=_("This is a test"),
        title=_("This is a test"),
        dateline=format_dateline(now.today, delivery.name),
        remarks=(_("You sent this test from your reminder settings. E-mail from Tracker reaches you."),),
        button=(_("Open the review queue"), links.queue),
        links=((_("Change your reminders"), links.preferences),),
    )


def build_paused_webhook(webhook: WebhookTarget, delivery: Delivery, now: Directory, links: Links) -> MessageContent:
    """A message to the owner of a webhook that was paused after failures."""
    title = _("A webhook was paused")
    return MessageContent(
        newsroom=now.newsroom.name,
        subject=_("%(field)s: %(value)s", field=title, value=webhook.name),
        title=_("%(field)s: %(value)s", field=title, value=webhook.name),
        dateline=format_dateline(now.today, delivery.name),
        remarks=(
            _("Deliveries have failed for seven days, or the receiver answered that it is gone. Nothing more is sent to it."),
            *([_("Last answer: %(words)s", words=webhook.said)] if webhook.said else []),
            _("Fix the problem, send a test and resume the webhook. Events from the pause are not sent later."),
        ),
        button=(_("Open the webhooks"), links.webhooks),
        why=_("You receive this because you own this webhook."),
    )


def _build_several(notices: Sequence[Notice], delivery: Delivery, now: Directory, links: Links) -> MessageContent:
    by_key: dict[str, list[Notice]] = {}
    for notice in notices:
        by_key.setdefault(_key(notice, now.today), []).append(notice)
    sections, counts = [], {}
    for key in (key for key in _SHAPES if key in by_key):
        some = sorted(by_key[key], key=lambda notice: (notice.claim.review_on or now.today, notice.claim.id))
        absent_owners = {notice.claim.id: notice.absent_owner for notice in some if notice.absent_owner}
        counts[key] = len(some)
        sections.append(_section(key, [notice.claim for notice in some], len(some), now.today, links, absent_owners))
    return MessageContent(
        newsroom=now.newsroom.name,
        subject=subjects.counted(counts),
        title=subjects.counted_aloud(counts),
        dateline=format_dateline(now.today, delivery.name),
        sections=tuple(sections),
        button=(_("Open the review queue"), links.queue),
        why=subjects.why(notices[0], delivery),
        **_footer(delivery, _scope(notices[0]), links),
    )


def _key(notice: Notice, today: date) -> str:
    if notice.kind == Kind.SIGNOFF:
        return "signoff"
    if notice.step == Step.ESCALATION:
        return "escalation"
    review_on = notice.claim.review_on or today
    return "upcoming" if notice.step == Step.BEFORE else "overdue" if review_on < today else "due"


def _scope(notice: Notice) -> str:
    return "escalation" if notice.step == Step.ESCALATION else "signoff" if notice.kind == Kind.SIGNOFF else "review"


def _section(key: str, rows: Sequence[ClaimRow], total: int, today: date, links: Links, absent_owners: dict[int, str]) -> Section:
    items = tuple(_item(row, key, today, links, absent_owners) for row in rows)
    title = f"{subjects.section(key)} ({formatting.number(total, language())})"
    return Section(_SHAPES[key], title, items, total - len(items))


def _item(row: ClaimRow, key: str, today: date, links: Links, absent_owners: dict[int, str]) -> Item:
    about = [bidi.isolate(row.speaker) if row.speaker else _("The article itself")]
    if row.is_implied:
        about[0] += f" {_('(implied)')}"
    if row.id in absent_owners:
        about.append(_("for %(name)s", name=absent_owners[row.id]))
    about.append(_evidence(row))
    review_on = row.review_on or today
    write_day = formatting.day_short if review_on.year == today.year else formatting.day
    return Item(
        statement=_one_line(row.statement),
        language=row.language,
        url=links.claim(row.id),
        about=tuple(_one_line(each) for each in about),
        actions=_actions(row.id, key, links),
        day=write_day(review_on, language()),
        distance=formatting.rel(review_on, today, language()),
        is_late=review_on < today,
    )


def _one_line(text: str) -> str:
    """The text on one line. `str.split` would take the thin no-break spaces of French for line breaks."""
    return _BREAKS.sub(" ", text).strip(" ")


def _evidence(row: ClaimRow) -> str:
    supports, contradicts = row.evidence.get("supports", 0), row.evidence.get("contradicts", 0)
    if not supports and not contradicts:
        return _("no evidence yet")
    return _("evidence: %(supports)s for, %(contradicts)s against", supports=supports, contradicts=contradicts)


def _actions(claim_id: int, key: str, links: Links) -> tuple[tuple[str, str], ...]:
    """What can be done about a claim, each a form that asks to sign in first where need be."""
    if key == "signoff":
        return ((_("Sign off"), links.claim(claim_id, "signoff")),)
    return (
        (_("Propose a verdict"), links.claim(claim_id, "verdict")),
        (_("Move the review date"), links.claim(claim_id, "postpone")),
        (_("Reassign"), links.claim(claim_id, "assign")),
    )


def format_dateline(today: date, name: str = "") -> str:
    """The day in full, and for whom a message is, as it is dated."""
    full = formatting.day_heading(today, language())
    return _("%(day)s · for %(name)s", day=full, name=name) if name else full


def _rhythm(frequency: Frequency, hour: int) -> str:
    # Three whole sentences: in French, the place of the hour differs.
    sentences = {
        Frequency.WEEKLY: _("Sent once a week at %(time)s, only when there is something to do.", time=subjects.oclock(hour)),
        Frequency.DAILY: _("Sent every day at %(time)s, only when there is something to do.", time=subjects.oclock(hour)),
    }
    usual = _("Sent on working days at %(time)s, only when there is something to do.", time=subjects.oclock(hour))
    return sentences.get(frequency, usual)


def _footer(delivery: Delivery, scope: str, links: Links) -> dict[str, Any]:
    if delivery.person is None:
        return {"links": ((_("Change this address"), links.newsroom),)}
    stop = links.stop(delivery.person.id, scope)
    return {"links": ((_("Change your reminders"), links.preferences), (_("Stop these e-mails"), stop)), "stop": stop}
