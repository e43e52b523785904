"""Validation shared by forms, imports and commands, run just before values are stored.

Forms clean what people type and paste. What is refused here is what no database, file or hash of the history could hold, and what
its column has no room for; so nothing that slips past a form ends as an error of the database driver.
"""

import enum
import re
import unicodedata
from datetime import date, datetime
from typing import Any, TypeVar

from tracker import bidi
from tracker.errors import N_, Invalid

LANGUAGE_MAX = 35  # as RFC 5646 advises

Word = TypeVar("Word", bound=enum.StrEnum)

# Letters by category that show nothing: fillers of Hangul and Khmer, and the blank of Braille.
_BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Names and labels of one line: they stand within sentences, lists and file names, where they may change the direction of nothing.
_LABELS = frozenset(
    {
        "affiliation", "aliases", "article_title", "author", "document", "label_en", "label_fr", "locator", "name", "outlet",
        "publisher", "speaker", "speaker_affiliation", "speaker_name", "title", "topics",
    }
)  # fmt: skip
REVERSES = N_("This holds a character that changes the direction of writing. Delete it or type the text again.")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
_HALVES = re.compile("[\ud800-\udfff]")
# BCP 47: language, extended language, script, region, variants.
_LANGUAGE = re.compile(
    r"(?P<language>[a-z]{2,3}(-[a-z]{3})?)(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.ASCII | re.IGNORECASE,
)


def is_blank(value: str) -> bool:
    """Whether a text shows nothing: white space, zero-width characters, or marks on nothing."""
    return all(c in _BLANKS or unicodedata.category(c) in _UNSEEN for c in value)


def text(value: object, field: str, *, most: int, needed: str | None = None, strip: bool = True) -> str:
    """Return the text as it is stored: without surrounding space unless `strip` is False, "" where nothing shows.

    `most` counts code points; `needed` is what to say where there must be something. Raises Invalid.
    """
    if value is not None and not isinstance(value, str):
        raise Invalid(N_("This is not a usable value."), field=field)
    kept: str = value or ""
    if len(kept) > most + 1000:  # before anything looks at each character of it
        raise _too_long(kept, field, most)
    if "\x00" in kept:
        raise Invalid(N_("This holds a character that cannot be stored (NUL). Delete it or type the text again."), field=field)
    if _HALVES.search(kept):
        raise Invalid(N_("This holds a damaged character. Type the text again."), field=field)
    if field in _LABELS and bidi.changes_direction(kept):
        raise Invalid(REVERSES, field=field)
    if is_blank(kept):
        kept = ""
    elif strip:
        kept = kept.strip()
    if needed is not None and not kept:
        raise Invalid(needed, field=field)
    if len(kept) > most:
        raise _too_long(kept, field, most)
    return kept


def _too_long(value: str, field: str, most: int) -> Invalid:
    return Invalid(N_("This is too long: %(length)s characters, at most %(most)s."), field=field, length=len(value), most=most)


def language(value: object, field: str = "language") -> str:
    """The BCP 47 tag of a language in its usual spelling, such as "en", "pt-BR" or "zh-Hant". Raises Invalid."""
    found = _LANGUAGE.fullmatch(value) if isinstance(value, str) and len(value) <= LANGUAGE_MAX else None
    if found is None:
        raise Invalid(N_("Give a language by its code, such as en or fr."), field=field)
    script, region = (found["script"] or "").title(), (found["region"] or "").upper()
    return "-".join(filter(None, (found["language"].lower(), script, region, found["variants"].strip("-").lower())))


def word(value: Any, words: type[Word], field: str) -> Word:
    """The member of an enum by its key. Raises Invalid for any other."""
    try:
        return words(value)
    except ValueError:
        raise Invalid(N_("This is not a usable value."), field=field) from None


def whole(value: object, field: str, *, most: int) -> int:
    """A whole number from 0 to `most`. Raises Invalid for anything else."""
    if type(value) is not int or not 0 <= value <= most:
        raise Invalid(N_("This is not a usable value."), field=field)
    return value


def day(value: object, field: str) -> date:
    """A calendar day, and not a moment. Raises Invalid for anything else."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Invalid(N_("This is not a usable value."), field=field)
    return value
