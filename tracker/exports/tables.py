"""What can be exported: each table by its name, with its meaning, columns, query and the filters that it can apply."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.errors import N_, Invalid
from tracker.exports import claims, events, gathered, verdicts
from tracker.exports.query import Filters, count_rows
from tracker.ledger import reading
from tracker.sql import AnySelect

_OF_CLAIMS: Final = frozenset({"topic", "speaker", "article", "owner", "desk", "since", "until", "with_sample", "claims"})


@dataclass(frozen=True)
class Table:
    """One exportable table. `filters`: the names of those of `Filters` that it applies. `query`: None for the event history."""

    name: str
    title: str
    meaning: str
    columns: tuple[str, ...]
    rows: Callable[[Session, Filters | None], Iterator[list[Any]]]
    query: Callable[[Session, Filters], AnySelect] | None
    filters: frozenset[str]

    def check(self, filters: Filters, as_of: date | None = None) -> None:
        """Raise Invalid for a filter that would be ignored: a file with more rows than were asked for misleads."""
        for field in fields(Filters):
            given = getattr(filters, field.name)
            if given not in (None, False) and field.name not in self.filters and field.name != "with_sample":
                raise Invalid(N_("This export cannot be filtered like that."), field=field.name)
        if as_of is not None and self.query is None:
            raise Invalid(N_("The event history has no earlier state: each entry has its own time."), field="as_of")

    def count(self, session: Session, filters: Filters, most: int) -> int:
        """The number of rows, counted up to `most`."""
        if self.query is None:
            return reading.head(session).seq
        return count_rows(session, self.query(session, filters), most)


TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        Table(
            "verdicts",
            N_("Signed verdicts"),
            N_("The latest signed verdict of each claim, also while it is under review. The period is that of signatures."),
            verdicts.COLUMNS,
            verdicts.rows,
            verdicts.select_rows,
            _OF_CLAIMS | {"outcome"},
        ),
        Table(
            "claims",
            N_("All claims"),
            N_("Every claim with its terms, drafts included. It can be imported again. The period is that of changes."),
            claims.COLUMNS,
            claims.rows,
            claims.select_rows,
            _OF_CLAIMS | {"outcome"},
        ),
        Table(
            "evidence",
            N_("Public evidence"),
            N_("Sources for and against each claim, withdrawn ones included. The period is when they were added."),
            gathered.EVIDENCE_COLUMNS,
            gathered.evidence,
            gathered.select_evidence,
            _OF_CLAIMS,
        ),
        Table(
            "checks",
            N_("Public checks"),
            N_("Where and when editors looked, and what they found. Internal checks are left out."),
            gathered.CHECK_COLUMNS,
            gathered.checks,
            gathered.select_checks,
            _OF_CLAIMS,
        ),
        Table(
            "verdict-history",
            N_("Every proposal and decision"),
            N_("All proposed verdicts, with who signed, returned or withdrew them. The period is that of proposals."),
            gathered.VERDICT_COLUMNS,
            gathered.verdict_history,
            gathered.select_verdict_history,
            _OF_CLAIMS | {"outcome"},
        ),
        Table(
            "events",
            N_("The event history"),
            N_("Every entry of the history with its hash; free texts as hashes. It cannot be filtered."),
            events.COLUMNS,
            events.rows,
            None,
            frozenset(),
        ),
    )
}
