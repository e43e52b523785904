"""A claim's quote in the article's text: its paragraph cut at the words, and whether the newest text has them still. Pure."""

from dataclasses import dataclass

from tracker.articles.models import ArticleText
from tracker.articles.texts import find, paragraphs, stands_at
from tracker.claims.models import Claim


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
    found_again: tuple[int, ...] | None = None
    counterpart: str = ""

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


def look_at(claim: Claim, anchored: ArticleText | None, latest: ArticleText | None) -> Quote:
    """Compare a claim's quote with the text it was taken from and with the newest one."""
    if not claim.quote:
        return Quote(latest_number=latest.number if latest else None)
    start, end = claim.quote_start, claim.quote_end
    exact = anchored is not None and start is not None and end is not None and stands_at(anchored.body, claim.quote, start, end)
    shown = passage(anchored.body, start, end) if exact and anchored and start is not None and end is not None else None
    found_again, counterpart = None, ""
    if latest is not None and anchored is not None and latest.number != anchored.number:
        found_again = tuple(place.paragraph for place in find(latest.body, claim.quote))
        counterpart = next((block.text for block in paragraphs(latest.body) if block.number == claim.paragraph), "")
    return Quote(
        passage=shown,
        exact=exact,
        number=anchored.number if anchored else None,
        latest_number=latest.number if latest else None,
        found_again=found_again,
        counterpart=counterpart,
    )
