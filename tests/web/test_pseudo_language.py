"""Every page in a language that marks each text it translates: what has no mark and is in Latin letters is plain text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.support import NullTranslations

from tests.support.pages import furnish, pages
from tests.support.web import SignIn
from tests.test_permissions import LINES
from tracker.claims import cells
from tracker.db import Database
from tracker.web import i18n, languages, templating, translated_templates
from tracker.web.catalogues import LANGUAGES

# Names of the product, of files, keys and formats: the same in every language.
NAMES = re.compile(
    r"\b(?:Tracker|CSV|JSON Lines|JSON|Excel|Atom|SHA-256|https?://\S*|\S*\.(?:csv|jsonl|xlsx|ics|atom)|EN|FR|English|français|"
    r"Français|Ctrl|Esc|JCS|RFC|UTC|(?:[A-Z]\w+(?:/[\w -]+)+)|\w+@[\w.]+|[\w./-]*/[\w./-]*|\w+=\S*|[a-z]+:\d+)(?!\w)"
    # Days and months, which `formatting` writes in each language.
    r"|(?:(?:[Ll]un|[Mm]ar|[Mm]ercre|[Jj]eu|[Vv]endre|[Ss]ame)di |[Dd]imanche )?(?:\b\d{1,2} |\b1er )?"
    r"\b(?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)[a-zéû]*\.? \d{4}"
    # How far off a day is, which `wording` writes in each language; names that the factories give; languages, from Babel.
    r"|\d+\sjours de retard|Editor \d+|· grec\b|\b[Aa]nglais\b|The signed text|Both governments published what was signed\."
)
HIDDEN = {"script", "style", "time", "kbd", "code", "svg", "bdi", "textarea", "pre"}
VOID = {"input", "br", "meta", "link", "hr", "img", "path", "rect", "circle", "use", "wbr"}
SPOKEN = ("title", "aria-label", "placeholder", "alt", "aria-description")


class Pseudo(NullTranslations):
    """⟦Each text⟧ in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return f"⟦{singular if n == 1 else plural}⟧"

    ugettext, ungettext = gettext, ngettext


class Plain(HTMLParser):
    """Gathers what a page says outside the brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in SPOKEN and value:
                self._look(_outside(value, 0)[0])
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        said, self._depth = _outside(data, self._depth)
        if not HIDDEN & set(self._open):
            self._look(said)

    def _look(self, text: str) -> None:
        left = NAMES.sub(" ", text)
        if re.search(r"[A-Za-zÀ-ÿ]{2,}", left):
            self.found.append(left.strip())


def _outside(text: str, depth: int) -> tuple[str, int]:
    kept = ""
    for char in text:
        depth += (char == "⟦") - (char == "⟧")
        kept += char if depth == 0 and char != "⟧" else " "
    return kept, depth


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def kept_texts() -> Iterator[None]:
    """Texts that are kept once they are translated are translated anew in this test, and once more after it."""
    kept = (cells.draw_state, cells._draw_evidence)
    for each in kept:
        each.cache_clear()
    yield
    for each in kept:
        each.cache_clear()


@pytest.mark.usefixtures("kept_texts")
def test_no_page_has_plain_text(sign_in: SignIn, database: Database, monkeypatch: pytest.MonkeyPatch):
    boss, ids = furnish(database)
    client = sign_in(boss)
    environment = client.application.jinja_env
    # Neither is for other tests, whose French is real.
    monkeypatch.setattr(environment, "bytecode_cache", None)
    monkeypatch.setattr(environment, "_caches", {language: {} for language in LANGUAGES})
    monkeypatch.setitem(client.application.extensions, "tracker_parts", {})
    client.post("/language", data={"language": "fr"})
    pseudo: Any = Pseudo()
    for module in (i18n, languages, templating, translated_templates):
        monkeypatch.setattr(module, "translations", lambda _language: pseudo)
    plain, count = [], 0
    for address, text in pages(client, ids, LINES):
        if address.startswith(("/public/", "/embed/", "/exports", "/api/")) or "/publication/preview/" in address:
            continue  # in the language of the address; columns of files have their texts in the data dictionary
        reader = Plain()
        reader.feed(text)
        plain += [f"{address}: {each}" for each in dict.fromkeys(reader.found)]
        count += 1
    assert count > 40
    assert plain == [], "\n".join(plain)
