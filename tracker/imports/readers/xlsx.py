"""A workbook (XLSX): its first sheet, or the one that was chosen, as rows of text.

Dates become ISO 8601, percentages keep their sign, a formula is the value it had when the file was saved. A sheet that goes on
where the one before ended, with the same head, is read as one with it: so our own export writes what one sheet cannot hold.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from tracker.errors import N_
from tracker.imports.columns.fields import is_known_name
from tracker.imports.limits import MB, Limits
from tracker.imports.readers.encodings import find_fault, too_many_columns, too_many_rows
from tracker.imports.readers.sheet_xml import (
    HIDDEN_MAX,
    Attributes,
    Cell,
    Cells,
    MergedCells,
    Parser,
    SheetScan,
    Strings,
    scan_sheet,
)
from tracker.imports.readers.table import (
    BadFile,
    FileInfo,
    Kind,
    ReadOptions,
    Row,
    clean_column_names,
    find_header_place,
    name_some,
    take_first,
)
from tracker.imports.readers.zip_guard import damaged_file, open_zip, refuse_damage

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE: Final = re.compile(r"-?\d{1,15}")
_PART_MAX: Final = 16 * MB  # of parts that are not rows or texts


class Workbook:
    """An XLSX file. See `Table`."""

    def __init__(self, path: Path, choices: ReadOptions, limits: Limits) -> None:
        self._limits = limits
        self._archive = open_zip(path, limits)
        self._book = read_parts(self._archive, limits)
        names = tuple(self._book.sheets)
        if choices.sheet is not None and choices.sheet not in names:
            raise BadFile(
                N_("There is no sheet called “%(name)s” in this file. Its sheets are: %(names)s."),
                option="sheet",
                name=choices.sheet,
                names=", ".join(names[:20]),
            )
        self._scans: dict[str, SheetScan] = {}
        self._sheet, first = self._find_sheet(names if choices.sheet is None else (choices.sheet,), choices.header_row)
        self._above = find_header_place(first, choices.header_row)
        header_row, head = first[self._above]
        if len(head) > limits.columns:
            raise too_many_columns(header_row, limits)
        self.columns = clean_column_names(head)
        scan = self._scan(self._sheet)
        self.about = FileInfo(
            Kind.XLSX,
            sheet=self._sheet,
            sheets=names,
            header_row=header_row,
            hidden_sheets=name_some(tuple(self._book.hidden), HIDDEN_MAX),
            hidden_columns=tuple(name for number, name in enumerate(self.columns, 1) if number in scan.hidden_columns),
            hidden_rows=name_some(tuple(map(str, scan.hidden_rows)), HIDDEN_MAX),
            merged=len(scan.merged),
        )

    def _find_sheet(self, names: tuple[str, ...], header_row: int | None) -> tuple[str, list[tuple[int, list[str]]]]:
        """The first sheet whose head names at least two fields, else the first with rows; and its first rows."""
        found: tuple[str, list[tuple[int, list[str]]]] | None = None
        for name in names:
            first = take_first(self._records(name), header_row)
            if first:
                found = found or (name, first)
                if sum(map(is_known_name, first[find_header_place(first, header_row)][1] if header_row is None else ())) >= 2:
                    return name, first
        if found is None:
            raise BadFile(N_("There are no rows in this spreadsheet file."))
        return found

    def _scan(self, sheet: str) -> SheetScan:
        if sheet not in self._scans:
            with refuse_damage(), self._archive.open(self._book.sheets[sheet]) as part:
                self._scans[sheet] = scan_sheet(part)
        return self._scans[sheet]

    def rows(self) -> Iterator[Row]:
        count = before = line = 0
        for sheet in self._continued():
            records = islice(self._records(sheet), self._above + 1 if sheet == self._sheet else 1, None)
            before = line  # a sheet that goes on counts on
            for number, cells in records:
                count += 1
                line = before + number
                if count > self._limits.rows:
                    raise too_many_rows(self._limits)
                if len(cells) > self._limits.columns:
                    raise too_many_columns(line, self._limits)
                cells.extend([""] * (len(self.columns) - len(cells)))
                has_nul = any("\x00" in cell for cell in cells)
                yield Row(line, cells, find_fault(cells, len(self.columns), self._limits, has_nul=has_nul))

    def _continued(self) -> Iterator[str]:
        names = list(self._book.sheets)
        yield self._sheet
        for name in names[names.index(self._sheet) + 1 :]:
            head = self._head(name)
            if head is None or clean_column_names(head) != self.columns:
                return
            yield name

    def _head(self, sheet: str) -> list[str] | None:
        found = next(self._records(sheet), None)
        return found[1] if found else None

    def _records(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Each row of a sheet that is not empty: its number, and its cells up to the last that is not empty."""
        with refuse_damage(), self._archive.open(self._book.sheets[sheet]) as part:
            merged = MergedCells(self._scan(sheet).merged)
            for number, cells in Cells(self._limits).rows(part):
                if not cells:
                    continue
                merged.apply(number, cells)
                # In their places; a cell beyond all that may be is kept as one too many.
                row = [""] * min(max(cell.column for cell in cells), self._limits.columns + 1)
                for cell in cells:
                    row[min(cell.column, len(row)) - 1] = self._text(cell)
                while row and not row[-1].strip():
                    row.pop()
                if row:
                    yield number, row

    def _text(self, cell: Cell) -> str:
        if cell.kind == "s":
            if not _WHOLE.fullmatch(cell.text) or not 0 <= int(cell.text) < len(self._book.strings):
                raise damaged_file()
            return _unescaped(self._book.strings[int(cell.text)])
        if cell.kind == "b":
            return "true" if cell.text == "1" else "false"
        if cell.kind == "n":
            style = self._book.formats[cell.style] if cell.style < len(self._book.formats) else ""
            return _number(cell.text, style, self._book.since_1904)
        if cell.kind == "d":
            return cell.text.removesuffix("T00:00:00")
        return _unescaped(cell.text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if 0xD800 <= code < 0xE000 else chr(code)  # half a character is none


def _number(text: str, style: str, since_1904: bool) -> str:
    if not style and _WHOLE.fullmatch(text):
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    if style in ("date", "span"):
        return _moment(value, style, since_1904)
    # Fifteen digits are what a spreadsheet shows of a number, and what it was meant to be.
    return f"{value * 100:.15g} %" if style == "percent" else f"{value:.15g}"


def _moment(value: float, style: str, since_1904: bool) -> str:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    epoch = CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900
    try:
        found: object = from_excel(value, epoch, timedelta=style == "span")
    except (OverflowError, ValueError):
        return f"{value:.15g}"
    if isinstance(found, datetime):
        return found.date().isoformat() if found.time() == time() else found.isoformat(timespec="seconds")
    if isinstance(found, date | time):
        return found.isoformat()
    return str(found) if isinstance(found, timedelta) else f"{value:.15g}"


@dataclass
class WorkbookParts:
    """The parts of a workbook apart from its sheets. `formats`: of each style, "date", "span", "percent" or ""."""

    sheets: dict[str, str] = field(default_factory=dict)  # name -> part
    hidden: list[str] = field(default_factory=list)  # names of hidden sheets
    strings: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    since_1904: bool = False


def read_parts(archive: ZipFile, limits: Limits) -> WorkbookParts:
    """Read the parts of a workbook. Raises BadFile if one is missing, damaged or too large."""
    book = WorkbookParts()
    targets = _relations(archive)
    names: list[tuple[str, str]] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "sheet" and attributes.get("state", "visible") != "visible":
            book.hidden.append(attributes.get("name", "?")[:100])
        elif name == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "id" and " " in key), "")
            names.append((attributes.get("name", "?")[:100], relation))
        elif name == "workbookPr":
            book.since_1904 = attributes.get("date1904") in ("1", "true")

    _read_part(archive, "xl/workbook.xml", start)
    for name, relation in names:
        if targets.get(relation, "").startswith("xl/worksheets/"):
            book.sheets.setdefault(name, targets[relation])
    if "xl/sharedStrings.xml" in archive.namelist():
        strings = Strings(limits)
        with refuse_damage(), archive.open("xl/sharedStrings.xml") as part:
            strings.parser().read(part)
        book.strings = strings.found
    if "xl/styles.xml" in archive.namelist():
        book.formats = _formats(archive)
    return book


