"""Which character stands between the cells of a text file."""

import csv
from collections.abc import Callable, Sequence
from typing import Final

DELIMITERS: Final = (",", ";", "\t", "|")


def announced(line: str) -> str | None:
    """The delimiter that a first line `sep=;` announces, as Excel writes and reads it; None for any other line."""
    text = line.rstrip("\r\n")
    return text[4] if len(text) == 5 and text.lower().startswith("sep=") and text[4] in DELIMITERS else None


def detect(lines: Sequence[str], known: Callable[[str], bool]) -> str:
    """The delimiter of some first lines: the one that gives the most column names we know, then the most even rows.

    `known` says whether a column name means something to us.
    """
    return max(DELIMITERS, key=lambda delimiter: _fit(lines, delimiter, known))


def _fit(lines: Sequence[str], delimiter: str, known: Callable[[str], bool]) -> tuple[int, float, int]:
    try:
        records = [record for record in csv.reader(lines, delimiter=delimiter) if record]
    except csv.Error:
        records = [line.split(delimiter) for line in lines]
    if not records:
        return 0, 0.0, 0
    width = len(records[0])
    if width == 1:
        # One column fits everything; it must not win against a delimiter that really parts the lines.
        return int(known(records[0][0])), 0.0, 1
    even = sum(len(record) == width for record in records) / len(records)
    return sum(known(cell) for cell in records[0]), even, width
