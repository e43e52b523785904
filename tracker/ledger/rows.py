"""Event data of a row: the fields that were set and their values before.

A table that is part of the record names its fields in `__history__`. `history verify --rows` replays these to find a row that was
changed behind the chain's back.
"""

from dataclasses import dataclass
from typing import Any, Protocol, cast

from sqlalchemy.orm import object_session

from tracker.ledger.texts import Text


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
