"""Event data of a row: the fields that were set and their values before.

A table that is part of the record names its fields in `__history__`. `history verify --rows` replays these to find a row that was
changed behind the chain's back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, cast

from sqlalchemy import Boolean, Column, Table
from sqlalchemy.orm import object_session

from tracker.db import Base, UTCDateTime, load_models
from tracker.ledger.texts import Text, moment


@dataclass(frozen=True)
class Tracked:
    """Which columns of a table the history follows. `texts` are free text and stand in the chain as salted hashes."""

    name: str
    plain: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return self.plain + self.texts


class Row(Protocol):
    """A mapped row that the history follows."""

    __history__: Tracked


def tracked(row: object) -> Tracked:
    """The history's view of a row's table. Raises AttributeError for a table that is not part of the record."""
    return cast(Row, row).__history__


def row_name(row: Any) -> str:
    """`claim:147`; the row must have its id."""
    return f"{tracked(row).name}:{row.id}"


def _value(view: Tracked, field: str, value: Any) -> Any:
    # An empty text gives nothing away, and a salted hash of it would only fill the disk.
    return Text(value) if field in view.texts and value else value


def created(row: object) -> dict[str, Any]:
    """Event data for a new row: every followed field that is not empty. Flushes the row's session, which fills in defaults."""
    view = tracked(row)
    session = object_session(row)
    if session is not None:
        session.flush()
    values = {field: getattr(row, field) for field in view.fields}
    return {"set": {f: _value(view, f, v) for f, v in values.items() if v not in (None, "")}}


def removed(row: object) -> dict[str, Any]:
    """Event data for a row that is deleted: what it held. Call it before the row goes."""
    return {"removed": True, "was": created(row)["set"]}


def changed(row: object, **values: object) -> dict[str, Any]:
    """Event data for a change: the tracked fields that differ from the row's present values. Empty dict if none does.

    Call it before the values are written to the row. Fields that the history does not follow are left out.
    """
    view = tracked(row)
    differing = {f: v for f, v in values.items() if f in view.fields and getattr(row, f) != v}
    if not differing:
        return {}
    return {
        "set": {f: _value(view, f, v) for f, v in differing.items()},
        "was": {f: _value(view, f, getattr(row, f)) for f in differing},
    }


@dataclass(frozen=True)
class TrackedTable:
    """A table whose class has `__history__`, and which of its columns the events record."""

    table: Table
    view: Tracked
    model: type[Base]


def tracked_tables() -> dict[str, TrackedTable]:
    """Every table whose class has `__history__`, by the name of its rows ("claim" of "claim:147")."""
    load_models()
    found = {}
    for mapper in Base.registry.mappers:
        view: Tracked | None = getattr(mapper.class_, "__history__", None)
        if view is not None:
            assert isinstance(mapper.local_table, Table)
            found[view.name] = TrackedTable(mapper.local_table, view, mapper.class_)
    return found


def split(name: str) -> tuple[str, int] | None:
    """The kind and id in the name of a row; None if it is no such name."""
    kind, _, number = name.partition(":")
    return (kind, int(number)) if kind and number.isascii() and number.isdigit() and len(number) < 19 else None


def plain_value(column: Column[Any], raw: object) -> Any:
    """A column's value from the driver, in the form of the chain. A value that does not fit the column stays as it is."""
    if isinstance(raw, datetime):
        return moment(raw)
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(column.type, Boolean) and raw in (0, 1):
        return bool(raw)
    if isinstance(raw, str) and isinstance(column.type, UTCDateTime) and raw[10:11] == " ":
        return f"{raw[:10]}T{raw[11:]}Z"
    return raw
