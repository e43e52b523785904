"""Rows as an XLSX workbook, written with flat memory to a file on disk."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tracker.exports.formats import format_moment

SHEET_ROWS = 1_048_576  # what one sheet can hold, head included
CELL_MAX = 32_767
TOO_LONG = "[too long for a spreadsheet cell: see the CSV]"


def write_workbook(path: Path, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a workbook and return the number of rows. What one sheet cannot hold goes on in a further one.

    Every text is written as text: nothing becomes a formula, a link or a number.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # takes a tenth of a second, and few ask for it

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        sheet, line = None, SHEET_ROWS
        for row in rows:
            if line == SHEET_ROWS:
                sheet, line = _sheet(book, title, columns, bold), 1
            assert sheet is not None
            for column, value in enumerate(row):
                _write(sheet, line, column, value)
            line += 1
            count += 1
        if sheet is None:
            _sheet(book, title, columns, bold)
    return count


def _sheet(book: Any, title: str, columns: Sequence[str], bold: Any) -> Any:
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet(title[:25] if number == 1 else f"{title[:25]} {number}")
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(columns):
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
