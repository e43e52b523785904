"""Events as sentences: who did what, what a field was before and is now, and the reason given.

Everything is a `Message`, translated where it is shown. Describing never fails: an event of an unknown kind gets a general
sentence, a value of an unexpected type is shown as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tracker.errors import N_, Message
from tracker.ledger.descriptors import (
    EventKind,
    Field,
    Names,
    describe_unknown,
    find_event_kind,
    format_plain,
    get_row_kind,
    name_row,
)
from tracker.ledger.queries import Entry

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
    """An event in words. `names` come from `names.load_names`, one call for a whole page."""
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
    kind = get_row_kind(row.partition(":")[0])
    return kind.fields if kind else {}


def _change(field: Field, before: object, after: object, names: Names) -> Change:
    return Change(Message(field.label), format_value(field, before, names), format_value(field, after, names), field.is_text)
