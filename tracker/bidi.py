"""Texts of people within our own sentences: their direction of writing must not reach the words around them (Unicode UAX #9)."""

import re
from typing import Final

# Embeddings, overrides and isolates: they change the direction of all that follows, up to the end of the paragraph.
_CONTROLS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What makes a text able to reorder its neighbours: those, the three marks, and letters that are written from right to left.
_CONCERNED: Final = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def changes_direction(text: str) -> bool:
    """Whether a text holds a character that changes the direction of what follows it."""
    return not text.isascii() and _CONTROLS.search(text) is not None


def isolate(text: str) -> str:
    """Return the text so that it cannot reorder a sentence that it is put into; most texts come back as they are.

    Others lose their control characters, which could end the isolation, and stand between U+2068 and U+2069.
    """
    if text.isascii() or not _CONCERNED.search(text):
        return text
    return f"{_FIRST_STRONG_ISOLATE}{_CONTROLS.sub('', text)}{_POP_ISOLATE}"
