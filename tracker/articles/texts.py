"""Article texts as strings: line ends, paragraphs, and the place of a quote in code points. Pure."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where words stand in a text: paragraph from 1 (headings count), half-open code-point offsets into the whole text."""

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


# Looks no further than the next line, so that a text of a million blank ones takes no time.
_BLOCK = re.compile(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*")


def normal(body: str) -> str:
    """The text as it is kept: LF line ends, otherwise as received."""
    return body.replace("\r\n", "\n").replace("\r", "\n")


def paragraphs(body: str) -> list[Paragraph]:
    """The blocks of a text, in order. Blocks are parted by blank lines; without any blank line, every line is one."""
    pattern = _BLOCK if re.search(r"\n[^\S\n]*\n", body) else re.compile(r"[^\n]+")
    found = (match for match in pattern.finditer(body) if match.group().strip())
    return [Paragraph(number, match.start(), match.end(), match.group()) for number, match in enumerate(found, start=1)]


def paragraph_at(body: str, offset: int) -> int | None:
    """The number of the paragraph that a code-point offset lies in; None between paragraphs."""
    return next((p.number for p in paragraphs(body) if p.start <= offset < p.end), None)


def find(body: str, quote: str, paragraph: int | None = None) -> list[Place]:
    """Every place where the exact words stand, all of the text or one paragraph of it. Nothing that merely looks alike."""
    if not quote:
        return []
    places = []
    for block in paragraphs(body):
        if paragraph is not None and block.number != paragraph:
            continue
        start = block.text.find(quote)
        while start != -1:
            places.append(Place(block.number, block.start + start, block.start + start + len(quote)))
            start = block.text.find(quote, start + 1)
    return places


def stands_at(body: str, quote: str, start: int, end: int) -> bool:
    """Whether the text has exactly these words at exactly this place."""
    return 0 <= start < end <= len(body) and body[start:end] == quote


def from_utf16(body: str, offset: int) -> int:
    """A browser's offset (UTF-16 code units) as code points. An offset inside a surrogate pair counts as before it."""
    units = 0
    for index, char in enumerate(body):
        width = 2 if ord(char) > 0xFFFF else 1
        if units + width > offset:
            return index
        units += width
    return len(body)
