"""Reading a long table in batches by its number, so that memory stays flat however long it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Dialect, Enum, String, exists, func, null, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from tracker.accounts.models import Editor
from tracker.claims.enums import Outcome
from tracker.claims.models import Claim, ClaimTopic, Topic, Verdict
from tracker.db import UTCDateTime
from tracker.exports import formats
from tracker.newsroom import settings
from tracker.sql import AnySelect

BATCH = 1_000

# Values of some claims that come from other tables: claim number -> column -> value.
Gathered = dict[int, dict[str, Any]]
# The condition that a column holds one of those claims: a range of numbers, or a list.
Pick = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True)
class Filters:
    """Which rows. `since` and `until` are days of the newsroom, both included; each table has its own moment for them."""

    topic: int | None = None
    speaker: int | None = None
    article: int | None = None
    owner: int | None = None
    desk: int | None = None  # to which the owner belongs
    outcome: Outcome | None = None
    since: date | None = None
    until: date | None = None
    with_sample: bool = False
    claims: tuple[int, ...] | None = None  # these alone


def apply_filters(session: Session, query: AnySelect, filters: Filters, moment: InstrumentedAttribute[datetime]) -> AnySelect:
    """The query with the rows that the filters let through, of which `moment` is in their period."""
    if not filters.with_sample:
        query = query.where(Claim.is_sample.is_(False))
    for column, wanted in (
        (Claim.speaker_id, filters.speaker),
        (Claim.article_id, filters.article),
        (Claim.owner_id, filters.owner),
        (Verdict.outcome, filters.outcome),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if filters.desk is not None:
        query = query.where(exists().where(Editor.id == Claim.owner_id, Editor.desk_id == filters.desk))
    if filters.claims is not None:
        query = query.where(Claim.id.in_(filters.claims))
    if filters.topic is not None:
        query = query.where(exists().where(ClaimTopic.claim_id == Claim.id, ClaimTopic.topic_id == filters.topic))
    if filters.since is None and filters.until is None:
        return query
    zone = settings.load(session).zone
    if filters.since is not None:
        query = query.where(moment >= datetime.combine(filters.since, time(), zone))
    if filters.until is not None:
        query = query.where(moment < datetime.combine(filters.until + timedelta(days=1), time(), zone))
    return query


def count_rows(session: Session, query: AnySelect, most: int) -> int:
    """The number of rows of a query, counted up to `most`."""
    return session.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0


def fetch_rows(
    session: Session,
    query: AnySelect,
    key: InstrumentedAttribute[int],
    columns: tuple[str, ...],
    empty: Mapping[str, object],
    gather: Callable[[Session, Pick], Gathered] | None,
) -> Iterator[list[object]]:
    """All rows of a query in order of `key`, a number that the first column holds.

    `empty` names the columns that `gather` fills in for a whole batch, with what they are where it finds nothing.
    """
    places = {name: columns.index(name) for name in empty}
    after = 0
    ordered = query.order_by(key)
    # Of the connection, not the session: nothing here is an object that would have to be kept.
    connection = session.connection()
    while found := connection.execute(ordered.where(key > after).limit(BATCH)).all():
        first, last = found[0][0], found[-1][0]
        gathered = gather(session, _between(first, last)) if gather else {}
        for row in found:
            values = list(row)
            extra = gathered.get(row[0], {})
            for name, place in places.items():
                values[place] = extra.get(name, empty[name])
            yield values
        after = last


def _between(first: int, last: int) -> Pick:
    return lambda column: column.between(first, last)


def select_columns(
    columns: tuple[str, ...], sources: Mapping[str, object], table: object, gathered: Mapping[str, object]
) -> list[ColumnElement[Any]]:
    """What to select, in the order of the columns: a source of its own, a place to fill in, or the table's column."""
    return [null().label(c) if c in gathered else _as_text(sources.get(c, getattr(table, c, None))).label(c) for c in columns]


class _Moment(TypeEngine[str]):
    """A moment as every export writes it, made without a detour from the text that SQLite holds."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None]:
        if dialect.name == "sqlite":
            return lambda value: None if value is None else f"{value[:10]}T{value[11:19]}Z"
        return lambda value: None if value is None else formats.format_moment(value.astimezone(UTC))


class _Day(TypeEngine[str]):
    """A day as every export writes it, which is how SQLite holds it."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None] | None:
        return None if dialect.name == "sqlite" else lambda value: None if value is None else value.isoformat()


def _as_text(column: Any) -> Any:
    # Fixed words, days and moments leave as text, as SQLite holds them: Python's own dates and enums would take half of the time.
    if isinstance(column.type, UTCDateTime):
        return type_coerce(column, _Moment)
    if isinstance(column.type, Date):
        return type_coerce(column, _Day)
    return type_coerce(column, String) if isinstance(column.type, Enum) else column


def add_topics(session: Session, pick: Pick, found: Gathered) -> None:
    """The keys of the topics of some claims, put into what was found so far."""
    query = (
        select(ClaimTopic.claim_id, Topic.key)
        .join(Topic, Topic.id == ClaimTopic.topic_id)
        .where(pick(ClaimTopic.claim_id))
        .order_by(ClaimTopic.claim_id, Topic.key)
    )
    for claim_id, key in session.connection().execute(query).all():
        found.setdefault(claim_id, {}).setdefault("topics", []).append(key)
