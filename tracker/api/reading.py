"""Reading rows of a resource: a page of a list, one claim with what belongs to it, by a fixed number of queries."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from tracker.api.cursors import Key
from tracker.api.resources import (
    RESOURCES,
    SPEAKER_COLUMNS,
    TOPICS_OF_CLAIM,
    TRANSLATION_COLUMNS,
    Reader,
    Resource,
    select_history,
)
from tracker.claims.models import Check, Claim, ClaimTranslation, Evidence, Verdict
from tracker.claims.search.matching import Search
from tracker.claims.visibility import may_name_speaker
from tracker.errors import NotFound
from tracker.exports import gathered
from tracker.exports.formats import format_moment
from tracker.exports.query import Filters, count_rows
from tracker.search.folding import parse_query
from tracker.sql import AnySelect, among

COUNT_MAX: Final = 1_000
INCLUDES: Final = ("evidence", "checks", "verdicts", "translations")

# What the order of a list is made of, among the columns that are selected.
_MOMENT, _NUMBER = "order_moment", "order_number"

Row = dict[str, Any]
_BASE_QUERIES: dict[tuple[str, Reader], AnySelect] = {}
_CLAIM_QUERIES: dict[Reader, AnySelect] = {}


def list_rows(
    session: Session, resource: Resource, reader: Reader, filters: Mapping[str, Any], *, after: Key | None, limit: int
) -> tuple[list[Row], Key | None]:
    """Return one page of rows and, where there are more, the key behind which the next begins."""
    words = filters.get("q")
    if words is not None and resource.searched:
        assert after is None or isinstance(after, int)
        return _search(session, resource, reader, filters, words, after=after, limit=limit)
    query = _narrowed(session, resource, reader, filters).limit(limit + 1)
    if name := time_filter(resource, filters):
        return _by_time(session, resource, reader, query, resource.by_time[name], after=after, limit=limit)
    query = query.order_by(resource.key)
    if after is not None:
        query = query.where(resource.key > after)
    found = session.execute(query).all()
    rows = _serialise_all(session, resource, reader, found[:limit])
    return rows, rows[-1][resource.columns[0]] if len(found) > limit else None


def time_filter(resource: Resource, filters: Mapping[str, object]) -> str:
    """The name of the time filter that sets a list's order; "" if it is ordered by key."""
    is_searched = resource.searched and filters.get("q") is not None
    return "" if is_searched else next((name for name in resource.by_time if name in filters), "")


def _by_time(
    session: Session,
    resource: Resource,
    reader: Reader,
    query: AnySelect,
    order: tuple[Any, Any],
    *,
    after: Key | None,
    limit: int,
) -> tuple[list[Row], Key | None]:
    """A page in the order of a moment: what changes while a program walks the list comes again.

    A change that is committed after a later one may be missed; `/events` has no gaps.
    """
    if after is not None:
        query = query.where(tuple_(*order) > after)
    found = session.execute(query.add_columns(order[0].label(_MOMENT), order[1].label(_NUMBER)).order_by(*order)).all()
    rows = _serialise_all(session, resource, reader, found[:limit])
    last = found[limit - 1]._mapping if len(found) > limit else None
    return rows, (last[_MOMENT], last[_NUMBER]) if last is not None else None


def count(session: Session, resource: Resource, reader: Reader, filters: Mapping[str, Any]) -> int | str:
    """The number of rows; "1000+" where there are more than that."""
    if (words := filters.get("q")) is not None and resource.searched:
        return _capped(len(_search_ids(session, resource, reader, filters, words, after=None, limit=COUNT_MAX + 1)))
    return _capped(count_rows(session, _narrowed(session, resource, reader, filters).order_by(None), COUNT_MAX + 1))


def get_claim(session: Session, reader: Reader, claim_id: int, includes: Iterable[str] = ()) -> Row:
    """One claim, with what `includes` names. Raises NotFound."""
    resource = RESOURCES["claims"]
    query = _CLAIM_QUERIES.get(reader)
    if query is None:
        query = _CLAIM_QUERIES[reader] = _narrowed(session, resource, reader, {}).where(Claim.id == bindparam("number"))
    found = session.connection().execute(query, {"number": claim_id}).all()
    if not found:
        raise NotFound()
    topics = session.connection().execute(TOPICS_OF_CLAIM, {"number": claim_id}).scalars().all()
    row = _serialise({**found[0]._mapping, "topics": tuple(topics)}, resource.columns, reader)
    for name in INCLUDES:
        if name in includes:
            row[name] = _READ_INCLUDED[name](session, reader, claim_id)
    return row


