"""The translations. English is the source; French lies in fragments, one an area, and is merged in memory.

A wheel carries the same thing compiled (`hatch_build.py` loads this file by its path to make it), so nothing here imports
the tracker or anything beyond Babel.
"""

import io
from functools import lru_cache
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).resolve().parent.parent / "translations"
COMPILED = "messages.mo"
SOURCE_LANGUAGE = "en"
LANGUAGES = (SOURCE_LANGUAGE, "fr")
LANGUAGE_NAMES = {"en": "English", "fr": "français"}  # each in its own


def fragments(language: str, folder: Path = FOLDER) -> list[Path]:
    """The files that make up a language, in the order in which they count."""
    return sorted((folder / language).glob("*.po"))


def merged(language: str, folder: Path = FOLDER) -> Catalog:
    """One catalogue of all fragments of a language; where two translate the same text, the first file wins."""
    whole = Catalog(locale=language, domain="messages", charset="utf-8")
    for path in fragments(language, folder):
        with path.open("rb") as file:
            part = read_po(file, locale=language, abort_invalid=True)
        for message in part:
            if message.id and message.string and whole.get(message.id, message.context) is None:
                whole[message.id] = message
    return whole


def compiled(language: str, folder: Path = FOLDER) -> bytes:
    """A language as the bytes of a gettext .mo file."""
    buffer = io.BytesIO()
    write_mo(buffer, merged(language, folder))
    return buffer.getvalue()


@lru_cache
def translations(language: str) -> NullTranslations:
    """The texts of a language; read once a process. An unknown language speaks English."""
    if language == SOURCE_LANGUAGE or language not in LANGUAGES:
        return NullTranslations()
    ready = FOLDER / language / COMPILED
    return Translations(io.BytesIO(ready.read_bytes() if ready.is_file() else compiled(language)))
