"""Which character stands between the cells of a text file."""

import csv
from collections.abc import Sequence
from typing import Final

from tracker.imports.fields import is_known_name
from tracker.imports.readers.table import find_header

DELIMITERS: Final = (",", ";", "\t", "|")


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
