"""An article as its page shows it: where its claims stand, how many are settled, its text in numbered paragraphs. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tracker.articles.texts import Paragraph, paragraphs
from tracker.claims.labels import state_key
from tracker.claims.queries.rows import ClaimRow
from tracker.claims.words import Status

# The order of the legend: what was found, then what is still to do.
LEGEND: Final = (
    "confirmed", "partly_confirmed", "refuted", "unresolvable", "void", "overdue", "due", "open", "draft", "withdrawn",
)  # fmt: skip

# Control characters do nothing on a page but hide; they are shown by their pictures, one for one, so that places stay right.
_PICTURES: Final = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}


@dataclass(frozen=True)
class Shown:
    """One claim of an article: its number in reading order, the shape it is drawn with, and whether that is only proposed."""

    number: int
    row: ClaimRow
    state: str
    proposed: bool


@dataclass(frozen=True)
class Tally:
    """One entry of the legend: how many claims have this state, and how many are proposed to have it."""

    state: str
    count: int
    proposed: int


@dataclass(frozen=True)
class Block:
    """One paragraph of a text with the claims whose words stand in it. `pieces`: its text, cut where quotes begin and end."""

    number: int
    text: str
    claims: tuple[Shown, ...]
    pieces: tuple[tuple[str, bool], ...] = ()
    start: int = 0


def shown(rows: Iterable[ClaimRow], today: date) -> list[Shown]:
    """The claims of an article, in the order given."""
    found = []
    for number, row in enumerate(rows, start=1):
        if row.status == Status.PROPOSED and row.proposal is not None:
            found.append(Shown(number, row, (row.proposal.outcome or Status.WITHDRAWN).value, True))
        else:
            found.append(Shown(number, row, state_key(row.status, row.review_on, today, row.outcome), False))
    return found


def legend(claims: Sequence[Shown]) -> list[Tally]:
    """How many claims there are of each state that occurs."""
    tallies = (
        Tally(
            state,
            sum(claim.state == state and not claim.proposed for claim in claims),
            sum(claim.state == state and claim.proposed for claim in claims),
        )
        for state in LEGEND
    )
    return [tally for tally in tallies if tally.count or tally.proposed]


def standing(claims: Sequence[Shown]) -> int:
    """How many have not been withdrawn."""
    return sum(claim.row.status != Status.WITHDRAWN for claim in claims)


def settled(claims: Sequence[Shown]) -> int:
    """How many have a verdict that stands."""
    return sum(claim.row.status == Status.RESOLVED for claim in claims)


def blocks(body: str, claims: Sequence[Shown] = ()) -> list[Block]:
    """The paragraphs of a text, each with its claims."""
    by_paragraph: dict[int, list[Shown]] = {}
    for claim in claims:
        if claim.row.paragraph is not None:
            by_paragraph.setdefault(claim.row.paragraph, []).append(claim)
    quoted = _quoted(claims)
    return [
        Block(
            block.number,
            block.text.translate(_PICTURES),
            tuple(by_paragraph.get(block.number, ())),
            _pieces(block, quoted),
            block.start,
        )
        for block in paragraphs(body)
    ]


def _quoted(claims: Sequence[Shown]) -> list[tuple[int, int]]:
    """Where words are quoted, in order and without overlaps."""
    places = sorted(
        (claim.row.quote_start, claim.row.quote_end)
        for claim in claims
        if claim.row.quote_start is not None and claim.row.quote_end is not None and claim.row.status != Status.WITHDRAWN
    )
    found: list[tuple[int, int]] = []
    for start, end in places:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _pieces(block: Paragraph, quoted: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    pieces, at, text = [], 0, block.text.translate(_PICTURES)
    for start, end in ((max(0, start - block.start), min(len(text), end - block.start)) for start, end in quoted):
        if start < end:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    return tuple(piece for piece in (*pieces, (text[at:], False)) if piece[0])
