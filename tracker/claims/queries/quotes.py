"""A claim's quote in the article's text: its paragraph cut at the words, and whether the newest text has them still. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tracker.articles.models import ArticleText
from tracker.articles.texts import Paragraph, Place, find, paragraphs, stands_at

ALIKE: Final = 0.3  # share of common words from which two paragraphs are shown side by side


class Quoted(Protocol):
    """What has a quote: a claim, or its row in a list."""

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

    passage: the paragraph with the words in it, where their place is kept. exact: they stand exactly there. number: of the text
    they were taken from. latest_number: of the newest text. found_again: the paragraphs with the words in a newer text than their
    own; None where theirs is the newest. counterpart: that text's paragraph of the same number, to be read beside the old one.
    """

    passage: Passage | None = None
    exact: bool = False
    number: int | None = None
    latest_number: int | None = None
    found_again: tuple[Place, ...] | None = None
    counterpart: Paragraph | None = None

    @property
    def drifted(self) -> bool:
        """Whether the article has a newer text, in which the words do not stand any more."""
        return self.found_again == ()


def passage(body: str, start: int, end: int) -> Passage | None:
    """The paragraph round a place; a quote that reaches into further paragraphs takes them along. None if it is in none."""
    touched = [block for block in paragraphs(body) if block.start < end and start < block.end]
    if not touched or not touched[0].start <= start:
        return None
    first, last = touched[0], touched[-1]
    return Passage(first.number, body[first.start : start], body[start:end], body[end : max(end, last.end)])


def look_at(claim: Quoted, anchored: ArticleText | None, latest: ArticleText | None) -> Quote:
    """Compare a claim's quote with the text it was taken from and with the newest one."""
    if not claim.quote:
        return Quote(latest_number=latest.number if latest else None)
    start, end = claim.quote_start, claim.quote_end
    exact = anchored is not None and start is not None and end is not None and stands_at(anchored.body, claim.quote, start, end)
    shown = passage(anchored.body, start, end) if exact and anchored and start is not None and end is not None else None
    found_again, counterpart = None, None
    if latest is not None and anchored is not None and latest.number != anchored.number:
        found_again = tuple(find(latest.body, claim.quote))
        was = f"{shown.before}{shown.quoted}{shown.after}" if shown else claim.quote
        counterpart = closest(paragraphs(latest.body), was) if not found_again else None
    return Quote(
        passage=shown,
        exact=exact,
        number=anchored.number if anchored else None,
        latest_number=latest.number if latest else None,
        found_again=found_again,
        counterpart=counterpart,
    )


def closest(blocks: Sequence[Paragraph], text: str) -> Paragraph | None:
    """The paragraph that shares most of its words with a text; None if none is alike. To be read, never to be quoted from."""
    words = _words(text)
    found = [(len(words & other) / len(words | other), block) for block in blocks if words and (other := _words(block.text))]
    best = max(found, key=lambda each: each[0], default=None)
    return best[1] if best and best[0] >= ALIKE else None


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
