"""Events as sentences: who did what, what a field was before and is now, and the reason given.

Everything is a `Message`, translated where it is shown. Describing never fails: an event of an unknown kind gets a general
sentence, a value of an unexpected type is shown as it is. Events hold ids; a page asks once for the names of all its rows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import N_, Message
from tracker.ledger.descriptors import (
    ROW_KINDS,
    EventKind,
    Field,
    Names,
    describe_unknown,
    find_event_kind,
    format_plain,
    name_row,
)
from tracker.ledger.queries import Entry
from tracker.ledger.rows import split, tracked_tables

# What a formatter raises for a value it was not made for.
_UNFIT: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)


@dataclass(frozen=True)
class Change:
    """One field: its value before and after, each None where it is empty."""

    label: Message
    before: Message | None
    after: Message | None
    is_text: bool  # free text, to be shown in quotes or as a difference


@dataclass(frozen=True)
class Description:
    """One event. `what` follows the name of `who`, or is a whole sentence where that is None; `why` is their own reason."""

    who: Message | None
    what: Message
    changes: tuple[Change, ...] = ()
    why: Message | None = None

    @property
    def whole(self) -> Message:
        """The sentence in one piece, without changes and reason."""
        return self.what if self.who is None else Message(N_("%(who)s %(what)s."), {"who": self.who, "what": self.what})


def describe(entry: Entry, names: Names) -> Description:
    """An event in words. `names` come from `load_names`, one call for a whole page."""
    kind = find_event_kind(entry.kind)
    changes = tuple(_changes(entry, kind, names))
    if kind.automatic:
        return Description(None, _phrase(kind, entry, names), changes)
    return Description(name_actor(entry, names), _phrase(kind, entry, names), changes, _find_reason(entry))


def name_actor(entry: Entry, names: Names) -> Message:
    """Who did it."""
    return Message("Tracker") if entry.actor == "system" else name_row(entry.actor, names)


def format_value(field: Field, value: object, names: Names) -> Message | None:
    """A field's value for a reader; None where it is empty. A value that the formatter cannot take is shown as it is."""
    if value in (None, "", []):
        return None
    if isinstance(value, Message):  # erased
        return value
    try:
        return field.format(value, names)
    except _UNFIT:
        return format_plain(value, names)


def _phrase(kind: EventKind, entry: Entry, names: Names) -> Message:
    if isinstance(kind.phrase, str):
        return Message(kind.phrase)
    try:
        return kind.phrase(entry, names)
    except _UNFIT:
        return describe_unknown(entry, names)


def _find_reason(entry: Entry) -> Message | None:
    """The reason given, in the event itself or in a row's field for it."""
    given = [entry.data.get(name) for name in ("reason", "note", "body")]
    for row, part in entry.parts().items():
        given += [part.get("set", {}).get(name) for name, field in _fields_of(row).items() if field.is_reason]
    found = next((each for each in given if each and isinstance(each, str | Message)), None)
    return format_plain(found, {}) if isinstance(found, str) else found


def _changes(entry: Entry, kind: EventKind, names: Names) -> Iterator[Change]:
    data = entry.data
    for row, part in entry.parts().items():
        yield from _field_changes(row, part.get("set", {}), part.get("was", {}), names)
    now, then = data.get("to"), data.get("from")
    if isinstance(now, dict):  # a translation of the subject's own fields
        yield from _field_changes(entry.subject, now, then if isinstance(then, dict) else {}, names)
    for member in kind.members:
        before, after = data.get(member.before), data.get(member.name)
        if member.name in data and (after or before):
            yield _change(member.field, before, after, names)
    if isinstance(via := data.get("via"), str):
        yield Change(Message(N_("Through")), None, name_row(via, names), False)


def _field_changes(row: str, now: Mapping[str, object], then: Mapping[str, object], names: Names) -> Iterator[Change]:
    for name, field in _fields_of(row).items():
        if field.is_reason or (name not in now and name not in then):
            continue
        before, after = then.get(name), now.get(name)
        if not then and after in (False, None, ""):
            continue  # a new row's empty fields say nothing
        yield _change(field, before, after, names)


def _fields_of(row: str) -> Mapping[str, Field]:
    kind = ROW_KINDS.get(row.partition(":")[0])
    return kind.fields if kind else {}


def _change(field: Field, before: object, after: object, names: Names) -> Change:
    return Change(Message(field.label), format_value(field, before, names), format_value(field, after, names), field.is_text)


def load_names(
    session: Session, entries: Iterable[Entry], known: Mapping[str, tuple[object, ...]] = MappingProxyType({})
) -> dict[str, Message]:
    """Today's names of the rows that these entries speak of, by row ("editor:3"). One query for each kind of row.

    `known` holds what the `name_columns` of rows hold that were read already, by row; those are not read again.
    """
    named = {kind.kind: kind for kind in ROW_KINDS.values() if kind.name_columns}
    wanted: dict[str, set[int]] = {kind: set() for kind in named}
    references = {name: field.row for kind in ROW_KINDS.values() for name, field in kind.fields.items() if field.row}
    for entry in entries:
        for row in _list_rows(entry, references):
            kind, number = split(row) or ("", 0)
            if kind in wanted:
                wanted[kind].add(number)
    found: dict[str, Message] = {}
    for kind, wished in wanted.items():
        described = named[kind]
        numbers = {number for number in wished if f"{kind}:{number}" not in known}
        for row in (f"{kind}:{number}" for number in wished - numbers):
            found[row] = format_plain(described.name(*known[row]), {})
        if numbers:
            table = tracked_tables()[kind].table
            columns = (table.c[column] for column in described.name_columns)
            for number, *values in session.execute(select(table.c.id, *columns).where(table.c.id.in_(numbers))):
                found[f"{kind}:{number}"] = format_plain(described.name(*values), {})
    return found


def _list_rows(entry: Entry, references: Mapping[str, str]) -> Iterator[str]:
    yield entry.actor
    yield entry.subject
    for member in find_event_kind(entry.kind).members:
        if member.field.row:
            for value in (entry.data.get(member.name), entry.data.get(member.before)):
                for number in value if isinstance(value, list) else (value,):
                    yield f"{member.field.row}:{number}"
    for part in entry.parts().values():
        for fields in part.values():
            yield from _list_references(fields, references)


def _list_references(fields: Mapping[str, object], references: Mapping[str, str]) -> Iterator[str]:
    for name, value in fields.items():
        if name in references and isinstance(value, int):
            yield f"{references[name]}:{value}"
