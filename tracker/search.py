"""Looking for words in short texts such as titles and names: every word must occur, whatever its case. Free of Flask."""

import unicodedata
from typing import Any, Final

from sqlalchemy import ColumnElement, or_

WORDS_MAX: Final = 6
LENGTH_MAX: Final = 100


def words(q: str) -> list[str]:
    """The words of what was typed; those beyond the sixth are not looked for. Nothing is left of what no database can hold."""
    clean = "".join(c if c.isprintable() else " " for c in q[:LENGTH_MAX])
    return clean.split()[:WORDS_MAX]


def holds(word: str, *columns: Any) -> ColumnElement[bool]:
    """Whether one of the columns holds the word, in any of the ways it may be written.

    SQLite compares only ASCII without regard to case, so the usual ways of writing a word with other letters are tried as well;
    and a letter with its mark may have been stored as one character or as two.
    """
    ways = dict.fromkeys(
        unicodedata.normalize(form, way)
        for way in (word, word.lower(), word.upper(), word[:1].upper() + word[1:].lower())
        for form in ("NFC", "NFD")
    )
    return or_(*(column.icontains(way, autoescape=True) for column in columns for way in ways))
