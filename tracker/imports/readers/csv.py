"""CSV and its like, and rows pasted from a spreadsheet: read strictly, a record at a time."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

from tracker.errors import N_
from tracker.exports.formats import unescape_formula
from tracker.imports.columns.fields import is_escaped, is_known_name
from tracker.imports.limits import Limits
from tracker.imports.readers import encodings
from tracker.imports.readers.encodings import Lines, find_fault, too_many_columns, too_many_rows
from tracker.imports.readers.table import (
    BadFile,
    FileInfo,
    Kind,
    ReadOptions,
    Row,
    clean_column_names,
    find_header,
    find_header_place,
    take_first,
)
from tracker.imports.stats import Number

DELIMITERS: Final = (",", ";", "\t", "|")
# What the delimiter is found out from: lines, and characters.
_SAMPLE: Final = 100
_SAMPLE_LENGTH: Final = 200_000


class CsvReader:
    """A text file of cells. See `Table`."""

    def __init__(self, path: Path, kind: Kind, choices: ReadOptions, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._encoding = encodings.detect_encoding(path, choices.encoding)
        sample = self._sample()
        self._announced = read_announced_delimiter(sample[0]) if sample else None
        wanted = choices.delimiter if choices.delimiter in DELIMITERS else None
        self._delimiter = wanted or self._announced or detect_delimiter(sample)
        first = take_first(((line, record) for line, record, _has_nul in self._records()), choices.header_row)
        if not first:
            raise BadFile(N_("The file is empty: there are no rows."))
        self._above = find_header_place(first, choices.header_row)
        header_row, head = first[self._above]
        if len(head) > limits.columns:
            raise too_many_columns(header_row, limits)
        names = [unescape_formula(cell) for cell in head]
        self._escaped = is_escaped(names)
        self.columns = clean_column_names(names if self._escaped else head)
        self.about = FileInfo(
            kind,
            self._encoding.name,
            bool(self._encoding.mark),
            self._delimiter,
            letters=encodings.find_non_ascii_words("".join(sample)),
            header_row=header_row,
        )

    def rows(self) -> Iterator[Row]:
        width = len(self.columns)
        records = islice(self._records(), self._above + 1, None)
        for number, (line, record, has_nul) in enumerate(records, start=1):
            if number > self._limits.rows:
                raise too_many_rows(self._limits)
            if len(record) > self._limits.columns:
                raise too_many_columns(line, self._limits)
            if len(record) > width and not any(record[width:]):
                del record[width:]  # spreadsheets write empty cells behind the last column
            cells = [unescape_formula(cell) for cell in record] if self._escaped else record
            yield Row(line, cells, find_fault(record, width, self._limits, has_nul=has_nul))

    def _sample(self) -> list[str]:
        found: list[str] = []
        with closing(Lines(self._path, self._encoding, self._limits, ",")) as lines:
            for line in lines:
                lines.start_record()
                found.append(line)
                if len(found) == _SAMPLE or sum(map(len, found)) > _SAMPLE_LENGTH:
                    break
        return found

    def _records(self) -> Iterator[tuple[int, list[str], bool]]:
        """Each record that is not empty, with its first line, and whether a NUL is in it."""
        with closing(Lines(self._path, self._encoding, self._limits, self._delimiter)) as lines:
            if self._announced:
                next(lines)
            reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
            while True:
                lines.start_record()
                try:
                    record = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise self._broken(lines, str(error)) from None
                if any(map(str.strip, record)):
                    yield lines.first, record, any("\x00" in line for line in lines.kept)

    def _broken(self, lines: Lines, error: str) -> BadFile:
        line = lines.first + _opened_in(lines.kept, self._delimiter)
        if "field limit" in error:
            return BadFile(
                N_("Line %(line)s: a cell is longer than %(most)s characters, or its quotation mark is never closed."),
                line=line,
                most=Number(self._limits.cell),
            )
        if "expected after" in error:
            return BadFile(
                N_("Line %(line)s: a quotation mark opens a cell here, and the one that closes it is in the wrong place."),
                line=line,
            )
        return BadFile(N_("Line %(line)s: a quotation mark opens a cell here and is never closed."), line=line)


def _opened_in(record: list[str], delimiter: str) -> int:
    """The line of an unfinished record, from 0, with the last opening quotation mark."""
    opened, inside, at_start = 0, False, True
    for number, line in enumerate(record):
        place = 0
        while place < len(line):
            if inside:
                place = line.find('"', place)
                if place < 0:
                    break
                if line[place + 1 : place + 2] == '"':
                    place += 2
                    continue
                inside = False
            elif at_start and line[place] == '"':
                inside, opened = True, number
            at_start = not inside and line[place] in (delimiter, "\r", "\n")
            place += 1
        at_start = not inside
    return opened


def read_announced_delimiter(line: str) -> str | None:
    """The delimiter that a first line `sep=;` announces, as Excel writes and reads it; None for any other line."""
    text = line.rstrip("\r\n")
    return text[4] if len(text) == 5 and text.lower().startswith("sep=") and text[4] in DELIMITERS else None


def detect_delimiter(lines: Sequence[str]) -> str:
    """The delimiter of some first lines: the one that gives the most column names we know, then the most even rows."""
    return max(DELIMITERS, key=lambda delimiter: _fit(lines, delimiter))


def _fit(lines: Sequence[str], delimiter: str) -> tuple[int, float, int]:
    try:
        records = [record for record in csv.reader(lines, delimiter=delimiter) if record]
    except csv.Error:
        records = [line.split(delimiter) for line in lines]
    if not records:
        return 0, 0.0, 0
    records = records[find_header(records) :]
    width = len(records[0])
    if width == 1:
        # One column fits everything; it must not win against a delimiter that really parts the lines.
        return int(is_known_name(records[0][0])), 0.0, 1
    even = sum(len(record) == width for record in records) / len(records)
    return sum(map(is_known_name, records[0])), even, width
