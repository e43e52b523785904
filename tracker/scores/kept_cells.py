"""The tables of cells: reading what is kept of some articles, and writing what of it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, literal_column, select, union_all, update
from sqlalchemy.orm import Session

from tracker.scores.models import COUNTS, ScoreCell, TopicCell
from tracker.sql import AnyRow, ByNumbers, run_many

CELL_KEY = ("article_id", "speaker_id", "owner_id", "desk_id", "certainty", "low", "high", "hedge", "year")
_TOPIC_KEY = ("topic_id", "article_id", "certainty", "low", "high", "year")


@dataclass(frozen=True)
class Kept:
    """A table of cells, and the statements that keep it."""

    table: Any
    names: tuple[str, ...]  # of the columns of the key
    load: ByNumbers
    change: Any
    remove: Any
    add: Any

    @classmethod
    def of(cls, model: Any, names: tuple[str, ...]) -> "Kept":
        key = [model.__table__.c[name] == bindparam(f"key_{name}") for name in names]
        columns = [model.__table__.c[name] for name in (*names, *COUNTS)]
        return cls(
            model,
            names,
            ByNumbers(model.article_id, lambda wanted: select(*columns).where(wanted)),
            update(model.__table__).where(*key),
            delete(model.__table__).where(*key),
            insert(model.__table__),
        )

    def find(self, session: Session, article_ids: Sequence[int]) -> dict[Any, tuple[int, ...]]:
        """Return the cells of some articles by their key."""
        width = len(self.names)
        return {tuple(row[:width]): tuple(row[width:]) for row in self.load.run(session, article_ids)}


CELLS: Final = Kept.of(ScoreCell, CELL_KEY)
TOPIC_CELLS: Final = Kept.of(TopicCell, _TOPIC_KEY)
# Both tables in one statement; what topic cells are not split by is empty in their rows.
_EITHER: Final = union_all(
    select(literal_column("0").label("of_topic"), *(ScoreCell.__table__.c[name] for name in (*CELL_KEY, *COUNTS))),
    select(
        TopicCell.topic_id,
        *(
            TopicCell.__table__.c[name] if name in _TOPIC_KEY else literal_column("''" if name == "hedge" else "0")
            for name in CELL_KEY
        ),
        *(TopicCell.__table__.c[name] for name in COUNTS),
    ),
).subquery()
_BOTH: Final = ByNumbers(_EITHER.c.article_id, lambda wanted: select(*_EITHER.c).where(wanted))
_TOPIC_PLACES: Final = itemgetter(*(0 if name == "topic_id" else 1 + CELL_KEY.index(name) for name in _TOPIC_KEY))


def find_both(session: Session, article_ids: Sequence[int]) -> tuple[dict[Any, tuple[int, ...]], dict[Any, tuple[int, ...]]]:
    """Return the cells that are kept of some articles, and those of their topics, by their keys."""
    cells: dict[Any, tuple[int, ...]] = {}
    topics: dict[Any, tuple[int, ...]] = {}
    width = 1 + len(CELL_KEY)
    for row in _BOTH.run_plain(session, article_ids):
        if row[0]:
            topics[_TOPIC_PLACES(row)] = tuple(row[width:])
        else:
            cells[tuple(row[1:width])] = tuple(row[width:])
    return cells, topics


def replace(session: Session, kept: Kept, old: dict[Any, tuple[int, ...]], new: dict[Any, tuple[int, ...]]) -> None:
    """Write the cells of some articles; only those that changed."""
    gone = [_key_parameters(kept, key) for key in old.keys() - new.keys()]
    changed = [
        _key_parameters(kept, key) | dict(zip(COUNTS, counts, strict=True))
        for key, counts in new.items()
        if key in old and old[key] != counts
    ]
    added = [dict(zip((*kept.names, *COUNTS), (*key, *counts), strict=True)) for key, counts in new.items() if key not in old]
    for statement, rows in ((kept.remove, gone), (kept.change, changed), (kept.add, added)):
        if rows:
            run_many(session, statement, rows)


def _key_parameters(kept: Kept, key: Sequence[AnyRow]) -> dict[str, Any]:
    return {f"key_{name}": value for name, value in zip(kept.names, key, strict=True)}
