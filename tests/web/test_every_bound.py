"""Every text field of every form, at its bound and one character beyond: refused with both numbers, and kept as it was typed."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Final

import pytest
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import UnboundField

import tracker
from tracker.web import formatting, forms, i18n


def _form_classes() -> list[type[forms.Form]]:
    for module in pkgutil.walk_packages(tracker.__path__, "tracker."):
        if "form" in module.name or ".routes" in module.name:
            importlib.import_module(module.name)
    found: list[type[forms.Form]] = []
    waiting = [forms.Form]
    while waiting:
        own = [each for each in waiting.pop().__subclasses__() if each.__module__.startswith("tracker.")]
        found += own
        waiting += own
    return found


def _is_typed(field: UnboundField) -> bool:
    """Whether people type into it; what a page carries along is refused as incomplete."""
    return bool(field.field_class.kind != "hidden")


def _text_fields() -> Iterator[tuple[str, UnboundField]]:
    for form in _form_classes():
        for name in dir(form):
            field = getattr(form, name, None)
            if isinstance(field, UnboundField) and issubclass(field.field_class, forms.TextField) and _is_typed(field):
                yield f"{form.__module__}.{form.__qualname__}.{name}", field


PLAIN: Final = (forms.TextField, forms.AreaField, forms.EmailField, forms.SecretField)
FIELDS: Final = dict(_text_fields())


def _errors(field: UnboundField, text: str) -> tuple[list[str], Any]:
    probe = type("Probe", (forms.Form,), {"probe": field})
    with i18n.use_language("en"):
        form = probe(MultiDict({"probe": text}))
        form.validate()
        return [str(each) for each in form.probe.errors], form.probe


def test_text_fields_are_found():
    assert len(FIELDS) > 60, sorted(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_text_of_one_character_too_many_is_refused_with_the_numbers(name: str):
    field = FIELDS[name]
    _, probe = _errors(field, "")
    most = probe.max_length

    whole, _ = _errors(field, "a" * most)
    longer, kept = _errors(field, "a" * (most + 1))

    assert not [each for each in whole if "characters; it has" in each], whole
    said = f"Keep this under {formatting.number(most, 'en')} characters; it has {formatting.number(most + 1, 'en')}."
    assert longer
    # Fields that read an address, a language or a row of the history refuse with what they expect.
    assert said in longer or FIELDS[name].field_class not in PLAIN, longer
    assert kept.data == "a" * (most + 1)
