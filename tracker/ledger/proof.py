"""Verifying some entries of the history: each has its hash and follows the entry before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.ledger import chain, reading
from tracker.ledger.models import Event
from tracker.ledger.reading import Head
from tracker.ledger.verify import verify

# An editor waits for the page; a longer history is verified by the command alone.
WHOLE_MAX: Final = 3_000


@dataclass(frozen=True)
class Sealed:
    """One entry as it was sealed, and its texts by their place."""

    seq: int
    canonical: str
    prev_hash: str
    hash: str
    texts: dict[str, object]


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


class Prover:
    """Verifies entries, batch by batch. `session` should come from `reading.one_moment`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._count = 0
        self._bad: list[int] = []

    def add(self, entries: Sequence[Sealed]) -> None:
        """Verify that each of these has its hash and follows the entry before it."""
        before = _load_hashes(self._session, [entry.seq - 1 for entry in entries])
        self._count += len(entries)
        self._bad += [
            entry.seq
            for entry in entries
            if chain.link(entry.prev_hash, entry.canonical) != entry.hash
            or entry.prev_hash != (before.get(entry.seq - 1) if entry.seq > 1 else chain.GENESIS)
        ]

    def finish(self) -> Proof:
        """The outcome, with that of the whole history if it is not too long."""
        head = reading.head(self._session)
        if head.seq > WHOLE_MAX:
            return Proof(head, self._count, tuple(self._bad), None)
        report = verify(self._session)
        return Proof(head, self._count, tuple(self._bad), report.ok, "" if report.ok else str(report.findings[0]))


def _load_hashes(session: Session, numbers: list[int]) -> dict[int, str]:
    query = select(Event.seq, Event.hash).where(Event.seq.in_(numbers))
    return {row.seq: row.hash for row in session.execute(query)}
