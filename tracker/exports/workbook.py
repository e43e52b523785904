"""Rows as an XLSX workbook, written with flat memory to a file on disk."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tracker.exports.formats import format_moment

SHEET_ROWS = 1_048_576  # what one sheet can hold, head included
CELL_MAX = 32_767
_WIDE = frozenset({
    "article_title", "article_url", "statement", "quote", "condition", "confirmed_if", "refuted_if", "rationale", "missing",
    "note", "evidence_urls", "url", "title", "found", "where_looked", "queries", "decision_note", "event",
    "translation_statement", "translation_condition", "translation_confirmed_if", "translation_refuted_if",
})  # fmt: skip
TOO_LONG = "[too long for a spreadsheet cell: see the CSV]"


def write_workbook(path: Path, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a workbook and return the number of rows. What one sheet cannot hold goes on in a further one.

    Every text is written as text: nothing becomes a formula, a link or a number.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # takes a tenth of a second, and few ask for it

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    count = 0
    widths = [_width(name) for name in columns]
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        sheet, line = None, SHEET_ROWS
        for row in rows:
            if line == SHEET_ROWS:
                _add_filter(sheet, line, columns)
                sheet, line = _sheet(book, title, columns, widths, bold), 1
            assert sheet is not None
            for column, value in enumerate(row):
                _write(sheet, line, column, value)
            line += 1
            count += 1
        if sheet is None:
            sheet, line = _sheet(book, title, columns, widths, bold), 1
        _add_filter(sheet, line, columns)
    return count


def _width(name: str) -> int:
    """The width of a column in characters: wide for texts, narrow for numbers, keys and dates."""
    if name in _WIDE:
        return 50
    return max(len(name) + 3, 12)  # the header, with room for the filter's button


def _add_filter(sheet: Any, line: int, columns: Sequence[str]) -> None:
    if sheet is not None:
        sheet.autofilter(0, 0, max(line - 1, 1), len(columns) - 1)


def _sheet(book: Any, title: str, columns: Sequence[str], widths: Sequence[int], bold: Any) -> Any:
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet(title[:25] if number == 1 else f"{title[:25]} {number}")
    sheet.freeze_panes(1, 0)
    for column, (name, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    return sheet


def _write(sheet: Any, line: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, int):
        sheet.write_number(line, column, value)
    else:
        text = _text(value)
        sheet.write_string(line, column, text if len(text) <= CELL_MAX else TOO_LONG)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    if hasattr(value, "hour"):
        return format_moment(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
