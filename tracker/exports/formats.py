"""Rows as CSV or JSON Lines. Pure: no database, no files.

CSV is RFC 4180 in UTF-8. A cell that a spreadsheet would take for a formula gets one apostrophe in front, and so does one that
starts with an apostrophe, so that removing exactly one restores the text.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

# "=" and its like in ASCII and full width, and what spreadsheets skip before looking for them.
TRIGGERS = frozenset(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'"))
BOM = "\ufeff"
_FLUSH_AT = 32_768  # characters


def escape_formula(text: str) -> str:
    """The text as it may stand in a cell."""
    return f"'{text}" if text[:1] in TRIGGERS else text


def unescape_formula(cell: str) -> str:
    """What `escape_formula` was given, from what it gave; a cell that it did not touch stays as it is."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in TRIGGERS else cell


def format_cell(value: object) -> str:
    """One value as a cell: nothing is empty, dates are ISO 8601, moments UTC to the second, lists joined by "; "."""
    return _WAYS[type(value)](value)


class _Formatters(dict[type, Callable[[Any], str]]):
    """How a value of each type becomes a cell. A table, because an export asks fifty times a row."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        known: tuple[type, ...] = (datetime, date, list, tuple)
        way = next((self[each] for each in known if issubclass(kind, each)), str)
        self[kind] = (lambda word: escape_formula(str(word))) if issubclass(kind, str) else way
        return self[kind]


def format_moment(value: datetime) -> str:
    """A moment as text: UTC, to the second, `2024-03-11T08:00:00Z`."""
    return f"{value.isoformat()[:19]}Z"


def _joined(items: Iterable[object]) -> str:
    return escape_formula("; ".join(map(str, items)))


_WAYS = _Formatters(
    {
        type(None): lambda _nothing: "",
        str: escape_formula,
        bool: lambda switch: "true" if switch else "false",
        int: str,
        datetime: format_moment,
        date: date.isoformat,
        list: _joined,
        tuple: _joined,
    }
)


def _cells(row: Sequence[Any]) -> list[object]:
    """The cells of a row, as `format_cell` makes them. Nothing and whole numbers are left to the writer, which does the same."""
    # Texts by `escape_formula`, written out here because calling it made a row a fifth slower: both must be changed together.
    ways, triggers = _WAYS, TRIGGERS
    return [
        value
        if value is None or (kind := type(value)) is int
        else (value if value[:1] not in triggers else f"'{value}")
        if kind is str
        else ways[kind](value)
        for value in row
    ]


def format_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], *, excel: bool = False) -> Iterator[str]:
    """CSV text in pieces: the head first, by itself, then rows. `excel` is what Excel in French opens: semicolons and a BOM."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if excel else ",", lineterminator="\r\n")
    if excel:
        buffer.write(BOM)
    writer.writerow(columns)
    yield _taken(buffer)
    for row in rows:
        writer.writerow(_cells(row))
        if buffer.tell() >= _FLUSH_AT:
            yield _taken(buffer)
    if buffer.tell():
        yield _taken(buffer)


# Line ends to some readers, though not to JSON, which may spell them out: then every line is one line to everybody.
_LINE_ENDS: Final = re.compile("[\x85\u2028\u2029]")


def format_jsonl(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """One JSON object a line, in pieces; here nothing needs guarding and lists stay lists."""
    keys = [f"{json.dumps(column)}: " for column in columns]
    nulls = [f"{key}null" for key in keys]
    encoder = json.JSONEncoder(ensure_ascii=False, default=_encode_date).encode
    simple = {True: "true", False: "false", (): "[]"}

    def encode(value: object) -> str:
        kind = type(value)
        return str(value) if kind is int else simple[value] if kind is bool or value == () else encoder(value)

    encode_text = json.encoder.encode_basestring  # what `dumps` uses for each text
    lines: list[str] = []
    size = 0
    for row in rows:
        line = ", ".join(
            [
                null if value is None else key + encode_text(value) if type(value) is str else key + encode(value)
                for key, null, value in zip(keys, nulls, row, strict=True)
            ]
        )
        line = f"{{{line}}}"
        lines.append(_LINE_ENDS.sub(lambda end: f"\\u{ord(end[0]):04x}", line) if not line.isascii() else line)
        size += len(line)
        if size >= _FLUSH_AT:
            yield "\n".join(lines) + "\n"
            lines, size = [], 0
    if lines:
        yield "\n".join(lines) + "\n"


def _encode_date(value: Any) -> str:
    return format_moment(value) if isinstance(value, datetime) else str(value.isoformat())


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
