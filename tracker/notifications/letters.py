"""What a message says, as data: the same for its HTML and its plain text. Written in the language spoken now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tracker import bidi
from tracker.claims.queries.rows import ClaimRow
from tracker.notifications import headings
from tracker.notifications.digests import Digest
from tracker.notifications.headings import Notice
from tracker.notifications.links import Links
from tracker.notifications.models import Frequency
from tracker.notifications.roster import Delivery, Roster
from tracker.notifications.steps import Kind, Step
from tracker.web import formatting
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language, ngettext
from tracker.webhooks.roll import Hook

# Always beside the word.
_SHAPES: Final = {"escalation": "▲", "overdue": "▲", "due": "○", "upcoming": "○", "signoff": "■"}


@dataclass(frozen=True)
class Item:
    """One claim of a list. `language` is that of the statement; `about` are short remarks."""

    statement: str
    language: str
    url: str
    about: tuple[str, ...]
    supports: int
    contradicts: int
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


@dataclass(frozen=True)
class Letter:
    """A whole message. `links` are (words, address); `stop` stops messages like this one with one click, "" where it cannot."""

    language: str
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


def of_digest(digest: Digest, day: date, now: Roster, links: Links) -> Letter:
    """An editor's digest. `day` is the one it was meant for, which is earlier where it was missed."""
    sections = tuple(_section(group.key, group.rows, group.total, now.today, links, digest.instead_of) for group in digest.groups)
    counts = {group.key: group.total for group in digest.groups}
    remarks: tuple[str, ...] = ()
    if day < now.today:
        remarks = (_("This is the digest of %(day)s. It could not be sent then.", day=formatting.day_full(day, language())),)
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
    return Letter(
        language=language(),
        newsroom=now.newsroom.name,
        subject=headings.counted(counts),
        title=headings.counted_aloud(counts),
        dateline=_dateline(person.name, now),
        sections=sections,
        remarks=remarks,
        button=(_("Open the queue"), links.queue),
        afterwards=ahead,
        why=_rhythm(person.wishes.digest, now.hour(Delivery(person.email, person.language, person))),
        **_footer(Delivery(person.email, person.language, person), "digest", links),
    )


def of_notices(notices: Sequence[Notice], delivery: Delivery, now: Roster, links: Links) -> Letter:
    """A message about one claim, or one instead of several."""
    if len(notices) > 1:
        return _of_several(notices, delivery, now, links)
    notice = notices[0]
    claim = notice.claim
    title = headings.title(notice, now.today)
    return Letter(
        language=language(),
        newsroom=now.newsroom.name,
        subject=_("%(field)s: %(value)s", field=title, value=claim.statement),
        title=title,
        dateline=_dateline(delivery.person.name if delivery.person else "", now),
        sections=(Section(_SHAPES[_key(notice, now.today)], "", (_item(claim, now.today, links, {}),)),),
        remarks=headings.remarks(notice, delivery, now),
        button=(_("Open the claim"), links.claim(claim.id)),
        why=headings.why(notice, delivery),
        **_footer(delivery, _scope(notice), links),
    )


def of_test(delivery: Delivery, now: Roster, links: Links) -> Letter:
    """A message that somebody sends to themselves to see whether it arrives."""
    return Letter(
        language=language(),
        newsroom=now.newsroom.name,
        subject=_("This is a test"),
        title=_("This is a test"),
        dateline=_dateline(delivery.person.name if delivery.person else "", now),
        remarks=(_("You asked for it on the page of your reminders. E-mail from the tracker reaches you."),),
        button=(_("Open the queue"), links.queue),
        links=((_("Change what you are sent"), links.wishes),),
    )


