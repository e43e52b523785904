"""Sums of the cells of all articles, kept for what whole pages are about: a page reads a few rows, however many claims there are.

The spread between articles needs sums of products of each article's counts. They add up over articles: an article that changes
takes its old products out and puts its new ones in.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import JSON, Text, bindparam, cast, column, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.scores.counting import IN_RATES
from tracker.scores.models import COUNTS, NO_BAND, PRODUCTS, Dimension, Part, ScoreTotal
from tracker.sql import dialect_of, run_many
from tracker.word_caches import word_cache

_KEY: Final = ("dimension", "number", "text", "part", "certainty", "low", "high")
_VALUES: Final = (*COUNTS, *PRODUCTS)
_NONE: Final = (0,) * len(COUNTS)
# Of the counts, those that products are made of.
_JUDGED: Final = tuple(
    COUNTS.index(name) for name in ("confirmed", "partly", "refuted", "retrospective", "retrospective_confirmed")
)
# Their values: taking one from its member is slow for what is done for each cell.
_ALL, _SPEAKER, _TOPIC, _OWNER, _DESK, _HEDGE, _YEAR, _SPEAKER_YEAR, _SPEAKER_HEDGE = (each.value for each in Dimension)
_RATES, _BAND, _EVENTS = (part.value for part in Part)
_IN_RATES: Final = frozenset(certainty.value for certainty in IN_RATES)
_DELETE: Final = delete(ScoreTotal.__table__).where(  # type: ignore[arg-type]
    *(ScoreTotal.__table__.c[name] == bindparam(f"key_{name}") for name in _KEY), ScoreTotal.tracked == 0
)

K = TypeVar("K")
Key = tuple[object, ...]  # in the order of _KEY
Place = tuple[int, Key]  # an article, and a sum that some of its claims are in
Counts = tuple[int, ...]  # in the order of COUNTS
Cells = Mapping[object, Counts]


def compare(model: Any, old: Cells, new: Cells) -> dict[Key, Sequence[int]]:
    """Return what the new cells of some articles change in each sum. `model`: the table that the cells are of."""
    steps: dict[Place, list[int]] = {}
    for key in old.keys() | new.keys():
        before, after = old.get(key, _NONE), new.get(key, _NONE)
        if before != after:
            step = [b - a for a, b in zip(before, after, strict=True)]
            for place in _places_of(model, key):
                known = steps.get(place)
                steps[place] = step if known is None else [a + b for a, b in zip(known, step, strict=True)]
    difference: dict[Key, Sequence[int]] = {}
    for place, judged in _add_up_judged(model, old, steps).items():
        step = steps[place]
        later = [count + step[column] for count, column in zip(judged, _JUDGED, strict=True)]
        products = (b - a for a, b in zip(_multiply(place[1], judged), _multiply(place[1], later), strict=True))
        add(difference, {place[1]: (*step, *products)})
    return difference


def store(session: Session, difference: Mapping[Key, Sequence[int]]) -> None:
    """Add to the sums that are kept."""
    difference = {key: values for key, values in difference.items() if any(values)}
    if not difference:
        return
    rows: list[dict[str, Any]] = [
        dict(zip((*_KEY, *_VALUES), (*key, *values), strict=True)) for key, values in difference.items()
    ]
    dialect = dialect_of(session)
    run_many(session, _add_statement(dialect), [{"rows": json.dumps(rows)}] if dialect == "postgresql" else rows)
    gone = [{f"key_{name}": row[name] for name in _KEY} for row in rows if row["tracked"] < 0]
    if gone:  # a word that no claim has any more is not kept
        run_many(session, _DELETE, gone)


def move_speaker(session: Session, speaker_id: int, into_id: int) -> None:
    """Add the sums of a speaker, and of their years and hedges, to those of another, who is in none of the same articles."""
    columns = [ScoreTotal.__table__.c[name] for name in (*_KEY, *_VALUES)]
    theirs = ScoreTotal.dimension.in_((_SPEAKER, _SPEAKER_YEAR, _SPEAKER_HEDGE))
    query = select(*columns).where(theirs, ScoreTotal.number == speaker_id)
    moved: dict[Key, Sequence[int]] = {}
    for row in session.execute(query):
        key, values = tuple(row[: len(_KEY)]), row[len(_KEY) :]
        moved[key] = [-value for value in values]
        moved[(key[0], into_id, *key[2:])] = values
    store(session, moved)


def _add_up_judged(model: Any, cells: Cells, wanted: Iterable[Place]) -> dict[Place, list[int]]:
    """Return the counts that products are made of, of these places."""
    found = {place: [0] * len(_JUDGED) for place in wanted}
    for key, counts in cells.items():
        for place in _places_of(model, key):
            sums = found.get(place)
            if sums is not None:
                for number, column in enumerate(_JUDGED):
                    sums[number] += counts[column]
    return found


def sum_up(model: Any, cells: Cells) -> dict[Key, Sequence[int]]:
    """Return what some whole articles add to each sum."""
    of_article: dict[Place, Sequence[int]] = {}
    for key, counts in cells.items():
        add(of_article, dict.fromkeys(_places_of(model, key), counts))
    found: dict[Key, Sequence[int]] = {}
    for (_article, key), sums in of_article.items():
        add(found, {key: (*sums, *_multiply(key, [sums[column] for column in _JUDGED]))})
    return found


def add(sums: dict[K, Sequence[int]], more: Mapping[K, Sequence[int]]) -> None:
    """Add sums to others, in place."""
    for key, values in more.items():
        before = sums.get(key)
        sums[key] = values if before is None else [a + b for a, b in zip(before, values, strict=True)]


def find_differences(session: Session, wanted: Mapping[Key, Sequence[int]]) -> Iterator[Key]:
    """Yield the key of every kept sum that is not the wanted one. Sums over no claim are not kept."""
    columns = [ScoreTotal.__table__.c[name] for name in (*_KEY, *_VALUES)]
    found = {tuple(row[: len(_KEY)]): list(row[len(_KEY) :]) for row in session.execute(select(*columns))}
    there = {key: list(values) for key, values in wanted.items() if values[0]}
    for key in sorted(found.keys() | there.keys(), key=str):
        if found.get(key) != there.get(key):
            yield key


def _multiply(key: Key, judged: Sequence[int]) -> Counts:
    """Return the products of one article's counts, given in the order of _JUDGED, in the order of PRODUCTS."""
    full, in_part, refuted, late, late_full = judged
    n = full + in_part + refuted
    if key[3] == _BAND:
        # Criteria that were set after the review date could fit the outcome.
        n, full = n - late, full - late_full
    partly = full + in_part
    return (int(n > 0), n * n, full * full, n * full, partly * partly, n * partly)


