"""The languages that can be read, and which one a text is in."""

import re
from collections import Counter
from typing import Final

from tracker.suggest.words import split_words

LANGUAGES: Final = ("en", "fr")
_SAMPLE: Final = 20_000  # characters looked at
_COMMON: Final = {
    "en": frozenset(
        split_words("the of and to in is that for it was on with as at by from be are this have not but they which he she will")
    ),
    "fr": frozenset(
        split_words("le la les des du de et un une est que qui dans pour par au aux ce sur ne pas il elle en se son sa ont")
    ),
}
_WORD: Final = re.compile(r"[^\W\d_]{1,20}")


def detect_language(text: str) -> str:
    """The language whose small words are the more frequent; English where neither has any."""
    words = Counter(word.lower() for word in _WORD.findall(text[:_SAMPLE]))
    counts = {language: sum(words[each] for each in common) for language, common in _COMMON.items()}
    return max(LANGUAGES, key=lambda language: counts[language])
