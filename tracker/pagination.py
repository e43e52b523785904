"""Pages of a long list by the place of a row instead of its number, so that the deepest page costs what the first one does.

A list is in the order of one NOT NULL column, ties broken by the id; an index on both serves every page. A place travels in an
address as `147~2024-09-05`. Free of Flask.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.sql import AnyRow, AnySelect, read_columns

T = TypeVar("T")
U = TypeVar("U")

ID_MAX: Final = 2**63 - 1
_ID: Final = re.compile(r"[1-9][0-9]{0,18}")

Sortable = ColumnElement[Any] | InstrumentedAttribute[Any]


def read_id(given: str | None) -> int | None:
    """Return a row's number from an address; None for anything that no row can have."""
    if given is None or not _ID.fullmatch(given) or int(given) > ID_MAX:
        return None
    return int(given)


@dataclass(frozen=True)
class Place:
    """The position of a row in its list: the value it is sorted by (None in a list by id alone), and its id."""

    key: Any
    id: int

    def __str__(self) -> str:
        return str(self.id) if self.key is None else f"{self.id}~{self.key}"


@dataclass(frozen=True)
class Order:
    """What a list is sorted by. `key` None: by id alone. `read` makes a value of the key from its text, or raises ValueError."""

    id: Sortable
    key: Sortable | None = None
    read: Callable[[str], object] = date.fromisoformat
    descending: bool = False

    def place(self, given: str | None) -> Place | None:
        """The place that an address names; None if it names none."""
        number, tilde, key = (given or "").partition("~")
        id_ = read_id(number)
        if id_ is None or bool(tilde) != (self.key is not None):
            return None
        if self.key is None:
            return Place(None, id_)
        try:
            return Place(self.read(key), id_)
        except ValueError:
            return None


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the places from which the pages before and after are reached (None: there is none)."""

    rows: list[T]
    before: Place | None = None
    after: Place | None = None

    def map(self, make: Callable[[T], U]) -> "Page[U]":
        """The same page with something made of each row."""
        return Page([make(row) for row in self.rows], self.before, self.after)


@dataclass(frozen=True)
class Head(Generic[T]):
    """The first rows of a list, and whether the list has more."""

    rows: list[T]
    has_more: bool = False

    @classmethod
    def of(cls, found: Iterable[T], most: int) -> "Head[T]":
        """The first `most` of what was found; ask for one row more, so that it is known whether there are others."""
        rows = list(found)
        return cls(rows[:most], len(rows) > most)


def page(
    session: Session, query: AnySelect, order: Order, *, size: int, after: str | None = None, before: str | None = None
) -> Page[Any]:
    """One page of the query's rows: the first, or the one after or before a place.

    The query must select the id first and, where there is one, the key second. A place that cannot be read is none.
    """
    start = order.place(before if before is not None else after)
    backwards = before is not None and start is not None
    found = read_columns(session, _from(query, order, start, backwards).limit(size + 1)).all()
    more = len(found) > size
    if start is not None and (not found or (backwards and not more)):
        # Rows may leave a list between two requests: beyond its end, and before a short first page, is the first page.
        return page(session, query, order, size=size)
    rows = list(found[:size])
    if backwards:
        rows.reverse()
    has_before, has_after = (more, True) if backwards else (start is not None, more)
    return Page(
        rows,
        _place_of(rows[0], order) if has_before else None,
        _place_of(rows[-1], order) if has_after else None,
    )


def _from(query: AnySelect, order: Order, start: Place | None, backwards: bool) -> AnySelect:
    down = order.descending != backwards
    columns = [order.id] if order.key is None else [order.key, order.id]
    if start is not None:
        values = [start.id] if order.key is None else [start.key, start.id]
        here = tuple_(*columns)
        there = tuple_(*(literal(value, column.type) for value, column in zip(values, columns, strict=True)))
        query = query.where(here < there if down else here > there)
    return query.order_by(*(column.desc() if down else column.asc() for column in columns))


def _place_of(row: AnyRow, order: Order) -> Place:
    return Place(None if order.key is None else row[1], row[0])
