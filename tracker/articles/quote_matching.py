"""Finding a quote in an article's text as a reader would: spaces, accents and invisible characters may differ. Pure.

Places are always those of the text's own characters, so that a quote can be stored as the text has it.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from tracker.articles.texts import Paragraphs, Place

# Soft hyphen, zero-width space and joiners, marks of direction, word joiner, byte order mark.
_INVISIBLE: Final = "\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff"
_MARKS: Final = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u093c\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
_JAMO: Final = "\u1100-\u11ff"
# What a reader sees otherwise than it is written. A single plain space is none of it, and most of a text.
_REWRITTEN: Final = re.compile(f"[ {_INVISIBLE}]{{2,}}|[{_INVISIBLE}]|[^ {_MARKS}{_INVISIBLE}][{_MARKS}]+|[{_JAMO}]+")

# One sign for each group that keyboards and word processors write for each other, one space for all.
_ONE_SIGN: Final = str.maketrans({
    **dict.fromkeys("\t\n\x0b\x0c\r\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000", " "),
    **dict.fromkeys((chr(code) for code in range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\u2018\u2019\u02bc", "'"),
    **dict.fromkeys("\u201c\u201d\u201e", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "\u212a": "K", "\u212b": "Å", "\u2126": "Ω",
})  # fmt: skip


class ReadersView:
    """A text in Unicode form NFC, with one plain space for each run of space and without invisible characters.

    Built in one pass; `places` maps what is found in it to offsets of the text itself.
    """

    def __init__(self, body: str) -> None:
        # Rewritten stretches: half-open offsets in the view and in the text.
        self._view_starts, self._view_ends = array("Q", [0]), array("Q", [0])
        self._ends = array("Q", [0])
        pieces: list[str] = []
        length = at = 0
        plain = body.translate(_ONE_SIGN)
        for match in _REWRITTEN.finditer(plain):
            pieces += plain[at : match.start()], _as_seen(match.group())
            length += match.start() - at
            self._view_starts.append(length)
            length += len(pieces[-1])
            self._view_ends.append(length)
            at = match.end()
            self._ends.append(at)
        self.text: Final = "".join([*pieces, plain[at:]])

    def places(self, quote: str) -> Iterator[tuple[int, int]]:
        """The half-open offsets in the text of everything that looks like the quote, overlapping ones too."""
        wanted = ReadersView(quote).text.strip()
        for start, end in _occurrences(self.text, wanted):
            yield self._start(start), self._end(end)

    def _start(self, offset: int) -> int:
        # Invisible characters right before a word are not part of it: the stretch that ends here is passed.
        index = bisect_right(self._view_ends, offset) - 1
        return self._ends[index] + offset - self._view_ends[index]

    def _end(self, offset: int) -> int:
        index = max(bisect_left(self._view_starts, offset) - 1, 0)
        return self._ends[index] + max(offset - self._view_ends[index], 0)


class QuoteFinder:
    """Finds quotes in one text; what that needs of the text is made once, when it is first asked for."""

    def __init__(self, body: str) -> None:
        self.body: Final = body

    @cached_property
    def paragraphs(self) -> Paragraphs:
        return Paragraphs(self.body)

    @cached_property
    def _view(self) -> ReadersView:
        return ReadersView(self.body)

    def find(self, quote: str, paragraph: int | None = None) -> list[Place]:
        """The places of the exact words, in all of the text or in one paragraph; without any, those of words that look alike.

        A quote is never found across two paragraphs.
        """
        if not ReadersView(quote).text.strip():
            return []
        return self.find_exact(quote, paragraph) or self.find_alike(quote, paragraph)

    def find_exact(self, quote: str, paragraph: int | None = None) -> list[Place]:
        """Every place of the exact words, overlapping ones too."""
        return self._inside(_occurrences(self.body, quote), paragraph)

    def find_alike(self, quote: str, paragraph: int | None = None) -> list[Place]:
        """Every place of words that look like the quote."""
        return self._inside(self._view.places(quote), paragraph)

    def _inside(self, occurrences: Iterator[tuple[int, int]], paragraph: int | None) -> list[Place]:
        found = []
        for start, end in occurrences:
            block = self.paragraphs.at(start)
            if block is not None and end <= block.end and paragraph in (None, block.number):
                found.append(Place(block.number, start, end))
        return found


def is_alike(words: str, quote: str) -> bool:
    """Whether two texts look the same to a reader."""
    return words == quote or ReadersView(words).text.strip() == ReadersView(quote).text.strip()


def _occurrences(body: str, words: str) -> Iterator[tuple[int, int]]:
    """The half-open offsets of the exact words; not of part of a character that goes on with a combining mark."""
    start = body.find(words) if words and not words.isspace() else -1
    while start != -1:
        end = start + len(words)
        if end == len(body) or not unicodedata.combining(body[end]):
            yield start, end
        start = body.find(words, start + 1)


def _as_seen(stretch: str) -> str:
    if stretch[0] == " " or stretch.isspace():
        return " "
    visible = re.sub(f"[{_INVISIBLE}]+", "", stretch)
    return " " if visible.isspace() else unicodedata.normalize("NFC", visible)
