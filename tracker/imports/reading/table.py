"""What every kind of file is read as: a head of column names, and rows of cells that are text."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from tracker.errors import Invalid, Message


class BadFile(Invalid):
    """The file as a whole cannot be imported; the sentence says where and why."""

    def __init__(self, text: str, **params: Any) -> None:
        super().__init__(text, field="file", **params)


class Kind(StrEnum):
    """How a file is written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    PASTE = "paste"


@dataclass(frozen=True)
class Choices:
    """How to read a file, where somebody said so; None leaves it to be found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class About:
    """What was found out about a file. Empty where its kind has no such thing."""

    kind: Kind
    encoding: str = ""  # as Python calls it
    has_mark: bool = False  # it begins with a byte order mark
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()  # a few words with letters beyond ASCII, to see whether they come out right

    def with_letters(self, letters: tuple[str, ...]) -> "About":
        return replace(self, letters=letters)


class Row(NamedTuple):
    """One row. `line` is where it begins in the file (in a workbook, the row's number), `fault` what is wrong with all of it."""

    line: int
    cells: list[str]
    fault: Message | None = None


class Table(Protocol):
    """A file that was opened. Rows that hold nothing are left out."""

    about: About
    columns: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """All rows from the first one on, each as many cells as there are columns unless it has a fault. Raises BadFile."""
        ...


NAME_MAX = 200


def column_names(head: list[str]) -> tuple[str, ...]:
    """The names of the columns; one without a name is called by its number."""
    return tuple(" ".join(cell.split())[:NAME_MAX] or f"#{number}" for number, cell in enumerate(head, start=1))
