"""An article's claims and text as pages show them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tracker.articles.texts import Paragraph, Paragraphs
from tracker.claims.queries.article_claims import PlacedClaim, StateCounts, shown_state
from tracker.claims.queries.claim_rows import ClaimRow

PARAGRAPHS: Final = 200  # on a page of a text
MARGIN: Final = 10  # claims named in the margin of one paragraph

# The order of the legend: what was found, then what is still to do.
LEGEND: Final = (
    "confirmed", "partly_confirmed", "refuted", "unresolvable", "void", "overdue", "due", "open", "draft", "withdrawn",
)  # fmt: skip

# Control characters do nothing on a page but hide; they are shown by their pictures, one for one, so that places stay right.
_PICTURES: Final = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}


@dataclass(frozen=True)
class ShownClaim:
    """One claim of a list: the state that it is drawn with, and whether that is only proposed."""

    row: ClaimRow
    state: str
    proposed: bool


@dataclass(frozen=True)
class LegendEntry:
    """How many claims have a state, and how many are proposed to have it."""

    state: str
    count: int
    proposed: int


@dataclass(frozen=True)
class Block:
    """One paragraph with the claims in its margin.

    `pieces`: its text, cut where quotes start and end, and whether each piece is quoted. `more`: how many claims the margin
    leaves out.
    """

    number: int
    text: str
    claims: tuple[PlacedClaim, ...]
    more: int
    pieces: tuple[tuple[str, bool], ...]
    start: int


@dataclass(frozen=True)
class TextWindow:
    """The paragraphs of one page, by the numbers of the first and the last; `total` of the whole text."""

    first: int
    last: int
    total: int

    @property
    def previous(self) -> int | None:
        """The first paragraph of the page before; None on the first page."""
        return self.first - PARAGRAPHS if self.first > 1 else None

    @property
    def next(self) -> int | None:
        """The first paragraph of the page after; None on the last page."""
        return self.last + 1 if self.last < self.total else None


def show_controls(text: str) -> str:
    """The text with control characters drawn by their pictures, one for one."""
    return text.translate(_PICTURES)


def show_claims(rows: Iterable[ClaimRow], today: date) -> list[ShownClaim]:
    """The claims of a list, in the order given."""
    found = []
    for row in rows:
        proposal = row.proposal
        state, proposed = shown_state(
            row.status,
            row.review_on,
            today,
            row.outcome,
            has_proposal=proposal is not None,
            proposed=proposal.outcome if proposal else None,
        )
        found.append(ShownClaim(row, state, proposed))
    return found


def build_legend(counts: StateCounts) -> list[LegendEntry]:
    """How many claims there are of each state that occurs."""
    entries = (LegendEntry(each, counts.by_state.get((each, False), 0), counts.by_state.get((each, True), 0)) for each in LEGEND)
    return [entry for entry in entries if entry.count or entry.proposed]


def text_window(paragraphs: Paragraphs, wanted: int | None) -> TextWindow:
    """The page of a text that has a paragraph; the first for a paragraph that the text does not have."""
    total = len(paragraphs)
    number = wanted if wanted is not None and 1 <= wanted <= total else 1
    first = (number - 1) // PARAGRAPHS * PARAGRAPHS + 1
    return TextWindow(first, min(first + PARAGRAPHS - 1, total), total)


def build_blocks(paragraphs: Paragraphs, window: TextWindow, claims: Sequence[PlacedClaim] = ()) -> list[Block]:
    """The paragraphs of a page, each with its claims."""
    by_paragraph: dict[int, list[PlacedClaim]] = {}
    for claim in claims:
        by_paragraph.setdefault(claim.paragraph, []).append(claim)
    quoted = _quoted(claims)
    blocks = []
    reached = 0  # ranges before it end before the paragraph
    for block in paragraphs[window.first - 1 : window.last]:
        while reached < len(quoted) and quoted[reached][1] <= block.start:
            reached += 1
        own = by_paragraph.get(block.number, [])
        pieces = _pieces(block, quoted, reached)
        text = block.text.translate(_PICTURES)
        blocks.append(Block(block.number, text, tuple(own[:MARGIN]), max(0, len(own) - MARGIN), pieces, block.start))
    return blocks


def _quoted(claims: Iterable[PlacedClaim]) -> list[tuple[int, int]]:
    """The ranges of quoted words, in order and without overlaps."""
    places = sorted((claim.start, claim.end) for claim in claims if claim.start is not None and claim.end is not None)
    found: list[tuple[int, int]] = []
    for start, end in places:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _pieces(block: Paragraph, quoted: Sequence[tuple[int, int]], reached: int) -> tuple[tuple[str, bool], ...]:
    pieces, at, text = [], 0, block.text.translate(_PICTURES)
    for index in range(reached, len(quoted)):
        start, end = max(0, quoted[index][0] - block.start), min(len(text), quoted[index][1] - block.start)
        if start >= len(text):
            break
        if start < end:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    return tuple(piece for piece in (*pieces, (text[at:], False)) if piece[0])
