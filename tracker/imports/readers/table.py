"""What every kind of file is read as: a head of column names, and rows of cells that are text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from tracker.errors import N_, Invalid, Message
from tracker.imports.columns.fields import field_for
from tracker.labelled_enum import LabelledEnum


class BadFile(Invalid):
    """The file as a whole cannot be imported."""

    def __init__(self, text: str, *, option: str = "", **params: object) -> None:
        super().__init__(text, field="file", **params)
        self.option = option  # the option of the command that answers it


class Kind(LabelledEnum):
    """How a file is written."""

    CSV = "csv", N_("CSV")
    XLSX = "xlsx", N_("Workbook (XLSX)")
    JSONL = "jsonl", N_("JSON")
    YAML = "yaml", N_("YAML")
    PASTE = "paste", N_("Pasted rows")


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file; None: detect."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None  # the line, or the row of a sheet, that holds the names of the columns


@dataclass(frozen=True)
class FileInfo:
    """What was found out about a file. Empty where its kind has no such thing."""

    kind: Kind
    encoding: str = ""  # as Python calls it
    has_mark: bool = False  # a byte order mark
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()  # a few words with letters beyond ASCII, to see whether they come out right
    header_row: int = 1  # the line, or the row of a sheet, that holds the names of the columns
    hidden_sheets: tuple[str, ...] = ()  # left out; of many names the first, with "…" at the end (`name_some`)
    hidden_columns: tuple[str, ...] = ()  # read like any other, as hidden rows are
    hidden_rows: tuple[str, ...] = ()
    merged: int = 0  # ranges of merged cells
    left_out: tuple[str, ...] = ()  # keys whose values are too deeply nested to be cells

    @classmethod
    def from_data(cls, kept: Mapping[str, Any]) -> "FileInfo":
        """The same from JSON, where tuples are lists."""
        values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
        values["kind"] = Kind(kept["kind"])
        return cls(**values)


class Row(NamedTuple):
    """One row. `line` is its first line in the file (in a workbook, the row's number), `fault` why it cannot be read."""

    line: int
    cells: list[str]
    fault: Message | None = None


class Table(Protocol):
    """A file that was opened. Rows that hold nothing are left out."""

    about: FileInfo
    columns: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """All rows from the first one on, each as many cells as there are columns unless it has a fault. Raises BadFile."""
        ...


NAME_MAX = 200


def name_some(names: tuple[str, ...], most: int) -> tuple[str, ...]:
    """The first `most` of some names, with "…" at the end where there are more."""
    return names if len(names) <= most else (*names[:most], "…")


def clean_column_names(head: list[str]) -> tuple[str, ...]:
    """The names of the columns; one without a name is called by its number."""
    return tuple(" ".join(cell.split())[:NAME_MAX] or f"#{number}" for number, cell in enumerate(head, start=1))


HEADER_ROWS: Final = 20  # rows among which the names of the columns are looked for


def find_header(rows: Sequence[list[str]]) -> int:
    """The place of the row that holds the names of the columns, among the first rows of a table.

    It is the first row, unless that names at most one field and a later row at least two: then a title or a date is above it.
    """
    counts = [len({key for cell in row if len(cell) <= NAME_MAX and (key := field_for(cell))}) for row in rows[:HEADER_ROWS]]
    best = max(range(len(counts)), key=counts.__getitem__, default=0)
    if counts and counts[best] >= 2:
        return best if counts[0] <= 1 else 0
    # Unknown names: skip a lone title above them.
    filled = [sum(map(bool, map(str.strip, row))) for row in rows[:HEADER_ROWS]]
    return filled.index(max(filled)) if filled and filled[0] == 1 and max(filled) >= 3 else 0


def find_header_place(rows: Sequence[tuple[int, list[str]]], chosen: int | None) -> int:
    """The place of the head among the first rows, each with its line. `chosen` is a line. Raises BadFile if that is empty."""
    if chosen is None:
        return find_header([row for _line, row in rows])
    found = next((place for place, (line, _row) in enumerate(rows) if line == chosen), None)
    if found is None:
        raise BadFile(N_("There are no column names in row %(row)s."), option="header-row", row=chosen)
    return found


def take_first(records: Iterable[tuple[int, list[str]]], header_row: int | None) -> list[tuple[int, list[str]]]:
    """The records, each with its line, among which the head is looked for; all up to the line that was chosen, if one was.

    Raises BadFile only where there are none before the fault: what is wrong further down is raised by `rows`.
    """
    found: list[tuple[int, list[str]]] = []
    try:
        for line, record in records:
            found.append((line, record))
            if line >= header_row if header_row is not None else len(found) == HEADER_ROWS:
                break
    except BadFile:
        if not found:
            raise
    return found
