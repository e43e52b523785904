"""What each package tells the ledger about its own events and rows, so that they can be shown and compared.

The ledger stores any kind of event. A package registers, for its own kinds, the sentence, the fields with their labels and
formatters, and its child tables; `tracker.wiring` registers all packages in every process. A kind without a descriptor is shown
by a general sentence, a value of an unexpected type as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.errors import N_, Message
from tracker.ledger.chain import SealedEvent
from tracker.ledger.queries import Entry
from tracker.ledger.text_stores import TextStore
from tracker.sql import AnyRow, AnySelect

Names = Mapping[str, Message]  # of rows ("editor:3")
Formatter = Callable[[Any, Names], Message]
Phrase = Callable[[Entry, Names], Message]
Values = dict[str, Any]
# By the number of a row: each value with its path in the data of the event.
EventValues = Iterator[tuple[int, dict[str, tuple[object, str]]]]

EVERYONE, EDITORS, CHIEFS = "everyone", "editors", "chiefs"


def phrase(text: str, **values: Callable[[Entry, Names], object]) -> Phrase:
    """A phrase with values that are read from the entry, by their names in the text."""
    return lambda entry, names: Message(text, {name: read(entry, names) for name, read in values.items()})


def from_data(name: str) -> Callable[[Entry, Names], object]:
    """Reads a member of the event's data for a phrase; None where there is none."""
    return lambda entry, _names: entry.data.get(name)


def format_plain(value: object, _names: Names) -> Message:
    """The value as it is; dates are written out where the message is translated."""
    return Message("%(value)s", {"value": value})


@dataclass(frozen=True)
class Field:
    """A field's label and formatter. `row`: the kind of row whose id it holds.

    `is_text`: free text, whose differences are worth showing. `is_reason`: shown as the reason and not as a change.
    """

    label: str
    format: Formatter = format_plain
    is_text: bool = False
    row: str = ""
    is_reason: bool = False


@dataclass(frozen=True)
class Member:
    """A member of an event's data besides "set" and "was": its name, the name that holds its value before, and how to show it."""

    name: str
    field: Field
    before: str = ""


@dataclass(frozen=True)
class Group:
    """A choice of the log's filter; the lowest `order` comes first."""

    key: str
    label: str
    order: int


@dataclass(frozen=True)
class EventKind:
    """One kind of event. `phrase` follows the name of who did it, or is a whole sentence where no one did (`automatic`).

    `audience`: who may see it in a log. `private` events never leave the newsroom with their texts.
    """

    kind: str
    phrase: str | Phrase
    group: Group
    automatic: bool = False
    audience: str = EVERYONE
    members: tuple[Member, ...] = ()
    icon: str = "dot"
    shows_changes: bool = False  # in the short history of a claim, too
    private: bool = False


@dataclass(frozen=True)
class RowKind:
    """One kind of row that events name ("claim:147"): its label with a %(number)s, its fields, and how it is called.

    `name_columns` are read from its table, and `name` makes the name of what they hold. `find_subject` gives the row that events
    on this one are about ("claim:3" of a verdict), where that is another. `is_unique`: no two rows may hold the same texts.
    """

    kind: str
    label: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    name_columns: tuple[str, ...] = ()
    name: Callable[..., Any] = str
    find_subject: Callable[[Session, int], str] | None = None
    is_unique: bool = False


@dataclass(frozen=True)
class ChildTable:
    """A table without events of its own, whose rows belong to a numbered row: topics of a claim, aliases of a speaker.

    `from_event` yields the number of that row and each value with its path in the event's data; `select` gives the rows in order
    of that number, which is their first column; `from_rows` brings the rows of one number into the same form.
    """

    name: str
    from_event: Callable[[SealedEvent], EventValues]
    select: Callable[[], AnySelect]
    from_rows: Callable[[list[AnyRow]], Values]


@dataclass(frozen=True)
class RowCheck:
    """What must hold between rows besides their events. `find` yields each row at fault ("claim:3") and the fault."""

    name: str
    find: Callable[[Session], Iterator[tuple[str, str]]]


# Of some events (numbers and data), the numbers of those whose texts must not leave the newsroom.
PrivacyCheck = Callable[[Session, list[tuple[int, Mapping[str, Any]]]], set[int]]


@dataclass(frozen=True)
class Descriptors:
    """All that one package registers. `privacy` looks at the events of an area ("evidence")."""

    events: tuple[EventKind, ...] = ()
    rows: tuple[RowKind, ...] = ()
    children: tuple[ChildTable, ...] = ()
    privacy: Mapping[str, PrivacyCheck] = field(default_factory=dict)
    stores: tuple[TextStore, ...] = ()
    checks: tuple[RowCheck, ...] = ()


_OTHER: Final = Group("other", N_("Other"), 99)
# What all packages have registered: by kind, by name or label, and of privacy by the area whose events it looks at.
EVENT_KINDS: Final[dict[str, EventKind]] = {}
ROW_KINDS: Final[dict[str, RowKind]] = {}
CHILD_TABLES: Final[dict[str, ChildTable]] = {}
PRIVACY_CHECKS: Final[dict[str, PrivacyCheck]] = {}
TEXT_STORES: Final[dict[str, TextStore]] = {}
ROW_CHECKS: Final[dict[str, RowCheck]] = {}


def register(descriptors: Descriptors) -> None:
    """Add a package's descriptors. Registering them again does nothing; ValueError for a kind that another one describes."""
    groups: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        (EVENT_KINDS, {each.kind: each for each in descriptors.events}),
        (ROW_KINDS, {each.kind: each for each in descriptors.rows}),
        (CHILD_TABLES, {each.name: each for each in descriptors.children}),
        (PRIVACY_CHECKS, dict(descriptors.privacy)),
        (TEXT_STORES, {each.label: each for each in descriptors.stores}),
        (ROW_CHECKS, {each.name: each for each in descriptors.checks}),
    )
    for known, new in groups:
        for key, value in new.items():
            if known.setdefault(key, value) is not value:
                raise ValueError(f"{key} is described twice")


def find_event_kind(kind: str) -> EventKind:
    """The descriptor of a kind; a general one for a kind without. Its audience is the narrowest of its area's kinds."""
    if kind in EVENT_KINDS:
        return EVENT_KINDS[kind]
    audiences = {each.audience for each in EVENT_KINDS.values() if each.kind.startswith(kind.partition(".")[0] + ".")}
    audience = next((each for each in (CHIEFS, EDITORS) if each in audiences), EVERYONE)
    return EventKind(kind, describe_unknown, _OTHER, audience=audience, private=audience == EDITORS)


def describe_unknown(entry: Entry, _names: Names) -> Message:
    """The phrase of an event that no package describes."""
    return Message(N_("did something of the kind “%(kind)s”"), {"kind": entry.kind})


def list_groups() -> list[Group]:
    """The groups of all described kinds, in order."""
    return sorted({each.group for each in EVENT_KINDS.values()}, key=lambda group: group.order)


def name_row(row: str, names: Names) -> Message:
    """A row's name, or its kind and number where it has none."""
    if row in names:
        return names[row]
    kind, _, number = row.partition(":")
    described = ROW_KINDS.get(kind)
    return Message(described.label, {"number": number}) if described else Message("%(value)s", {"value": row})
