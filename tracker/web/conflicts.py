"""Two editors changed the same thing: what each of them has, field by field, so that a person can choose. Free of Flask."""

from collections.abc import Iterable
from dataclasses import dataclass

from wtforms import Field

from tracker.web.forms import ChoiceField, Form


@dataclass(frozen=True)
class Differing:
    """A field that differs: where it is on the page, what it is called, what was typed and what is stored."""

    anchor: str
    label: str
    mine: str
    theirs: str


def differing(typed: Form, stored: Form, names: Iterable[str]) -> list[Differing]:
    """The fields of these names in which what was typed differs from what is stored now."""
    return [
        Differing(typed[name].id, str(typed[name].label.text), _in_words(typed[name]), _in_words(stored[name]))
        for name in names
        if (typed[name].data or None) != (stored[name].data or None)
    ]


def _in_words(field: Field) -> str:
    """What a field holds, as a person reads it."""
    if isinstance(field, ChoiceField):
        return str(dict(field.pairs).get(field.data, field.blank or ""))
    return str(field._value())  # type: ignore[attr-defined]  # every field that is drawn has it
