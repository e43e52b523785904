"""Formatters of values in events, for the descriptors of all packages. They raise for a value that they were not made for."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.errors import N_, Message
from tracker.ledger.descriptors import Field, Formatter, Names, format_plain, name_row


@dataclass(frozen=True)
class LazyLabel:
    """A value's label, looked up in the reader's language when it is shown."""

    look_up: Callable[[Any], str]
    key: Any

    def __str__(self) -> str:
        return self.look_up(self.key)


def format_day(value: Any, _names: Names) -> Message:
    """A day; the language writes it out."""
    return Message("%(value)s", {"value": date.fromisoformat(value)})


def format_yes_no(value: object, _names: Names) -> Message:
    """Yes or no."""
    if not isinstance(value, bool):
        raise TypeError
    return Message(N_("Yes")) if value else Message(N_("No"))


def format_percent(value: Any, _names: Names) -> Message:
    """A number with its per cent sign."""
    return Message(N_("%(n)s%%"), {"n": int(value)})


def label_formatter(look_up: Callable[[Any], str]) -> Formatter:
    """Formats a key by looking up its label."""

    def format_label(value: object, names: Names) -> Message:
        if not isinstance(value, str):
            raise TypeError
        return format_plain(LazyLabel(look_up, value), names)

    return format_label


def enum_formatter(kind: type[enum.StrEnum], look_up: Callable[[Any], str]) -> Formatter:
    """Formats a member by its label. A key that is no longer a member raises ValueError."""
    return lambda value, names: format_plain(LazyLabel(look_up, kind(value)), names)


def row_formatter(kind: str) -> Formatter:
    """Formats an id by the name of its row."""
    return lambda value, names: name_row(f"{kind}:{value}", names)


def list_formatter(each: Formatter) -> Formatter:
    """Formats a list of values, with commas between them."""

    def format_list(values: object, names: Names) -> Message:
        if not isinstance(values, list | tuple):
            raise TypeError
        return join([each(value, names) for value in values])

    return format_list


def join(messages: list[Message]) -> Message:
    """Messages with commas between them."""
    text = ", ".join(f"%(v{number})s" for number in range(len(messages)))
    return Message(text, {f"v{number}": message for number, message in enumerate(messages)})


def text_field(label: str) -> Field:
    """A field of free text."""
    return Field(label, is_text=True)


def reason_field(label: str) -> Field:
    """A field of free text that gives the reason of what was done."""
    return Field(label, is_text=True, is_reason=True)


def day_field(label: str) -> Field:
    """A field that holds a day."""
    return Field(label, format_day)


def row_field(label: str, kind: str) -> Field:
    """A field that holds the id of a row."""
    return Field(label, row_formatter(kind), row=kind)


def rows_field(label: str, kind: str) -> Field:
    """A field that holds a list of ids."""
    return Field(label, list_formatter(row_formatter(kind)), row=kind)
