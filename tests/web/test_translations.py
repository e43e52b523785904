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


@lru_cache
def places() -> dict[str | tuple[str, ...], str]:
    """Every text of the code and the templates that is to be translated, with the first place where it stands."""
    folders = (
        (PACKAGE, [("**.py", "python")]),
        (paths.templates_dir(), [("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.xml", "jinja2")]),
    )
    found: dict[str | tuple[str, ...], str] = {}
    for folder, methods in folders:
        for file, line, text, *_ in extract_from_dir(folder, methods, {"**": {"silent": "false"}}, KEYWORDS):
            found.setdefault(text, f"{folder.name}/{file}:{line}")
    return found


def said() -> set[str | tuple[str, ...]]:
    return set(places())


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
    missing = sorted(f"{places()[text]}: {text!r}" for text in said() - translated)
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: str):
    wanted = said() | {k[0] for k in said() if isinstance(k, tuple)}
    left_over = [f"{name}: {english!r}" for name, english, _ in entries(language) if english not in wanted]
    assert not left_over, "\n".join(left_over)


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
    assert not wrong, wrong


@pytest.mark.parametrize("language", OTHERS)
def test_no_fragment_is_marked_unsure(language: str):
    assert [(path.name, key(m)) for path, part in parts(language) for m in part if m.id and m.fuzzy] == []


# Each rule: what is wrong about a French text that this finds.
TYPOGRAPHY = {
    "a straight apostrophe": re.compile(r"'"),
    "a straight quotation mark": re.compile(r'"'),
    "no thin space before high punctuation": re.compile(r"(?<![\u202f;:!?%/])[;:!?%](?![(%\w/])|(?<=\w)[;!?]"),
    "another space before high punctuation": re.compile(r"[ \u00a0][;:!?%»](?!\()"),
    "no thin space inside quotation marks": re.compile(r"«(?!\u202f)|(?<!\u202f)»"),
    "a thin space in the place of a plain one": re.compile(r"(?<![«º\d])\u202f(?=\w)"),
    "three dots instead of an ellipsis": re.compile(r"\.\.\."),
    "an English quotation mark": re.compile(r"[“”]"),
    "an ordinary space inside a number": re.compile(r"\d \d{3}\b"),
}


def faults(french: str) -> list[str]:
    # A place such as %(name)s is filled with something, and %% is one sign.
    plain = re.sub(r"<[^>]*>|https?:\S*", "x", PLACE.sub("x", french.replace("%%", "%")))
    return [fault for fault, pattern in TYPOGRAPHY.items() if pattern.search(plain)]


def test_french_is_typeset_as_french():
    wrong = [f"{name}: {form!r}: {fault}" for name, _, forms in entries("fr") for form in forms for fault in faults(form)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "french",
    [
        "L’article dit «\u202fpeut-être\u202f»\u202f; est-ce vrai\u202f? Non\u202f: 30\u202f%\u202f!",
        "%(n)s\u202f%% de %(field)s\u202f: %(value)s",
        "À 12:30, voir https://example.org/?q=1",
        "12\u202f345 prévisions…",
    ],
)
def test_good_french_is_let_pass(french: str):
    assert faults(french) == []


@pytest.mark.parametrize(
    "french",
    [
        "l'article",
        "dit : oui",
        "dit: oui",
        "vrai?",
        "30%",
        "30 %",
        "%(n)s%%",
        "«oui»",
        "« oui »",
        "“oui”",
        'dit "oui"',
        "voir...",
        "12 345",
        "entre\u202f%(low)s et %(high)s",
    ],
)
def test_faulty_french_is_noticed(french: str):
    assert faults(french) != []


def test_no_template_puts_punctuation_that_french_spaces_after_words():
    """French has a space before it: a translated "%(field)s: %(value)s" knows that, punctuation in the template does not."""
    mark = re.compile(r"[}%]\}(</[a-z]+>)?[:;!?](\s|<|$)", re.MULTILINE)
    folder = paths.templates_dir()
    files = [*folder.rglob("*.html"), *folder.rglob("*.txt")]
    assert [f"{file.relative_to(folder)}: {found[0]}" for file in files for found in mark.finditer(file.read_text())] == []


def test_no_template_takes_the_day_of_a_moment_without_a_zone():
    """Moments are UTC; a day is one of the newsroom: `local_day`, or `astimezone` first."""
    folder = paths.templates_dir()
    lines = [(file, line) for file in folder.rglob("*.*") if file.is_file() for line in file.read_text().splitlines()]
    assert [f"{file.name}: {line.strip()}" for file, line in lines if ".date()" in line and ".astimezone(" not in line] == []
