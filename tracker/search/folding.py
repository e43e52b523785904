"""Words as they are indexed and asked for: folded in Python, so that no database needs to know a language. Pure.

A word loses its case, its marks and its ligatures (été → ete, cœur → coeur), an elision is cut off (l'été → l, ete). Beside that
surface stands its stem: the dictionary form in French, else in English (accords → accord, deals → deal), without marks. Text is
indexed by both, and what is asked for is found by either: "ete" finds « été », "accord" finds « accords ».

Every folded word is plain ASCII letters and digits and begins with a letter, because the two databases cut anything else into
words differently.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LANGUAGES = ("fr", "en")
WORD_MAX = 64  # characters; longer runs of letters are no words
BETWEEN = " 0 "  # parts texts; no folded word begins with a digit, so no phrase reaches over it
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_WORD = re.compile(r"[^\W_]+")
# A quoted phrase, in whichever quotation marks people type; what is not closed is no phrase.
_PHRASE = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»')


class Word(NamedTuple):
    """A folded word: as it stands, and its stem."""

    surface: str
    stem: str

    def is_like(self, other: "Word") -> bool:
        return self.surface == other.surface or self.stem == other.stem


class Found(NamedTuple):
    """A word and where it stands in its text."""

    start: int
    end: int
    word: Word


def find(text: str) -> Iterator[Found]:
    """The words of a text (in NFC), in order."""
    for match in _WORD.finditer(text):
        yield Found(match.start(), match.end(), _folded(match.group().lower()[:WORD_MAX]))


def words(text: str) -> list[Word]:
    """The folded words of a text, in order."""
    return [found.word for found in find(unicodedata.normalize("NFC", text))]


def fold(*texts: str) -> str:
    """Texts as they are indexed together: their surfaces, then their stems, each parted from the next."""
    folded = [words(text) for text in texts]
    surfaces = [" ".join(word.surface for word in each) for each in folded]
    stems = [" ".join(word.stem for word in each) for each in folded]
    return BETWEEN.join(part for part in (*surfaces, *stems) if part)


def asked(query: str) -> list[list[Word]]:
    """What somebody asks for: runs of words, each of which must stand together; all of them must occur.

    Words outside quotation marks are runs of one. Whatever else was typed (operators, brackets, stars) is only what parts words.
    """
    runs: list[list[Word]] = []
    rest = query
    for match in _PHRASE.finditer(query):
        phrase = words(next(group for group in match.groups() if group is not None))
        if phrase:
            runs.append(phrase)
        rest = rest.replace(match.group(), " ", 1)
    runs.extend([word] for word in words(rest))
    return runs


@lru_cache(maxsize=65_536)
def _folded(word: str) -> Word:
    return Word(_ascii(word), _ascii(_stem(word)))


def _ascii(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.translate(_LIGATURES))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    if plain.isascii() and plain.isalnum():
        return plain if plain[0].isalpha() else f"n{plain}"
    # Scripts that the databases cut differently: the word as the hexadecimal digits of its UTF-8.
    return f"u{word.encode('utf-8').hex()}"


def _stem(word: str) -> str:
    if len(word) < 3 or not word.isalpha():
        return word
    import simplemma  # its dictionaries take half a second to load, and only who searches or stores needs them

    if any(simplemma.is_known(word, lang=language) for language in LANGUAGES):
        return simplemma.lemmatize(word, lang=LANGUAGES).lower()
    # No dictionary has it: a name, or a French word typed without its accents. Its plural is all that can be told.
    return word[:-1] if word[-1] in "sx" else word
