"""The tables that events describe, by the name of their rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Table

from tracker.db import Base, UTCDateTime, load_models
from tracker.ledger.rows import Tracked
from tracker.ledger.texts import moment


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


def plain(column: Column[Any], raw: object) -> Any:
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
