"""Reading the record: of one subject, of one editor, of the whole newsroom; newest first, a page at a time."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, false, func, select, union_all
from sqlalchemy.orm import Session

from tracker.errors import N_, Message
from tracker.ledger.models import Event, EventTexts
from tracker.ledger.rows import split
from tracker.ledger.texts import is_place
from tracker.sql import AnyRow, AnySelect, read_columns

PAGE = 50
_QUERY = select(Event.seq, Event.at, Event.actor, Event.subject, Event.kind, Event.canonical, EventTexts.texts).outerjoin(
    EventTexts, EventTexts.seq == Event.seq
)
_BATCH = 500
_FEW: Final = 20_000  # events of some days that an index finds quicker than a walk through the history

# In an entry's data in place of an erased text. Compare with `is`.
REDACTED: Final = Message(N_("[erased]"))


@dataclass(frozen=True)
class Entry:
    """One event, its data with the words in place of their hashes, or REDACTED."""

    seq: int
    at: datetime
    actor: str  # "editor:3" or "system"
    subject: str  # "claim:147"
    kind: str
    data: dict[str, Any]

    def parts(self) -> dict[str, dict[str, Any]]:
        """The event's values of rows, by their names: what is "set" and what "was". The subject, or its row, comes first."""
        also = self.data.get("also")
        first = str(self.data.get("row") or self.subject)
        return {
            name: {key: value if isinstance(value, dict) else {} for key, value in part.items() if key in ("set", "was")}
            for name, part in ((first, self.data), *(also.items() if isinstance(also, dict) else ()))
            if isinstance(part, dict)
        }

    def find_set(self, field: str) -> Any:
        """What the event set a field to: in its subject or row, or else in a row that changed with it; None where in none."""
        return next((part["set"][field] for part in self.parts().values() if field in part.get("set", ())), None)

    @property
    def subject_set(self) -> dict[str, Any]:
        """What the event set in its subject."""
        found: dict[str, Any] = self.parts().get(self.subject, {}).get("set", {})
        return found

    def read_text(self, path: str) -> str:
        """The text at a dotted path of the data; empty where there is none."""
        value: Any = self.data
        for step in path.split("."):
            value = value[int(step)] if isinstance(value, list) else value.get(step, "")
        return value if isinstance(value, str) else ""

    @property
    def editor_id(self) -> int | None:
        """Who did it; None is the system."""
        kind, number = split(self.actor) or ("", 0)
        return number if kind == "editor" else None


@dataclass(frozen=True)
class Page:
    """Some entries, newest first. `older` is what to ask for next as `before`; None at the end."""

    entries: tuple[Entry, ...]
    older: int | None


def without_speakers(entry: Entry) -> Entry:
    """An event without whose words a claim has: for those who may not learn whom an article only suggests."""

    def bare(part: dict[str, object]) -> dict[str, Any]:
        kept = {key: value for key, value in part.items() if key != "speaker_id"}
        return {key: bare(value) if isinstance(value, dict) else value for key, value in kept.items()}

    return replace(entry, data=bare(entry.data)) if entry.subject.startswith("claim:") else entry


def events_of(session: Session, subject: str, *, before: int | None = None, limit: int = PAGE) -> Page:
    """What happened to a subject ("claim:147"); `before` is the seq at which the page before ended."""
    asked = {"subject": subject, "before": before}
    return _cut(read_columns(session, _of_subject(limit, before is not None), asked).all(), limit)


@lru_cache
def _of_subject(limit: int, is_later_page: bool) -> AnySelect:
    query = _QUERY.where(Event.subject == bindparam("subject")).order_by(Event.seq.desc()).limit(limit + 1)
    return query.where(Event.seq < bindparam("before")) if is_later_page else query


