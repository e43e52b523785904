"""The newsroom's log: a page of events, filtered, each described in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.errors import Message
from tracker.ledger import queries
from tracker.ledger.descriptions import Description, describe, load_names
from tracker.ledger.descriptors import EDITORS, EVENT_KINDS, EVERYONE, find_event_kind, name_row
from tracker.ledger.queries import Entry, Page

# Of one subject's events, at most this many are looked through for a page.
SEARCHED_MAX: Final = 2_000


@dataclass(frozen=True)
class Filters:
    """What is asked for; days are those of the newsroom, both included. `subject` is a name such as "claim:147"."""

    group: str = ""
    editor_id: int | None = None
    day_from: date | None = None
    day_to: date | None = None
    subject: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of events of the group; empty for all."""
        return tuple(each.kind for each in EVENT_KINDS.values() if each.group.key == self.group)

    @property
    def actor(self) -> str | None:
        """The actor as events name them."""
        return f"editor:{self.editor_id}" if self.editor_id is not None else None


@dataclass(frozen=True)
class LogLine:
    """One event with its description, and what it is about by its name of today."""

    entry: Entry
    described: Description
    about: Message


@dataclass(frozen=True)
class Log:
    """A page, newest first. `older` is the cursor of the next page as `before`."""

    lines: list[LogLine]
    older: int | None


def load_log(
    session: Session,
    filters: Filters,
    *,
    zone: ZoneInfo,
    audiences: frozenset[str] = frozenset({EVERYONE}),
    before: int | None = None,
) -> Log:
    """A page of the log. Events for other audiences are left out, so a page may be short."""
    if filters.subject:
        page = _load_subject(session, filters, zone, before)
    else:
        page = queries.log(
            session,
            zone=zone,
            kinds=filters.kinds,
            actor=filters.actor,
            day_from=filters.day_from,
            day_to=filters.day_to,
            before=before,
        )
    entries = visible_entries(page.entries, audiences)
    names = load_names(session, entries)
    return Log([LogLine(entry, describe(entry, names), name_row(entry.subject, names)) for entry in entries], page.older)


def visible_entries(entries: Iterable[Entry], audiences: frozenset[str]) -> list[Entry]:
    """The entries that these audiences may see, without the speakers of claims for readers who may not see private notes."""
    visible = [entry for entry in entries if find_event_kind(entry.kind).audience in audiences]
    return visible if EDITORS in audiences else [queries.without_speakers(entry) for entry in visible]


def _load_subject(session: Session, filters: Filters, zone: ZoneInfo, before: int | None) -> Page:
    """A page of one subject's events, which are few enough to be filtered here."""
    found: list[Entry] = []
    searched = 0
    while True:
        page = queries.events_of(session, filters.subject, before=before)
        for entry in page.entries:
            searched += 1
            if _fits(entry, filters, zone):
                found.append(entry)
            if len(found) == queries.PAGE or searched == SEARCHED_MAX:
                return Page(tuple(found), None if entry is page.entries[-1] and page.older is None else entry.seq)
        if page.older is None:
            return Page(tuple(found), None)
        before = page.older


def _fits(entry: Entry, filters: Filters, zone: ZoneInfo) -> bool:
    day = entry.at.astimezone(zone).date()
    return (
        (not filters.group or entry.kind in filters.kinds)
        and (filters.actor is None or entry.actor == filters.actor)
        and (filters.day_from is None or day >= filters.day_from)
        and (filters.day_to is None or day <= filters.day_to)
    )
