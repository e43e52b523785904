"""Article texts as strings: line ends, paragraphs, and the place of a quote in code points. Pure."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, overload

# Looks no further than the next line, so that a text of a million blank lines takes no time.
_BLOCK: Final = re.compile(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*")
_LINE: Final = re.compile(r"[^\n]+")
_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*\n")
_VISIBLE: Final = re.compile(r"\S")


@dataclass(frozen=True)
class Place:
    """The place of some words in a text: paragraph from 1 (headings count), half-open code-point offsets into the whole text."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True)
class Paragraph:
    """One block of a text, with its offsets in the whole."""

    number: int
    start: int
    end: int
    text: str


class Paragraphs(Sequence[Paragraph]):
    """The blocks of a text, in order. Only their offsets are kept: a text may have a hundred thousand."""

    def __init__(self, body: str) -> None:
        self.body: Final = body
        self._starts, self._ends = array("Q"), array("Q")
        # Blocks are parted by blank lines; in a text without any, every line is one.
        pattern = _BLOCK if _BLANK_LINE.search(body) else _LINE
        for match in pattern.finditer(body):
            start, end = match.span()
            if _VISIBLE.search(body, start, end):
                self._starts.append(start)
                self._ends.append(end)

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Paragraph: ...
    @overload
    def __getitem__(self, index: slice) -> list[Paragraph]: ...
    def __getitem__(self, index: int | slice) -> Paragraph | list[Paragraph]:
        if isinstance(index, slice):
            return [self._paragraph(each) for each in range(*index.indices(len(self)))]
        return self._paragraph(range(len(self))[index])

    def __iter__(self) -> Iterator[Paragraph]:
        return map(self._paragraph, range(len(self)))

    def numbered(self, number: int | None) -> Paragraph | None:
        """The paragraph with a number, from 1; None for a number that the text does not have."""
        return self[number - 1] if number is not None and 1 <= number <= len(self) else None

    def at(self, offset: int) -> Paragraph | None:
        """The paragraph that a code-point offset lies in; None between paragraphs."""
        index = bisect_right(self._starts, offset) - 1 if offset >= 0 else -1
        return self[index] if index >= 0 and offset < self._ends[index] else None

    def touching(self, start: int, end: int) -> list[Paragraph]:
        """The paragraphs that a half-open range of the text reaches into."""
        first = max(bisect_right(self._starts, start) - 1, 0) if start >= 0 else 0
        found = []
        for index in range(first, len(self)):
            if self._starts[index] >= end:
                break
            if self._ends[index] > start:
                found.append(self[index])
        return found

    def _paragraph(self, index: int) -> Paragraph:
        start, end = self._starts[index], self._ends[index]
        return Paragraph(index + 1, start, end, self.body[start:end])


def normalise_line_ends(body: str) -> str:
    """The text as it is stored: LF line ends, otherwise as received."""
    return body.replace("\r\n", "\n").replace("\r", "\n")


def paragraph_at(body: str, offset: int) -> int | None:
    """The number of the paragraph that a code-point offset lies in; None between paragraphs."""
    found = Paragraphs(body).at(offset)
    return found.number if found is not None else None


def is_at(body: str, quote: str, start: int, end: int) -> bool:
    """Whether the text has exactly these words at exactly this place."""
    return 0 <= start < end <= len(body) and body[start:end] == quote