def log(
    session: Session,
    *,
    zone: ZoneInfo,
    kinds: Iterable[str] = (),
    actor: str | None = None,
    day_from: date | None = None,
    day_to: date | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """The newsroom's log. `kinds` are whole ("claim.sign") or areas ("claim."); days are those of the zone, both included."""
    wanted: list[ColumnElement[bool]] = []
    asked = tuple(kinds)
    if actor is not None:
        wanted.append(Event.actor == actor)
    days = _days(zone, day_from, day_to)
    if days:
        # By number and not by the clock, which may have gone backwards; so the days only say between which numbers to look.
        # PostgreSQL would walk to the first and the last of them by number, mostly through the whole history.
        few = select(Event.seq).where(*days).limit(_FEW + 1).subquery()
        first, last, number = session.execute(
            select(func.min(few.c.seq), func.max(few.c.seq), func.count()).select_from(few)
        ).one()
        if number > _FEW:
            first, last = session.execute(select(func.min(Event.seq), func.max(Event.seq)).where(*days)).one()
        wanted += [Event.seq.between(first, last), *days]
    if asked:
        chosen = [kind for kind in list_kinds(session) if any(_fits(kind, each) for each in asked)]
        wanted.append(_of_kinds(chosen, wanted, before, limit))
    return _page(session, wanted, before, limit)


def list_kinds(session: Session) -> list[str]:
    """The kinds of all events, in alphabetical order. A loose index scan: as many steps as kinds."""
    hops = select(func.min(Event.kind).label("kind")).cte("hops", recursive=True)
    following = select(func.min(Event.kind)).where(Event.kind > hops.c.kind).scalar_subquery()
    hops = hops.union_all(select(following).where(hops.c.kind.is_not(None)))
    return list(session.scalars(select(hops.c.kind).where(hops.c.kind.is_not(None))))


def get_event(session: Session, seq: int) -> Entry | None:
    """One event by its number."""
    return next(iter(_page(session, [Event.seq == seq], None, 1).entries), None)


def events_after(session: Session, subject: str, seq: int, *, limit: int) -> list[Entry]:
    """The next events about a subject behind a number, oldest first."""
    query = _QUERY.where(Event.subject == subject, Event.seq > seq).order_by(Event.seq).limit(limit)
    return [_as_entry(row) for row in session.execute(query)]


def get_events(session: Session, numbers: Iterable[int]) -> list[Entry]:
    """Some events by their numbers, oldest first; those that do not exist are left out."""
    wanted = sorted(set(numbers))
    found: list[Entry] = []
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        found.extend(reversed(_page(session, [Event.seq.in_(batch)], None, len(batch)).entries))
    return found


def _fits(kind: str, asked: str) -> bool:
    return kind.startswith(asked) if asked.endswith(".") else kind == asked


def _of_kinds(kinds: list[str], wanted: list[ColumnElement[bool]], before: int | None, limit: int) -> ColumnElement[bool]:
    if not kinds:
        return false()
    # The newest of each kind, of which the page takes what it needs: a condition on several kinds at once would sort them all.
    newest = [
        select(Event.seq)
        .where(Event.kind == kind, *wanted, *([Event.seq < before] if before is not None else []))
        .order_by(Event.seq.desc())
        .limit(limit + 1)
        .subquery()
        for kind in kinds
    ]
    return Event.seq.in_(union_all(*(select(each.c.seq) for each in newest)))


def _days(zone: ZoneInfo, day_from: date | None, day_to: date | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if day_from is not None:
        wanted.append(Event.at >= _start(day_from, zone))
    if day_to is not None and day_to < date.max:
        wanted.append(Event.at < _start(day_to + timedelta(days=1), zone))
    return wanted


def _start(day: date, zone: ZoneInfo) -> datetime:
    start = datetime.combine(day, time.min, tzinfo=zone)
    try:
        return start.astimezone(UTC)
    except OverflowError:  # the first day of the calendar, east of Greenwich
        return start.replace(tzinfo=UTC)


def _page(session: Session, wanted: list[ColumnElement[bool]], before: int | None, limit: int) -> Page:
    query = _QUERY.where(*wanted).order_by(Event.seq.desc()).limit(limit + 1)
    return _cut(session.execute(query if before is None else query.where(Event.seq < before)).all(), limit)


def _cut(rows: Sequence[AnyRow], limit: int) -> Page:
    entries = tuple(_as_entry(row) for row in rows[:limit])
    return Page(entries, entries[-1].seq if len(rows) > limit else None)


def _as_entry(row: AnyRow) -> Entry:
    kept: dict[str, dict[str, str]] = json.loads(row.texts) if row.texts else {}
    data: dict[str, Any] = _resolved(json.loads(row.canonical)["data"], "", kept)
    return Entry(row.seq, row.at, row.actor, row.subject, row.kind, data)


def _resolved(data: object, path: str, kept: dict[str, dict[str, str]]) -> Any:
    if isinstance(data, dict):
        if path in kept:
            return kept[path]["text"]
        if is_place(data, path):
            return REDACTED
        return {key: _resolved(value, f"{path}.{key}" if path else key, kept) for key, value in data.items()}
    if isinstance(data, list):
        return [_resolved(value, f"{path}.{index}" if path else str(index), kept) for index, value in enumerate(data)]
    return data
