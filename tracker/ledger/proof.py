"""What proves some lines of the history: each fits its seal and stands upon the line before it, and so does the whole chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.ledger import chain, reading
from tracker.ledger.models import Event
from tracker.ledger.reading import Head
from tracker.ledger.verify import verify

# Somebody waits for the page; a longer chain is verified by the command alone.
WHOLE_MOST: Final = 20_000
_BATCH: Final = 500


@dataclass(frozen=True)
class Sealed:
    """One line as it was sealed, and the texts beside it by their place."""

    seq: int
    canonical: str
    prev_hash: str
    hash: str
    texts: dict[str, Any]


@dataclass(frozen=True)
class Proof:
    """The outcome. `bad`: numbers of the lines that are not what was sealed. `whole`: whether all lines of the history were
    verified and found good; None where that was not tried. `fault`: the first fault of the whole, in English."""

    head: Head
    lines: int
    bad: tuple[int, ...]
    whole: bool | None
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with anything that was looked at."""
        return not self.bad and self.whole is not False


def prove(session: Session, lines: Sequence[Sealed]) -> Proof:
    """Verify these lines, and the whole history if it is not too long. `session` should come from `reading.one_moment`."""
    head = reading.head(session)
    before = _hashes(session, [line.seq - 1 for line in lines])
    bad = tuple(
        line.seq
        for line in lines
        if chain.link(line.prev_hash, line.canonical) != line.hash
        or line.prev_hash != (before.get(line.seq - 1) if line.seq > 1 else chain.GENESIS)
    )
    if head.seq > WHOLE_MOST:
        return Proof(head, len(lines), bad, None)
    report = verify(session)
    return Proof(head, len(lines), bad, report.ok, "" if report.ok else str(report.findings[0]))


def _hashes(session: Session, numbers: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(numbers), _BATCH):
        query = select(Event.seq, Event.hash).where(Event.seq.in_(numbers[start : start + _BATCH]))
        found.update((row.seq, row.hash) for row in session.execute(query))
    return found
