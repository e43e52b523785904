"""A claim's quote in the article's text: its paragraph cut at the words, and its place in the newest text. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Final, Protocol

from tracker.articles.models import ArticleText
from tracker.articles.quote_matching import QuoteFinder
from tracker.articles.texts import Paragraph, Paragraphs, Place, is_at
from tracker.sql import AnyRow

ALIKE: Final = 0.3  # share of common words from which two paragraphs are shown side by side
SAME_SURROUNDINGS: Final = 0.5  # likeness of the words before and after a quote from which its place counts as the same
SURROUNDING_WORDS: Final = 25  # on each side
SURROUNDING_MAX: Final = 400  # code points on each side in which they are looked for
PLACES_MAX: Final = 200  # of the same words in one text, compared with each other


class Quoted(Protocol):
    """A claim, or its row in a list."""

    @property
    def quote(self) -> str: ...
    @property
    def quote_start(self) -> int | None: ...
    @property
    def quote_end(self) -> int | None: ...


@dataclass(frozen=True)
class Passage:
    """A paragraph, cut in three at the quoted words."""

    paragraph: int
    before: str
    quoted: str
    after: str


@dataclass(frozen=True)
class Quote:
    """What can be shown and proven of a quote.

    passage: the paragraph with the words in it, where their place is kept. exact: the text has them exactly there. number: of the
    text they were taken from. latest_number: of the newest text. found_again: the places with the words in a newer text than
    their own; None where theirs is the newest. same_place: the one whose surroundings are those of the quote; None if there
    is none, or more than one. candidate: the first of the places, to be compared with the old one. counterpart: without a place,
    the paragraph that is most like the old one.
    """

    passage: Passage | None = None
    exact: bool = False
    number: int | None = None
    latest_number: int | None = None
    found_again: tuple[Place, ...] | None = None
    same_place: Place | None = None
    candidate: Passage | None = None
    counterpart: Paragraph | None = None

    @property
    def drifted(self) -> bool:
        """Whether the article has a newer text without the words."""
        return self.found_again == ()

    @property
    def is_elsewhere(self) -> bool:
        """Whether the newest text has the words, but not clearly at the place that was quoted."""
        return bool(self.found_again) and self.same_place is None


class NumberedText:
    """One text of an article, prepared for many quotes."""

    def __init__(self, text: ArticleText | AnyRow) -> None:
        self.number: Final = text.number
        self.body: Final = text.body
        self.finder: Final = QuoteFinder(text.body)

    @property
    def paragraphs(self) -> Paragraphs:
        return self.finder.paragraphs

    @cached_property
    def _paragraph_words(self) -> list[tuple[frozenset[str], Paragraph]]:
        return [(_words(block.text), block) for block in self.paragraphs]

    def passage(self, start: int, end: int) -> Passage | None:
        """The paragraph around a place; a quote that reaches into further paragraphs takes them along. None if it is in none."""
        touched = self.paragraphs.touching(start, end)
        if not touched or not touched[0].start <= start:
            return None
        first, last = touched[0], touched[-1]
        after = self.body[end : max(end, last.end)]
        return Passage(first.number, self.body[first.start : start], self.body[start:end], after)

    def closest_paragraph(self, text: str) -> Paragraph | None:
        """The paragraph that shares most of its words with a text; None if none is alike. To be read, never to be quoted from."""
        words = _words(text)
        found = [(len(words & other) / len(words | other), block) for other, block in self._paragraph_words if words and other]
        best = max(found, key=lambda each: each[0], default=None)
        return best[1] if best and best[0] >= ALIKE else None

    def surroundings(self, start: int, end: int) -> tuple[list[str], list[str]]:
        """The words before and after a place, the nearest first."""
        before = _listed(self.body[max(0, start - SURROUNDING_MAX) : start])[-SURROUNDING_WORDS:]
        return before[::-1], _listed(self.body[end : end + SURROUNDING_MAX])[:SURROUNDING_WORDS]


def compare_quote(claim: Quoted, anchored: NumberedText | None, latest: NumberedText | None) -> Quote:
    """A claim's quote in the text it was taken from and in the newest one."""
    latest_number = latest.number if latest else None
    if not claim.quote:
        return Quote(latest_number=latest_number)
    if anchored is None:
        return Quote(latest_number=latest_number)
    start, end = claim.quote_start, claim.quote_end
    place = (start, end) if start is not None and end is not None and is_at(anchored.body, claim.quote, start, end) else None
    shown = anchored.passage(*place) if place else None
    if latest is None or latest.number == anchored.number:
        return Quote(shown, place is not None, anchored.number, latest_number)
    places = _nearest(latest.finder.find_alike(claim.quote), place[0] if place else 0)
    paragraph = f"{shown.before}{shown.quoted}{shown.after}" if shown else claim.quote
    return Quote(
        passage=shown,
        exact=place is not None,
        number=anchored.number,
        latest_number=latest_number,
        found_again=tuple(places),
        same_place=_same_place(anchored, place, latest, places, claim.quote) if place else None,
        candidate=latest.passage(places[0].start, places[0].end) if places else None,
        counterpart=latest.closest_paragraph(paragraph) if not places else None,
    )


def _nearest(places: Sequence[Place], start: int) -> list[Place]:
    """The PLACES_MAX places nearest to an offset, in the order of the text."""
    return sorted(sorted(places, key=lambda each: abs(each.start - start))[:PLACES_MAX], key=lambda each: each.start)


def _same_place(
    anchored: NumberedText, place: tuple[int, int], latest: NumberedText, places: Sequence[Place], quote: str
) -> Place | None:
    """The only place in the newest text whose surroundings are those of the quote, and not of the same words elsewhere."""
    own = anchored.surroundings(*place)
    others = [
        anchored.surroundings(each.start, each.end)
        for each in _nearest(anchored.finder.find_alike(quote), place[0])
        if (each.start, each.end) != place
    ]
    found = []
    for each in places:
        there = latest.surroundings(each.start, each.end)
        likeness = _likeness(own, there)
        if likeness >= SAME_SURROUNDINGS and all(likeness > _likeness(other, there) for other in others):
            found.append(each)
    return found[0] if len(found) == 1 else None


def _likeness(one: tuple[list[str], list[str]], other: tuple[list[str], list[str]]) -> float:
    """From 0 to 1: how many of the nearest words before and after two places are the same, in the same order.

    On each side, as many words count as both places have: the quoted paragraph may have become the last one.
    """
    same = counted = 0
    for a, b in zip(one, other, strict=True):
        length = min(len(a), len(b))
        matcher = SequenceMatcher(None, a[:length], b[:length], autojunk=False)
        same += sum(block.size for block in matcher.get_matching_blocks())
        counted += length
    if counted == 0:
        return 0.0 if any(one) or any(other) else 1.0
    return same / counted


def _words(text: str) -> frozenset[str]:
    return frozenset(_listed(text))


def _listed(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
