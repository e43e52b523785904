"""A passage of an article's text that is to become a quote: its sentences to choose from, its exact place. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tracker.articles.quote_matching import QuoteFinder
from tracker.articles.texts import Paragraph

# A sentence ends at its punctuation, with what closes after it (also after the thin space of French quotes), before a space. A
# run of punctuation is taken as a whole and looked at once: a line of fifty thousand full stops is read as fast as any other.
_CLOSED: Final = r"(?:\s?[»”’\"')\]])*(?=\s|$)"
_SENTENCE: Final = re.compile(rf".(?:[^.!?…]++|[.!?…]++(?!{_CLOSED}))*+(?:[.!?…]++{_CLOSED})?", re.DOTALL)
_AROUND: Final = 40  # code points shown before and after words that occur more than once


@dataclass(frozen=True)
class Span:
    """Some words of a text at their place: half-open code-point offsets into the whole."""

    start: int
    end: int
    text: str


def trim_span(body: str, start: int, end: int) -> Span | None:
    """The words at a place without the space around them; None where there is no such place or nothing but space."""
    if not 0 <= start < end <= len(body):
        return None
    text = body[start:end]
    kept = text.strip()
    if not kept:
        return None
    start += text.index(kept)
    return Span(start, start + len(kept), kept)


def split_sentences(paragraph: Paragraph) -> list[Span]:
    """The sentences of a paragraph, in order. Cut at every full stop: a sentence in two is chosen by ticking both."""
    found = (trim_span(paragraph.text, match.start(), match.end()) for match in _SENTENCE.finditer(paragraph.text))
    return [Span(each.start + paragraph.start, each.end + paragraph.start, each.text) for each in found if each is not None]


def join_spans(body: str, chosen: Sequence[Span]) -> Span | None:
    """Everything from the first of some sentences to the last; None for none."""
    if not chosen:
        return None
    return trim_span(body, min(each.start for each in chosen), max(each.end for each in chosen))


def find_spans(body: str, words: str, paragraph: int) -> list[Span]:
    """Every place in one paragraph with these words, as the text has them."""
    return [Span(place.start, place.end, body[place.start : place.end]) for place in QuoteFinder(body).find(words, paragraph)]


def show_surroundings(body: str, span: Span) -> str:
    """Words with a little of the text around them, to tell one place from another."""
    before, after = body[max(0, span.start - _AROUND) : span.start], body[span.end : span.end + _AROUND]
    return f"…{before}{span.text}{after}…"
