"""Rows as CSV or JSON Lines. Pure: no database, no files.

CSV is RFC 4180 in UTF-8. A cell that a spreadsheet would take for a formula gets one apostrophe in front, and so does one that
begins with an apostrophe itself, so that taking off exactly one gives back what was there.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

# "=" and its like in ASCII and full width, and what spreadsheets skip before looking for them.
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
BOM = "\ufeff"
_FLUSH_AT = 32_768  # characters


def guard(text: str) -> str:
    """The text as it may stand in a cell."""
    return f"'{text}" if text.startswith(TRIGGERS) else text


def unguard(cell: str) -> str:
    """What `guard` was given, from what it gave; a cell that it did not touch stays as it is."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(TRIGGERS) else cell


def cell(value: Any) -> str:
    """One value as a cell: nothing is empty, dates are ISO 8601, moments UTC to the second, lists joined by "; "."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guard(str(value))
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return guard("; ".join(str(item) for item in value))
    return str(value)


def moment(value: datetime) -> str:
    """A moment as text: UTC, to the second, `2024-03-11T08:00:00Z`."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, excel: bool = False) -> Iterator[str]:
    """CSV text in pieces: the head first, by itself, then rows. `excel` is what Excel in French opens: semicolons and a BOM."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if excel else ",", lineterminator="\r\n")
    if excel:
        buffer.write(BOM)
    writer.writerow(columns)
    yield _taken(buffer)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        if buffer.tell() >= _FLUSH_AT:
            yield _taken(buffer)
    if buffer.tell():
        yield _taken(buffer)


def as_jsonl(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """One JSON object a line, in pieces; here nothing needs guarding and lists stay lists."""
    lines: list[str] = []
    size = 0
    for row in rows:
        line = json.dumps(dict(zip(columns, map(_json, row), strict=True)), ensure_ascii=False)
        lines.append(line)
        size += len(line)
        if size >= _FLUSH_AT:
            yield "\n".join(lines) + "\n"
            lines, size = [], 0
    if lines:
        yield "\n".join(lines) + "\n"


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
