"""The small parts of a workbook: the names of its sheets, the texts that cells share, and the formats of its styles."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from zipfile import BadZipFile, ZipFile

from tracker.imports.limits import Limits
from tracker.imports.readers.sheet_xml import (
    Attributes,
    Parser,
    Strings,
)
from tracker.imports.readers.zip_guard import damaged_file

_PART_MAX: Final = 16 * 1024 * 1024  # of parts that are not rows or texts  # of parts that are not rows or texts


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
        try:
            with archive.open("xl/sharedStrings.xml") as part:
                strings.parser().read(part)
        except (BadZipFile, zlib.error, EOFError, OSError) as error:
            raise damaged_file() from error
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
    try:
        if archive.getinfo(name).file_size > _PART_MAX:
            raise damaged_file()
        with archive.open(name) as part:
            parser.read(part)
    except (BadZipFile, zlib.error, KeyError, EOFError, OSError) as error:
        raise damaged_file() from error
