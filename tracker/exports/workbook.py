"""Rows as an XLSX workbook, streamed to a file on disk in flat memory.

Written without a library: XlsxWriter takes six times as long (docs/dependencies.md). Every text is written as text: nothing
becomes a formula, a link or a number. What one sheet cannot hold continues in a further one.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final
from xml.sax.saxutils import escape, quoteattr

from tracker.exports.formats import format_moment

SHEET_ROWS = 1_048_576  # the limit of a sheet, header included
CELL_MAX = 32_767
TOO_LONG: Final = "[too long for a spreadsheet cell: see the CSV]"
_WIDE: Final = frozenset({
    "article_title", "article_url", "statement", "quote", "condition", "confirmed_if", "refuted_if", "rationale", "missing",
    "note", "evidence_urls", "url", "title", "found", "where_looked", "queries", "decision_note", "event",
    "translation_statement", "translation_condition", "translation_confirmed_if", "translation_refuted_if",
})  # fmt: skip
_FLUSH_AT: Final = 65_536  # characters
# Characters that XML cannot hold or would change, and texts that look like their escaped form.
_ESCAPED: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPACE: Final = frozenset(" \t\n")

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_CONTENT: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_workbook(path: Path, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a workbook and return the number of rows. Each sheet has a bold header with a filter, and fitting widths."""
    count, names, ranges = 0, list[str](), list[str]()
    source = iter(rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        more = True
        while more:
            names.append(title[:25] if not names else f"{title[:25]} {len(names) + 1}")
            with archive.open(f"xl/worksheets/sheet{len(names)}.xml", "w", force_zip64=True) as part:
                written, more = _write_sheet(part, columns, source)
            count += written
            ranges.append(f"$A$1:${_letters(len(columns) - 1)}${written + 1}")
        for name, text in _small_parts(names, ranges).items():
            archive.writestr(name, _HEAD + text)
    return count


def _write_sheet(part: IO[bytes], columns: Sequence[str], rows: Iterator[Sequence[object]]) -> tuple[int, bool]:
    """Write as many rows as a sheet can hold; return how many, and whether there are more."""
    letters = [_letters(place) for place in range(len(columns))]
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{_width(name)}" customWidth="1"/>' for place, name in enumerate(columns, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    pieces = [
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>",
        _row(1, [_text_cell(f'{letter}1" s="1', name) for letter, name in zip(letters, columns, strict=True)]),
    ]
    size = line = 1
    is_full = False
    for row in rows:
        line += 1
        text = _row(
            line, [_cell(f"{letter}{line}", value) for letter, value in zip(letters, row, strict=True) if value is not None]
        )
        pieces.append(text)
        size += len(text)
        if size >= _FLUSH_AT:
            part.write("".join(pieces).encode())
            pieces, size = [], 0
        if line == SHEET_ROWS:
            is_full = True
            break
    pieces.append(f'</sheetData><autoFilter ref="A1:{letters[-1]}{max(line, 2)}"/></worksheet>')
    part.write("".join(pieces).encode())
    return line - 1, is_full


def _row(line: int, cells: list[str]) -> str:
    return f'<row r="{line}">{"".join(cells)}</row>'


def _cell(reference: str, value: Any) -> str:
    kind = type(value)
    if kind is str:
        return _text_cell(reference, value)
    if kind is bool:
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    return f'<c r="{reference}"><v>{value}</v></c>' if kind is int else _text_cell(reference, _as_text(value))


def _text_cell(reference: str, text: str) -> str:
    if len(text) > CELL_MAX:
        text = TOO_LONG
    elif not text:
        return ""
    if "_x" in text or not text.isprintable():
        text = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    if "&" in text or "<" in text or ">" in text:
        text = escape(text)
    space = ' xml:space="preserve"' if text[0] in _SPACE or text[-1] in _SPACE else ""
    return f'<c r="{reference}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if hasattr(value, "hour"):
        return format_moment(value)
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _width(name: str) -> int:
    """The width of a column in characters: wide for texts, else the header with room for the filter's button."""
    return 50 if name in _WIDE else max(len(name) + 3, 12)


def _letters(place: int) -> str:
    """The letters of a column, from 0: A, B, …, Z, AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def _small_parts(names: Sequence[str], ranges: Sequence[str]) -> dict[str, str]:
    """The parts of the archive apart from its sheets."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    # Spreadsheet programs look for the range of a filter under this hidden name.
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">{escape(_quoted(name))}!{cells}</definedName>'
        for n, (name, cells) in enumerate(zip(names, ranges, strict=True))
    )
    links = "".join(f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    types = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_CONTENT}.worksheet+xml"/>' for n in numbers)
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_CONTENT}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>'
        f"<definedNames>{filters}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }


def _quoted(name: str) -> str:
    quoted = name.replace("'", "''")
    return f"'{quoted}'"
