"""Sums of the cells of all articles, kept for what whole pages are about: a page reads a few rows, however many claims there are.

The spread between articles needs sums of products of each article's counts. They add up over articles: an article that changes
takes its old products out and puts its new ones in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.claims.enums import Certainty
from tracker.scores.counting import IN_RATES
from tracker.scores.models import COUNTS, NO_BAND, PRODUCTS, Dimension, Part, ScoreTotal
from tracker.sql import dialect_of

_KEY: Final = ("dimension", "number", "text", "part", "certainty", "low", "high")
_VALUES: Final = (*COUNTS, *PRODUCTS)
_PLACE: Final = {name: place for place, name in enumerate(COUNTS)}
_CONFIRMED, _PARTLY, _REFUTED = (_PLACE[name] for name in ("confirmed", "partly", "refuted"))
_RETROSPECTIVE, _RETROSPECTIVE_CONFIRMED = _PLACE["retrospective"], _PLACE["retrospective_confirmed"]
_DELETE: Final = delete(ScoreTotal.__table__).where(  # type: ignore[arg-type]
    *(ScoreTotal.__table__.c[name] == bindparam(f"key_{name}") for name in _KEY), ScoreTotal.tracked == 0
)

Key = tuple[object, ...]  # in the order of _KEY
Counts = tuple[int, ...]  # in the order of COUNTS
Cells = Mapping[object, Counts]


def apply(session: Session, model: object, old: Cells, new: Cells) -> None:
    """Bring the sums from the old cells of some articles to their new ones. `model`: the table that the cells are of."""
    changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    wanted = {(article, total) for key in changed for article, total in _totals_of(model, key)}
    if not wanted:
        return
    difference: dict[Key, list[int]] = {}
    for sign, cells in ((-1, old), (1, new)):
        for key, values in sum_up(model, cells, wanted).items():
            sums = difference.setdefault(key, [0] * len(_VALUES))
            for place, value in enumerate(values):
                sums[place] += sign * value
    rows = [(key, values) for key, values in sorted(difference.items(), key=lambda row: str(row[0])) if any(values)]
    if not rows:
        return
    connection = session.connection()
    parameters = [dict(zip((*_KEY, *_VALUES), (*key, *values), strict=True)) for key, values in rows]
    connection.execute(_add_statement(dialect_of(session)), parameters)
    gone = [{f"key_{name}": value for name, value in zip(_KEY, key, strict=True)} for key, values in rows if values[0] < 0]
    if gone:  # a word that no claim has any more is not kept
        connection.execute(_DELETE, gone)


def sum_up(model: object, cells: Cells, wanted: set[tuple[int, Key]] | None = None) -> dict[Key, Sequence[int]]:
    """Return what some whole articles add to each sum; to those `wanted` alone, given with their articles."""
    of_article: dict[tuple[int, Key], list[int]] = {}
    for key, counts in cells.items():
        for place in _totals_of(model, key):
            if wanted is None or place in wanted:
                sums = of_article.get(place)
                of_article[place] = list(counts) if sums is None else [a + b for a, b in zip(sums, counts, strict=True)]
    found: dict[Key, Sequence[int]] = {}
    for (_article, key), sums in of_article.items():
        values = (*sums, *_multiply(key, sums))
        before = found.get(key)
        found[key] = values if before is None else [a + b for a, b in zip(before, values, strict=True)]
    return found


def add(sums: dict[Key, Sequence[int]], more: Mapping[Key, Sequence[int]]) -> None:
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


def _multiply(key: Key, sums: Sequence[int]) -> Counts:
    """Return the products of one article's counts, in the order of PRODUCTS."""
    judged, full = sums[_CONFIRMED] + sums[_PARTLY] + sums[_REFUTED], sums[_CONFIRMED]
    if key[3] == Part.BAND:
        # Criteria that were set after the review date could fit the outcome.
        judged, full = judged - sums[_RETROSPECTIVE], full - sums[_RETROSPECTIVE_CONFIRMED]
    partly = full + sums[_PARTLY]
    return (int(judged > 0), judged * judged, full * full, judged * full, partly * partly, judged * partly)


def _totals_of(model: Any, key: Any) -> Iterable[tuple[int, Key]]:
    """Return the sums that a cell belongs to, each with the cell's article."""
    if model.__tablename__ == "topic_cell":
        topic, article, certainty, low, high, _year = key
        places: tuple[tuple[Dimension, int, str], ...] = ((Dimension.TOPIC, topic, ""),)
    else:
        article, speaker, owner, certainty, low, high, hedge, year = key
        places = (
            (Dimension.ALL, 0, ""),
            (Dimension.SPEAKER, speaker, ""),
            (Dimension.OWNER, owner, ""),
            (Dimension.HEDGE, 0, hedge),
            (Dimension.YEAR, year, ""),
        )
    certainty = Certainty(certainty)
    if certainty not in IN_RATES:
        parts: tuple[Key, ...] = ((Part.EVENTS.value, certainty.value, NO_BAND, NO_BAND),)
    else:
        parts = ((Part.RATES.value, "", NO_BAND, NO_BAND),)
        if low != NO_BAND:
            parts += ((Part.BAND.value, "", low, high),)
    return [(article, (dimension.value, number, text, *part)) for dimension, number, text in places for part in parts]


@cache
def _add_statement(dialect: str) -> Any:
    """Return the statement that adds to a sum, or makes it."""
    build: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = build(ScoreTotal.__table__)
    columns = ScoreTotal.__table__.c
    return statement.on_conflict_do_update(
        index_elements=list(_KEY), set_={name: columns[name] + statement.excluded[name] for name in _VALUES}
    )
