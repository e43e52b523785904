"""Paragraphs and sentences of a text with their code-point offsets.

A paragraph is counted as everywhere in the tracker: a block between blank lines or, in a text without any blank line, a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracker.suggest.words import split_words

CAP: Final = 2_000  # characters of a sentence that are scored; the rest is kept in its text and offsets alone

_BLOCK: Final = re.compile(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*")
_LINE: Final = re.compile(r"[^\n]+")
_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*\n")
# A run of marks is taken whole, so that fifty thousand full stops cost no more than one.
_END: Final = re.compile(r"(?<![.!?…])[.!?…]++(?:\[\d{1,3}\])?(?:[\s\u202f\u00a0]?[»”\"’')\]]){0,3}(?=\s)")
_NEXT: Final = re.compile(r"\s+(?:[«“\"‘'(\[–—-]\s?){0,3}[A-ZÀ-ÖØ-ÞŒ\d]")
_WORD_BEFORE: Final = re.compile(r"[^\s«“\"(‘]{1,24}$")
_INITIALS: Final = re.compile(r"(?:[A-ZÀ-Þ]\.-?){0,4}[A-ZÀ-Þ]")
_ABBREVIATIONS: Final = frozenset(
    split_words(
        "m mm mme mmes mlle dr drs pr prof mr mrs ms st ste sen rep gov gen col sgt lt capt hon rev fr messrs jr sr no "
        "nos vs etc al art p pp v vol fig cf ex env av apr j-c inc ltd corp co dept est approx jan feb mar aug sept sep "
        "oct nov dec janv févr juill bd tél u.s u.k u.n d.c e.u a.m p.m"
    )
)
# These may also close a sentence: they do when what follows opens like one.
_MAY_CLOSE: Final = frozenset(split_words("etc inc ltd corp co jr sr u.s u.k u.n d.c e.u a.m p.m no al est mar av p sept"))
_OPENERS: Final = re.compile(
    r"\s+[«“\"]?(?:The|A|An|It|He|She|They|We|I|In|On|At|But|And|This|That|These|If|When|As|For|Le|La|Les|Un|Une|Il|Elle|Ils|"
    r"Elles|On|Ce|Cette|Ces|Mais|Et|En|Dans|Pour|Selon)\b"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence at its place. `is_heading`: all of a paragraph that is short and ends without a full stop."""

    start: int
    end: int
    text: str
    paragraph: int
    is_heading: bool


def split_paragraphs(text: str) -> list[tuple[int, int]]:
    """The blocks of a text as half-open offsets, in order."""
    pattern = _BLOCK if _BLANK_LINE.search(text) else _LINE
    return [match.span() for match in pattern.finditer(text) if not match.group().isspace()]


def split_sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, in order."""
    for number, (start, end) in enumerate(split_paragraphs(text), start=1):
        spans = list(_spans(text, start, end))
        for first, last in spans:
            words = text[first:last]
            heading = len(spans) == 1 and _is_heading(words)
            yield Sentence(first, last, words, number, heading)


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for match in _END.finditer(text, start, end):
        if _ends_sentence(text, first, match):
            yield from _trimmed(text, first, match.end())
            first = match.end()
    yield from _trimmed(text, first, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    kept = words.strip()
    if kept:
        start += len(words) - len(words.lstrip())
        yield start, start + len(kept)


def _ends_sentence(text: str, first: int, match: re.Match[str]) -> bool:
    mark = match.group()
    if not _NEXT.match(text, match.end()):
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    before = _WORD_BEFORE.search(text[max(first, match.start() - 24) : match.start()])
    word = before.group().lower() if before else ""
    if len(mark) > 1 and not mark[1:].strip().startswith("["):
        return True  # closed by a quotation mark
    if word in _MAY_CLOSE:
        return bool(_OPENERS.match(text, match.end()))
    is_initial = before is not None and _INITIALS.fullmatch(before.group()) is not None
    return not is_initial and word.rsplit("-", 1)[-1] not in _ABBREVIATIONS


def _is_heading(words: str) -> bool:
    if words[-1] in ".!…:;" or (words[-1] in "»”\"’')" and len(words) > 120):
        return False
    if words[-1] == "?":
        return len(words) <= 160
    return len(words) <= 200 and words[-1] not in '»”"'
