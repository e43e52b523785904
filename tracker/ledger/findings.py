"""What a verification can find, and what it reports. In English alone: it is read on the command line."""

import enum
from collections.abc import Callable
from dataclasses import dataclass, field

from tracker.ledger.reading import Head

# Of differences outside the chain (texts, rows) at most so many are named; `more` is set where there are others.
MOST = 50

Progress = Callable[[str, int, int], None]  # of what ("lines", "rows"), how many are done, of how many


class What(enum.StrEnum):
    """The kinds of damage. Those before `MISSING_ANCHOR` break the chain itself, and nothing behind them can be judged."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT = "cut"
    REWRITTEN = "rewritten"
    MISSING_ANCHOR = "missing anchor"
    TEXT = "text"
    ROW_CHANGED = "row changed"
    ROW_UNRECORDED = "row without an event"
    ROW_GONE = "row gone"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, in a sentence. `seq` is the line at fault, `row` the row ("claim:147"), where they apply."""

    what: What
    message: str
    seq: int | None = None
    row: str | None = None

    def __str__(self) -> str:
        return self.message


class Broken(Exception):
    """The chain is broken at this line."""

    def __init__(self, what: What, seq: int, message: str) -> None:
        super().__init__(message)
        self.finding = Finding(what, message, seq=seq)


@dataclass
class Report:
    """The outcome of a verification. `last` is the last line that was read and found good."""

    last: Head
    erased: int = 0  # texts that were redacted, as events say
    anchors: int = 0  # anchors compared
    rows: int | None = None  # rows compared; None where that was not asked for or the chain is broken
    rows_unjudged: int = 0  # fields that cannot be compared, because the words in the history were redacted
    findings: list[Finding] = field(default_factory=list)
    more: bool = False  # there are more differences than are named

    @property
    def ok(self) -> bool:
        return not self.findings

    def add(self, what: What, message: str, *, seq: int | None = None, row: str | None = None) -> None:
        """Keep a finding, as long as there are not too many."""
        if len(self.findings) < MOST:
            self.findings.append(Finding(what, message, seq, row))
        else:
            self.more = True
