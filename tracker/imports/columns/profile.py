"""Profile a file before the import: its rows, the contents of each column, and what has to be asked about it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from tracker.claims.enums import Status
from tracker.errors import N_, Invalid
from tracker.imports.columns import cells, keywords
from tracker.imports.columns.fields import is_own_export
from tracker.imports.columns.mapping import ColumnMapping, date_columns, guess_from_names, likelihood_columns
from tracker.imports.readers import BadFile, Table

SAMPLES: Final = 5
_EXCERPT: Final = 120
_LOOK: Final = 1_000  # rows after which columns without dates or numbers are no longer watched
_SHORT: Final = 40

Progress = Callable[[int], None]


@dataclass
class Column:
    """The contents of a column. `orders` and `scales` count what `detect_date_order` and `detect_scale` found."""

    name: str
    filled: int = 0
    samples: list[str] = field(default_factory=list)
    orders: dict[str, int] = field(default_factory=dict)
    scales: dict[str, int] = field(default_factory=dict)
    ambiguous: str = ""  # the first date that can be read in two ways
    proof: str = ""  # the first date that proves which number comes first
    short_year: str = ""  # the first date whose year has two digits
    scale_samples: dict[str, str] = field(default_factory=dict)  # the first number of each scale


@dataclass
class FileProfile:
    """The contents of a file."""

    rows: int
    columns: list[Column]
    faults: int = 0
    first_faults: list[int] = field(default_factory=list)

    @property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def is_own_export(self) -> bool:
        return is_own_export(self.names)

    def to_data(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def from_data(cls, kept: Mapping[str, Any]) -> "FileProfile":
        return cls(**{**kept, "columns": [Column(**column) for column in kept["columns"]]})


def profile_table(table: Table, progress: Progress | None = None) -> FileProfile:
    """Profile every row of a file. Raises BadFile if it has none or cannot be read to its end."""
    facts = FileProfile(0, [Column(name) for name in table.columns])
    watched = list(enumerate(facts.columns))
    for row in table.rows():
        facts.rows += 1
        if row.fault is not None:
            facts.faults += 1
            if len(facts.first_faults) < SAMPLES:
                facts.first_faults.append(row.line)
            continue
        for place, column in watched:
            if cell := row.cells[place]:
                _look_at(column, cell)
        if facts.rows == _LOOK:
            watched = [(place, column) for place, column in watched if column.orders or column.scales or column.short_year]
        if progress is not None and facts.rows % 1_000 == 0:
            progress(facts.rows)
    if not facts.rows:
        raise BadFile(N_("There are no rows under the head of the table."))
    return facts


def _look_at(column: Column, cell: str) -> None:
    column.filled += 1
    if len(column.samples) < SAMPLES:
        column.samples.append(cell if len(cell) <= _EXCERPT else f"{cell[:_EXCERPT]}…")
    if len(cell) > _SHORT or not any(c.isdigit() for c in cell):
        return
    if not column.short_year and cells.has_short_year(cell):
        column.short_year = cell.strip()
    order = cells.detect_date_order(cell)
    if order is not None:
        column.orders[order] = column.orders.get(order, 0) + 1
        if order == "either":
            column.ambiguous = column.ambiguous or cell.strip()
        else:
            column.proof = column.proof or cell.strip()
        return
    scale = cells.detect_scale(cell)
    if scale is not None:
        column.scales[scale] = column.scales.get(scale, 0) + 1
        column.scale_samples.setdefault(scale, cell.strip())


def guess_mapping(facts: FileProfile) -> ColumnMapping:
    """The mapping that a page starts from: columns by their names, and what the cells prove."""
    plan = guess_from_names(facts.names)
    outcomes = {column.name for column in facts.columns if plan.columns.get(column.name) == "status" and _has_outcomes(column)}
    columns = {name: "verdict" if name in outcomes else key for name, key in plan.columns.items()}
    return with_inferred_answers(replace(plan, columns=columns), facts)


def _has_outcomes(column: Column) -> bool:
    """Whether a status column has outcomes of promises rather than the status of our work."""
    return bool(column.samples) and not any(keywords.is_keyword(Status, sample) for sample in column.samples)


def with_inferred_answers(plan: ColumnMapping, facts: FileProfile) -> ColumnMapping:
    """The mapping with the answers that the cells prove, where it has none."""
    orders, scales = dict(plan.days), dict(plan.likelihoods)
    shown = {name: found for name in date_columns(plan) if (found := _order_of(facts.by_name[name]))}
    # A file has one date order, so one column proves it for the others, unless two columns contradict each other.
    everywhere = next(iter(shown.values())) if len(set(shown.values())) == 1 else None
    for name in date_columns(plan):
        column = facts.by_name[name]
        contradicts = "day" in column.orders and "month" in column.orders
        found = shown.get(name) or (everywhere if needs_date_order(column) and not contradicts else None)
        if name not in orders and found:
            orders[name] = found
    for name in likelihood_columns(plan):
        seen = facts.by_name[name].scales
        if name not in scales and ("percent" in seen) != ("fraction" in seen):
            scales[name] = "percent" if "percent" in seen else "fraction"
    return replace(plan, days=orders, likelihoods=scales)


def _order_of(column: Column) -> str | None:
    """The order that the days of a column prove; None where they prove none, or both."""
    if ("day" in column.orders) == ("month" in column.orders):
        return None
    return "day" if "day" in column.orders else "month"


def needs_date_order(column: Column) -> bool:
    """Whether the order of day and month has to be asked."""
    return "either" in column.orders


def needs_century(column: Column) -> bool:
    """Whether the century of two-digit years has to be asked."""
    return bool(column.short_year)


def needs_scale(column: Column) -> bool:
    """Whether the scale of likelihoods has to be asked."""
    return bool(column.scales) and ("percent" not in column.scales or "fraction" in column.scales)


class Unanswered(Invalid):
    """A question about a column is open. `part` is the part of the mapping that answers it, `field` the column."""

    def __init__(self, text: str, part: str, column: str, **params: object) -> None:
        super().__init__(text, field=column, column=column, **params)
        self.part = part


def require_answers(plan: ColumnMapping, facts: FileProfile) -> None:
    """Raise Unanswered for the first open question about a column."""
    for name in date_columns(plan):
        column = facts.by_name[name]
        if needs_date_order(column) and name not in plan.days:
            raise Unanswered(
                N_("In the column “%(column)s”, %(date)s can be read in two ways. Say whether the day or the month comes first."),
                "days",
                name,
                date=column.ambiguous,
            )
        if needs_century(column) and name not in plan.centuries:
            raise Unanswered(
                N_(
                    "In the column “%(column)s”, the year of %(date)s has two digits. "
                    "Say whether it is of the 1900s or the 2000s."
                ),
                "centuries",
                name,
                date=column.short_year,
            )
    for name in likelihood_columns(plan):
        column = facts.by_name[name]
        if not needs_scale(column) or name in plan.likelihoods or facts.is_own_export:
            continue
        if "percent" in column.scales:
            raise Unanswered(
                N_(
                    "The column “%(column)s” has both %(percent)s and %(fraction)s. "
                    "Say whether they are per cent, fractions or mixed."
                ),
                "likelihoods",
                name,
                percent=column.scale_samples["percent"],
                fraction=column.scale_samples["fraction"],
            )
        raise Unanswered(
            N_("Say of the column “%(column)s” whether its numbers are per cent or lie between 0 and 1."), "likelihoods", name
        )
