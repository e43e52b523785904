"""Names of the rows that events speak of. Events hold ids; a page asks once for the names of all of them."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Message
from tracker.ledger.descriptors import find_event_kind, format_plain, list_row_kinds
from tracker.ledger.queries import Entry
from tracker.ledger.registry import split, tracked_tables


def load_names(
    session: Session, entries: Iterable[Entry], known: Mapping[str, tuple[object, ...]] = MappingProxyType({})
) -> dict[str, Message]:
    """Today's names of the rows that these entries speak of, by row ("editor:3"). One query for each kind of row.

    `known` holds what the `name_columns` of rows hold that were read already, by row; those are not read again.
    """
    named = {kind.kind: kind for kind in list_row_kinds() if kind.name_columns}
    wanted: dict[str, set[int]] = {kind: set() for kind in named}
    references = {name: field.row for kind in list_row_kinds() for name, field in kind.fields.items() if field.row}
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
