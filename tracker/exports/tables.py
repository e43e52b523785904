"""What can be exported: each table by its name, with its meaning, columns, query and the filters that it can apply."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.claims.models import Check, Claim, Evidence, Verdict
from tracker.errors import N_, Invalid
from tracker.exports import claims, gathered, verdicts
from tracker.exports.query import Filters, Gathered, Pick, count_rows, fetch_rows
from tracker.ledger import reading
from tracker.sql import AnySelect

_OF_CLAIMS: Final = frozenset({"topic", "speaker", "article", "owner", "desk", "since", "until", "with_sample", "claims"})


@dataclass(frozen=True)
class Table:
    """One exportable table. `filters`: the names of those of `Filters` that it applies. `query`: None for the event history.

    `key`: the number that its first column holds. `gathered`: the columns that `gather` fills in, with what they are otherwise.
    """

    name: str
    title: str
    meaning: str
    columns: tuple[str, ...]
    query: Callable[[Session, Filters], AnySelect] | None = None
    filters: frozenset[str] = frozenset()
    key: Any = None
    gathered: Mapping[str, object] = field(default_factory=dict)
    gather: Callable[[Session, Pick], Gathered] | None = None

    def check(self, filters: Filters, as_of: date | None = None) -> None:
        """Raise Invalid for a filter that would be ignored: a file with more rows than were asked for misleads."""
        for name in (each.name for each in fields(Filters)):
            if getattr(filters, name) not in (None, False) and name not in self.filters and name != "with_sample":
                raise Invalid(N_("This export cannot be filtered like that."), field=name)
        if filters.since and filters.until and filters.since > filters.until:
            raise Invalid(N_("The last day is before the first day."), field="until")
        if as_of is not None and self.query is None:
            raise Invalid(N_("The event history has no earlier state: each entry has its own time."), field="as_of")

    def count(self, session: Session, filters: Filters, most: int) -> int:
        """The number of rows, counted up to `most`."""
        if self.query is None:
            return reading.head(session).seq
        return count_rows(session, self.query(session, filters), most)

    def rows(self, session: Session, filters: Filters | None = None) -> Iterator[list[object]]:
        """Every row that the filters let through, in order of number; values in the order of the columns."""
        if self.query is None:
            return _list_events(session)
        query = self.query(session, filters or Filters())
        return fetch_rows(session, query, self.key, self.columns, self.gathered, self.gather)


def _list_events(session: Session) -> Iterator[list[object]]:
    """Every event, so that each can be found again in the chain. `event` is the hashed JSON, byte for byte."""
    for batch in reading.lines(session):
        for line in batch:
            # SQLite gives the stored text; its space is the only thing that is not ISO 8601.
            at = f"{line.at[:10]}T{line.at[11:]}Z" if isinstance(line.at, str) else line.at
            yield [line.seq, at, line.actor, line.subject, line.kind, line.canonical, line.prev_hash, line.hash]


TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        Table(
            "verdicts",
            N_("Signed verdicts"),
            N_("The latest signed verdict of each claim, also while it is under review. The period is that of signatures."),
            verdicts.COLUMNS,
            verdicts.select_rows,
            _OF_CLAIMS | {"outcome"},
            Claim.id,
            verdicts.GATHERED,
            verdicts.gather,
        ),
        Table(
            "claims",
            N_("All claims"),
            N_("Every claim with its terms, drafts included. It can be imported again. The period is that of changes."),
            claims.COLUMNS,
            claims.select_rows,
            _OF_CLAIMS | {"outcome"},
            Claim.id,
            claims.GATHERED,
            claims.gather,
        ),
        Table(
            "evidence",
            N_("Public evidence"),
            N_("Sources for and against each claim, withdrawn ones included. The period is when they were added."),
            gathered.EVIDENCE_COLUMNS,
            gathered.select_evidence,
            _OF_CLAIMS,
            Evidence.id,
        ),
        Table(
            "checks",
            N_("Public checks"),
            N_("Where and when editors looked, and what they found. Internal checks are left out."),
            gathered.CHECK_COLUMNS,
            gathered.select_checks,
            _OF_CLAIMS,
            Check.id,
        ),
        Table(
            "verdict-history",
            N_("Every proposal and decision"),
            N_("All proposed verdicts, with who signed, returned or withdrew them. The period is that of proposals."),
            gathered.VERDICT_COLUMNS,
            gathered.select_verdict_history,
            _OF_CLAIMS | {"outcome"},
            Verdict.id,
        ),
        Table(
            "events",
            N_("The event history"),
            N_("Every entry of the history with its hash; free texts as hashes. It cannot be filtered."),
            ("seq", "at", "actor", "subject", "kind", "event", "prev_hash", "hash"),
        ),
    )
}
