"""What can be exported: each table by its name, with its columns, its rows and the filters it honours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from tracker.errors import N_, Invalid
from tracker.exports import claims, events, gathered, verdicts
from tracker.exports.query import Filters

_ABOUT_CLAIMS = frozenset({"topic", "speaker", "article", "owner", "since", "with_sample", "claims"})


@dataclass(frozen=True)
class Table:
    """One exportable table. `filters` are the names of those of `Filters` that it can honour."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Callable[[Session, Filters | None], Iterator[list[Any]]]
    filters: frozenset[str]

    def check(self, filters: Filters) -> None:
        """Raise Invalid for a filter that would be ignored: a file with more in it than was asked for misleads."""
        for field in fields(Filters):
            given = getattr(filters, field.name)
            if given not in (None, False) and field.name not in self.filters and field.name != "with_sample":
                raise Invalid(N_("This export cannot be filtered like that."), field=field.name)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("verdicts", N_("Signed verdicts"), verdicts.COLUMNS, verdicts.rows, _ABOUT_CLAIMS | {"outcome"}),
        Table("claims", N_("All claims"), claims.COLUMNS, claims.rows, _ABOUT_CLAIMS | {"outcome"}),
        Table("evidence", N_("Public evidence"), gathered.EVIDENCE_COLUMNS, gathered.evidence, _ABOUT_CLAIMS),
        Table("checks", N_("Checks"), gathered.CHECK_COLUMNS, gathered.checks, _ABOUT_CLAIMS),
        Table(
            "verdict-history",
            N_("Every proposal and decision"),
            gathered.VERDICT_COLUMNS,
            gathered.verdict_history,
            _ABOUT_CLAIMS | {"outcome"},
        ),
        Table("events", N_("The event history"), events.COLUMNS, events.rows, frozenset()),
    )
}
