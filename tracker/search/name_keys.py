"""The key of a name: two names that people take for the same one have the same key. Pure.

Speakers, topics and the names in imported files are compared by it, so that every way of entering a name agrees.
"""

import hashlib
import unicodedata
from typing import Final

from tracker.word_caches import word_cache

KEY_MAX: Final = 255  # code points; short enough for an index row of either database

# Marks and letters that show nothing: they are in no other category of invisible characters.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})

# Keyboards and word processors write these for the same sign.
_PUNCTUATION: Final = str.maketrans({
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201b\u02bc", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
})  # fmt: skip


@word_cache(8192)
def name_key(name: str) -> str:
    """The name in Unicode form NFKC, case folded, without spaces and invisible characters; "" if nothing of it can be seen.

    Letters of every script, accents and signs are kept: "C", "C++" and "C#" differ. A longer key than KEY_MAX ends in a SHA-256.
    """
    key = _fold(name)
    # Folding can bring forth what folds again: a capital with a compatibility form, a mark that joins across a removed space.
    while (again := _fold(key)) != key:
        key = again
    if len(key) > KEY_MAX:
        return key[: KEY_MAX - 64] + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return key


def is_same_name(one: str, other: str) -> bool:
    """Whether two texts are the same name."""
    return name_key(one) == name_key(other)


def sort_key(text: str) -> str:
    """A text as people sort it: without accents and case."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _fold(name: str) -> str:
    visible = "".join(c for c in unicodedata.normalize("NFKC", name) if not _is_invisible(c))
    return unicodedata.normalize("NFKC", visible.casefold()).translate(_PUNCTUATION)


def _is_invisible(char: str) -> bool:
    return (
        unicodedata.category(char) in _INVISIBLE_CATEGORIES
        or char in _BLANK
        or "\ufe00" <= char <= "\ufe0f"  # variation selectors
        or "\u180b" <= char <= "\u180f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )
