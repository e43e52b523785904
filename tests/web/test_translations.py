"""Every text has its French, no French is left over, and it is typeset as French is."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tracker import paths
from tracker.web import catalogues

PACKAGE = Path(catalogues.__file__).resolve().parents[1]
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "_n": (1, 2)}
OTHERS = tuple(language for language in catalogues.LANGUAGES if language != catalogues.SOURCE_LANGUAGE)
THIN = catalogues.THIN if hasattr(catalogues, "THIN") else "\u202f"


@lru_cache
def said() -> frozenset[str | tuple[str, ...]]:
    """Every text of the code and the templates that is to be translated."""
    places = (
        (PACKAGE, [("**.py", "python")]),
        (paths.templates_dir(), [("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.xml", "jinja2")]),
    )
    return frozenset(
        found[2]
        for folder, methods in places
        for found in extract_from_dir(folder, methods, {"**": {"silent": "false"}}, KEYWORDS)
    )


def key(message: Message) -> str | tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, tuple | list) else message.id


def parts(language: str) -> Iterator[tuple[Path, Catalog]]:
    for path in catalogues.fragments(language):
        with path.open("rb") as file:
            yield path, read_po(file, locale=language, abort_invalid=True)


def strings(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def entries(language: str) -> list[tuple[str, str | tuple[str, ...], list[str]]]:
    """(fragment, English, its forms in the language) of every entry."""
    return [(path.name, key(m), strings(m.string)) for path, part in parts(language) for m in part if m.id]


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str):
    whole = catalogues.merged(language)
    translated = {key(m) for m in whole if m.id and all(strings(m.string))}
    # An entry with a plural serves the singular alone as well, as in gettext itself.
    translated |= {k[0] for k in translated if isinstance(k, tuple)}
    assert sorted(map(str, said() - translated)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: str):
    wanted = said() | {k[0] for k in said() if isinstance(k, tuple)}
    assert [(name, english) for name, english, _ in entries(language) if english not in wanted] == []


@pytest.mark.parametrize("language", OTHERS)
def test_one_text_has_one_translation(language: str):
    found: dict[str | tuple[str, ...], tuple[str, list[str]]] = {}
    twice = []
    for name, english, forms in entries(language):
        first = found.setdefault(english, (name, forms))
        if first[1] != forms:
            twice.append((english, first, (name, forms)))
    assert twice == []


PLACE = re.compile(r"%\((\w+)\)([a-z])|%%")


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_text(language: str):
    wrong = []
    for name, english, forms in entries(language):
        wanted = [set(PLACE.findall(text)) for text in strings(english)]
        # "one day" may do without its number; nothing may ask for what is not given.
        wrong += [
            (name, form) for form in forms if not (wanted[0] & wanted[-1] <= set(PLACE.findall(form)) <= wanted[-1] | wanted[0])
        ]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_fragment_is_marked_unsure(language: str):
    assert [(path.name, key(m)) for path, part in parts(language) for m in part if m.id and m.fuzzy] == []


# Each rule: what is wrong about a French text that this finds.
TYPOGRAPHY = {
    "a straight apostrophe": re.compile(r"'"),
    "a straight quotation mark": re.compile(r'"'),
    "no thin space before high punctuation": re.compile(r"(?<![\u202f;:!?%/\d])[;:!?%](?![(%\w/])|(?<=\w)[;!?]"),
    "another space before high punctuation": re.compile(r"[ \u00a0][;:!?%»](?!\()"),
    "no thin space inside quotation marks": re.compile(r"«(?!\u202f)|(?<!\u202f)»"),
    "three dots instead of an ellipsis": re.compile(r"\.\.\."),
    "an English quotation mark": re.compile(r"[“”]"),
    "an ordinary space inside a number": re.compile(r"\d \d{3}\b"),
}


@pytest.mark.parametrize("fault", TYPOGRAPHY)
def test_french_is_typeset_as_french(fault: str):
    # A place such as %(name)s is filled with something, and %% is one sign.
    wrong = [
        (name, form)
        for name, _, forms in entries("fr")
        for form in forms
        if TYPOGRAPHY[fault].search(re.sub(r"<[^>]*>|https?:\S*", "x", PLACE.sub("x", form.replace("%%", "%"))))
    ]
    assert wrong == []
