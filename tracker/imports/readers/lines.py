"""The lines of a text file, one at a time and never one that is longer than it may be."""

import io
from collections.abc import Iterator
from pathlib import Path

from tracker.errors import N_, Message
from tracker.imports.limits import Limits
from tracker.imports.messages import Number
from tracker.imports.readers.encodings import Encoding
from tracker.imports.readers.table import BadFile


class Lines:
    """Lines with their ends: LF, CR LF or CR. `start_record` marks where a record starts; `kept` is what it took.

    Memory is bounded by what one record may have. Raises BadFile for a line or a record that is too long.
    """

    def __init__(self, path: Path, encoding: Encoding, limits: Limits, delimiter: str = "") -> None:
        self._text = open_text(path, encoding)
        self._limits = limits
        self._delimiter = delimiter
        self.number = 0
        self.first = 1
        self.kept: list[str] = []
        self._length = 0

    def start_record(self) -> None:
        """Start a record with the next line."""
        self.first = self.number + 1
        self.kept.clear()
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._limits.line + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > self._limits.line:
            raise self._too_long(line)
        self._length += len(line)
        if self._length > self._limits.record:
            raise BadFile(
                N_("Line %(line)s: the row that starts here does not end. A quotation mark may be missing."), line=self.first
            )
        self.kept.append(line)
        return line

    def _too_long(self, line: str) -> BadFile:
        if self._delimiter and line.count(self._delimiter) > self._limits.columns:
            return too_many_columns(self.number, self._limits)
        return BadFile(N_("Line %(line)s is longer than %(most)s characters."), line=self.number, most=Number(self._limits.line))

    def close(self) -> None:
        self._text.close()


def open_text(path: Path, encoding: Encoding) -> io.TextIOWrapper:
    """A text file from behind its byte order mark on, with its line ends as they are."""
    file = path.open("rb")
    file.seek(encoding.mark)
    return io.TextIOWrapper(file, encoding=encoding.name, errors="strict", newline="")


def too_many_columns(line: int, limits: Limits) -> BadFile:
    """The refusal of a file that is too wide."""
    return BadFile(N_("Line %(line)s has more than %(most)s columns."), line=line, most=Number(limits.columns))


def too_many_rows(limits: Limits) -> BadFile:
    """The refusal of a file that is too long."""
    return BadFile(N_("This file has more than %(most)s rows. Split it."), most=Number(limits.rows))


def find_oversized_cell(cells: list[str], limits: Limits) -> Message | None:
    """What is wrong with a row of which a cell is too long; None if none is."""
    if max(map(len, cells), default=0) <= limits.cell:
        return None
    column = next(number for number, cell in enumerate(cells, start=1) if len(cell) > limits.cell)
    return Message(
        N_("The cell in column %(column)s is longer than %(most)s characters."), {"column": column, "most": Number(limits.cell)}
    )
