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
# Words that neighbouring languages do not share: Spanish has "la", "de", "que" and "en", too.
_DISTINCT: Final = {
    "en": frozenset(split_words("the of and to that for with from have this which")),
    "fr": frozenset(split_words("les des du et une est qui dans pour par au aux sur pas elle ont avec")),
}
_WORDS_MIN: Final = 30
_DISTINCT_MIN: Final = 0.05  # of all words; a text of either language has about a tenth, one of a neighbouring language up to .03
_WORD: Final = re.compile(r"[^\W\d_]{1,20}")


def recognise_language(text: str) -> str | None:
    """The language of a text; None where it is in neither, or too short to tell."""
    words = Counter(word.lower() for word in _WORD.findall(text[:_SAMPLE]))
    language = detect_language(text)
    found = sum(words[each] for each in _DISTINCT[language])
    return language if words.total() >= _WORDS_MIN and found >= _DISTINCT_MIN * words.total() else None


def detect_language(text: str) -> str:
    """The language whose small words are the more frequent; English where neither has any."""
    words = Counter(word.lower() for word in _WORD.findall(text[:_SAMPLE]))
    counts = {language: sum(words[each] for each in common) for language, common in _COMMON.items()}
    return max(LANGUAGES, key=lambda language: counts[language])