def _relations(archive: ZipFile) -> dict[str, str]:
    found: dict[str, str] = {}

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            found[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    _read_part(archive, "xl/_rels/workbook.xml.rels", start)
    return found


def _formats(archive: ZipFile) -> list[str]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    used: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        inside.append(name)
        number = attributes.get("numFmtId", "0")
        if not (number.isascii() and number.isdigit() and len(number) < 7):
            return
        if name == "numFmt":
            codes[int(number)] = attributes.get("formatCode", "")[:1000]
        elif name == "xf" and inside[-2:-1] == ["cellXfs"]:
            used.append(int(number))

    _read_part(archive, "xl/styles.xml", start, lambda _name: inside.pop() and None)
    return [_format(codes.get(number, "")) for number in used]


def _format(code: str) -> str:
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format

    if is_timedelta_format(code):
        return "span"
    if is_date_format(code):
        return "date"
    return "percent" if "%" in re.sub(r'"[^"]*"|\\.', "", code) else ""


def _read_part(
    archive: ZipFile, name: str, start: Callable[[str, Attributes], None], end: Callable[[str], object] | None = None
) -> None:
    """Read a small part of the archive. Raises BadFile if it is missing or too large."""
    parser = Parser(start, end or (lambda _name: None))
    with refuse_damage():
        if archive.getinfo(name).file_size > _PART_MAX:
            raise damaged_file()
        with archive.open(name) as part:
            parser.read(part)