def _narrowed(session: Session, resource: Resource, reader: Reader, filters: Mapping[str, object]) -> AnySelect:
    base = _BASE_QUERIES.get((resource.name, reader))
    if base is None:  # making it takes longer than reading one claim by it
        base = _BASE_QUERIES[resource.name, reader] = resource.query(session, reader, Filters(with_sample=reader.sample))
    conditions = _conditions(resource, reader, filters)
    return base.where(*conditions) if conditions else base


def _conditions(resource: Resource, reader: Reader, filters: Mapping[str, object]) -> list[Any]:
    return [resource.filters[name](value, reader) for name, value in filters.items() if name in resource.filters]


def _search(
    session: Session,
    resource: Resource,
    reader: Reader,
    filters: Mapping[str, Any],
    words: str,
    *,
    after: int | None,
    limit: int,
) -> tuple[list[Row], int | None]:
    ids = _search_ids(session, resource, reader, filters, words, after=after, limit=limit + 1)
    shown = ids[:limit]
    query = _narrowed(session, resource, reader, {}).where(among(session, Claim.id, shown))
    rows = {row[resource.columns[0]]: row for row in _serialise_all(session, resource, reader, session.execute(query).all())}
    return [rows[number] for number in shown if number in rows], shown[-1] if len(ids) > limit else None


def _search_ids(
    session: Session,
    resource: Resource,
    reader: Reader,
    filters: Mapping[str, Any],
    words: str,
    *,
    after: int | None,
    limit: int,
) -> list[int]:
    runs = parse_query(words)
    if not runs:
        return []
    # By an id alone: the search's own query knows no other tables.
    some: list[Any] = [Claim.id.in_(_narrowed(session, resource, reader, filters).with_only_columns(Claim.id).order_by(None))]
    if after is not None:
        some.append(Claim.id < after)
    return [row.id for row in Search(runs, None, tuple(some)).page(session, size=limit).rows]


def _serialise_all(session: Session, resource: Resource, reader: Reader, found: Iterable[Any]) -> list[Row]:
    rows = [dict(row._mapping) for row in found]
    if resource.gather is not None and rows:
        keys = [row[resource.columns[0]] for row in rows]
        extra = resource.gather(session, lambda column: among(session, column, keys))
        for row in rows:
            row.update(dict(resource.empty) | extra.get(row[resource.columns[0]], {}))
    return [_serialise(row, resource.columns, reader) for row in rows]


def _serialise(row: Row, columns: tuple[str, ...], reader: Reader) -> Row:
    shown = {name: as_json(row[name]) for name in columns}
    if not reader.desk:
        if not may_name_speaker(row.get("attribution") or ""):
            shown.update(dict.fromkeys((name for name in SPEAKER_COLUMNS if name in shown), None))
        if not row.get("released", True):
            shown["verdict"] = None
    return shown


def as_json(value: object) -> Any:
    """A value as answers hold it: ISO 8601, keys of enums, null for what is not known."""
    if value == "" or value is None:
        return None
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return format_moment(value.astimezone(UTC))
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _included(name: str, column: Any) -> Any:
    def read(session: Session, reader: Reader, claim_id: int) -> list[Row]:
        resource = RESOURCES[name]
        query = _narrowed(session, resource, reader, {}).where(column == claim_id).order_by(resource.key)
        return _serialise_all(session, resource, reader, session.execute(query).all())

    return read


def _read_verdicts(session: Session, reader: Reader, claim_id: int) -> list[Row]:
    query = select_history(session, reader, Filters(with_sample=True)).where(Verdict.claim_id == claim_id)
    rows = [dict(row._mapping) for row in session.execute(query.order_by(Verdict.number))]
    if not reader.desk:
        for row in rows:
            row["decision_note"] = None  # between the two editors
    return [_serialise(row, gathered.VERDICT_COLUMNS, reader) for row in rows]


def _read_translations(session: Session, _reader: Reader, claim_id: int) -> list[Row]:
    columns = [getattr(ClaimTranslation, name) for name in TRANSLATION_COLUMNS]
    query = select(*columns).where(ClaimTranslation.claim_id == claim_id).order_by(ClaimTranslation.language)
    return [{name: as_json(value) for name, value in row._mapping.items()} for row in session.execute(query)]


_READ_INCLUDED: Final[dict[str, Any]] = {
    "evidence": _included("evidence", Evidence.claim_id),
    "checks": _included("checks", Check.claim_id),
    "verdicts": _read_verdicts,
    "translations": _read_translations,
}


def _capped(number: int) -> int | str:
    return number if number <= COUNT_MAX else f"{COUNT_MAX}+"