def of_paused_hook(hook: Hook, delivery: Delivery, now: Roster, links: Links) -> Letter:
    """To whoever looks after a webhook that was paused because it did not work."""
    title = _("A webhook was paused")
    said = _("It said last: %(words)s", words=hook.said) if hook.said else ""
    return Letter(
        language=language(),
        newsroom=now.newsroom.name,
        subject=_("%(field)s: %(value)s", field=title, value=hook.name),
        title=_("%(field)s: %(value)s", field=title, value=hook.name),
        dateline=_dateline(delivery.person.name if delivery.person else "", now),
        remarks=tuple(
            each
            for each in (
                _("Nothing has reached it for seven days, or its receiver said that it is gone. It is told nothing more."),
                said,
                _("Put it right, send it a test, and switch it on again. What happened meanwhile is not sent later."),
            )
            if each
        ),
        button=(_("Open the webhooks"), links.webhooks),
        why=_("Sent because you look after this webhook."),
    )


def _of_several(notices: Sequence[Notice], delivery: Delivery, now: Roster, links: Links) -> Letter:
    by_key: dict[str, list[Notice]] = {}
    for notice in notices:
        by_key.setdefault(_key(notice, now.today), []).append(notice)
    sections, counts = [], {}
    for key in (key for key in _SHAPES if key in by_key):
        some = sorted(by_key[key], key=lambda notice: (notice.claim.review_on or now.today, notice.claim.id))
        instead_of = {notice.claim.id: notice.owed_to for notice in some if notice.owed_to}
        counts[key] = len(some)
        sections.append(_section(key, [notice.claim for notice in some], len(some), now.today, links, instead_of))
    return Letter(
        language=language(),
        newsroom=now.newsroom.name,
        subject=headings.counted(counts),
        title=headings.counted_aloud(counts),
        dateline=_dateline(delivery.person.name if delivery.person else "", now),
        sections=tuple(sections),
        button=(_("Open the queue"), links.queue),
        why=headings.why(notices[0], delivery),
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


def _section(key: str, rows: Sequence[ClaimRow], total: int, today: date, links: Links, instead_of: dict[int, str]) -> Section:
    items = tuple(_item(row, today, links, instead_of) for row in rows)
    title = f"{headings.section(key)} ({formatting.number(total, language())})"
    return Section(_SHAPES[key], title, items, total - len(items))


def _item(row: ClaimRow, today: date, links: Links, instead_of: dict[int, str]) -> Item:
    about = [bidi.isolate(row.speaker) if row.speaker else _("The article itself")]
    if row.is_implied:
        about[0] += f" {_('(implied)')}"
    if row.id in instead_of:
        about.append(_("for %(name)s", name=instead_of[row.id]))
    review_on = row.review_on or today
    return Item(
        statement=" ".join(row.statement.split()),
        language=row.language,
        url=links.claim(row.id),
        about=tuple(" ".join(each.split()) for each in about),
        supports=row.evidence.get("supports", 0),
        contradicts=row.evidence.get("contradicts", 0),
        day=_short(review_on, today),
        distance=formatting.rel(review_on, today, language()),
        is_late=review_on < today,
    )


def _short(day: date, today: date) -> str:
    return formatting.day_short(day, language()) if day.year == today.year else formatting.day(day, language())


def _dateline(name: str, now: Roster) -> str:
    full = formatting.day_full(now.today, language())
    full = full[:1].upper() + full[1:]
    return _("%(day)s · for %(name)s", day=full, name=name) if name else full


def _rhythm(frequency: Frequency, hour: int) -> str:
    # Three whole sentences: in French, the place of the hour differs.
    sentences = {
        Frequency.WEEKLY: _("Sent once a week at %(time)s, only when there is something to do.", time=headings.oclock(hour)),
        Frequency.DAILY: _("Sent every day at %(time)s, only when there is something to do.", time=headings.oclock(hour)),
    }
    usual = _("Sent on working days at %(time)s, only when there is something to do.", time=headings.oclock(hour))
    return sentences.get(frequency, usual)


def _footer(delivery: Delivery, scope: str, links: Links) -> dict[str, Any]:
    if delivery.person is None:
        return {"links": ((_("Change this address"), links.newsroom),)}
    stop = links.stop(delivery.person.id, scope)
    change: Iterable[tuple[str, str]] = ((_("Change what you are sent"), links.wishes), (_("Stop these e-mails"), stop))
    return {"links": tuple(change), "stop": stop}