def _places_of(model: Any, key: Any) -> list[Place]:
    """Return the sums that a cell belongs to, each with the cell's article."""
    if model.__tablename__ == "topic_cell":
        topic, article, certainty, low, high, _year = key
        return [(article, each) for each in _find_sums(((_TOPIC, topic, ""),), certainty, low, high)]
    article, speaker, owner, desk, certainty, low, high, hedge, year = key
    sums = (
        (_ALL, 0, ""),
        (_SPEAKER, speaker, ""),
        (_OWNER, owner, ""),
        (_DESK, desk, ""),
        (_HEDGE, 0, hedge),
        (_YEAR, year, ""),
        (_SPEAKER_YEAR, speaker, str(year)),
        (_SPEAKER_HEDGE, speaker, hedge),
    )
    return [(article, each) for each in _find_sums(sums, certainty, low, high)]


# Most cells of an article belong to the same sums, and are asked about more than once.
@word_cache(4_096)
def _find_sums(sums: tuple[tuple[str, int, str], ...], certainty: str, low: int, high: int) -> tuple[Key, ...]:
    if certainty not in _IN_RATES:
        parts: tuple[Key, ...] = ((_EVENTS, str(certainty), NO_BAND, NO_BAND),)
    else:
        parts = ((_RATES, "", NO_BAND, NO_BAND),)
        if low != NO_BAND:
            parts += ((_BAND, "", low, high),)
    return tuple((*each, *part) for each in sums for part in parts)


@cache
def _add_statement(dialect: str) -> Any:
    """Return the statement that adds to sums, or makes them: on PostgreSQL to all of them, as JSON, since each costs a plan."""
    table: Any = ScoreTotal.__table__
    columns = table.c
    statement: Any = sqlite.insert(table)
    if dialect == "postgresql":
        names = (*_KEY, *_VALUES)
        given = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
        rows = given.table_valued(*(column(name, columns[name].type) for name in names), name="added")
        read = select(*rows.render_derived(with_types=True).c)
        statement = postgresql.insert(table).from_select(names, read)
    return statement.on_conflict_do_update(
        index_elements=list(_KEY), set_={name: columns[name] + statement.excluded[name] for name in _VALUES}
    )
