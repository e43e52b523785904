"""The XML of a workbook's parts, read as a stream by the parser of the standard library.

openpyxl keeps an element of every row it has read and every string of a sheet, however long; here each bound holds while reading,
so that a file made to burst us is given up in time. What the numbers mean is asked of openpyxl. A part with a document type is
refused, so no entity is ever declared, let alone followed.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final, NoReturn
from xml.parsers import expat

from tracker.errors import N_
from tracker.imports.limits import Limits
from tracker.imports.readers.encodings import too_many_columns
from tracker.imports.readers.table import BadFile
from tracker.imports.readers.zip_guard import damaged_file
from tracker.imports.stats import Number

PIECE = 1 << 16
SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
_SCAN_PIECE = 1 << 20
_SCAN_TAG = 4_096  # bytes of a tag that is cut by the end of a piece
_MERGED_MAX = 10_000
HIDDEN_MAX: Final = 20  # rows that are named; one more is kept as the sign that there are others
_SCANNED = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(mergeCell|row|col)\s((?=[^>]*(?:hidden|ref)=)[^>]*)>")
_ATTRIBUTE = re.compile(rb"(\w+)=[\"']([^\"']*)[\"']")
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")

Attributes = dict[str, str]


class Parser:
    """Feeds a part to handlers of elements by their plain names, without namespaces."""

    def __init__(
        self, start: Callable[[str, Attributes], None], end: Callable[[str], object], text: Callable[[str], None] | None = None
    ) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
        self._parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
        if text is not None:
            self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes) -> None:
        """Read on; an empty piece ends the part. Raises BadFile if it is no good XML."""
        try:
            self._parser.Parse(piece, not piece)
        except expat.ExpatError as error:
            raise damaged_file() from error

    def read(self, part: IO[bytes]) -> None:
        """Read a part to its end."""
        while piece := part.read(PIECE):
            self.feed(piece)
        self.feed(b"")

    @staticmethod
    def _refuse(*_declaration: object) -> NoReturn:
        raise BadFile(N_("This spreadsheet file declares a document type, as no spreadsheet program does. It is not read."))


class Strings:
    """The shared strings of a workbook, without phonetic hints."""

    def __init__(self, limits: Limits) -> None:
        self.found: list[str] = []
        self._limits = limits
        self._pieces: list[str] = []
        self._total = 0
        self._in_text = False
        self._phonetic = 0

    def parser(self) -> Parser:
        return Parser(self._start, self._end, self._text)

    def _start(self, name: str, _attributes: Attributes) -> None:
        if name == "rPh":
            self._phonetic += 1
        self._in_text = name == "t" and not self._phonetic

    def _text(self, text: str) -> None:
        if self._in_text:
            self._total += len(text)
            self._pieces.append(text)
            if self._total > self._limits.strings:
                raise BadFile(
                    N_("The texts of this spreadsheet file have more than %(most)s characters. Save it as CSV."),
                    most=Number(self._limits.strings),
                )

    def _end(self, name: str) -> None:
        if name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self.found.append("".join(self._pieces))
            self._pieces.clear()
            self._total += 50  # what even an empty text takes
        self._in_text = False


@dataclass
class SheetScan:
    """Merged and hidden parts of a sheet. A range of merged cells: column, first row, last row."""

    merged: list[tuple[int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)


def scan_sheet(part: IO[bytes]) -> SheetScan:
    """Find merged cells and hidden rows and columns: merged cells are listed behind the rows that they concern.

    Tags are found in the bytes, many times faster than by parsing; a sheet in another encoding than UTF-8 shows none.
    """
    found = SheetScan()
    tail = b""
    while piece := part.read(_SCAN_PIECE):
        text = tail + piece
        last = text.rfind(b"<")
        text, tail = (text[:last], text[last:][:_SCAN_TAG]) if last >= 0 else (text, b"")
        for match in _SCANNED.finditer(text):
            _note(found, match[1], dict(_ATTRIBUTE.findall(match[2])))
    return found


def _note(found: SheetScan, name: bytes, attributes: dict[bytes, bytes]) -> None:
    if name == b"mergeCell":
        corners = _RANGE.fullmatch(attributes.get(b"ref", b"").decode("ascii", "replace"))
        if corners and int(corners[2]) < int(corners[4]) <= SHEET_ROWS:
            if len(found.merged) == _MERGED_MAX:
                raise BadFile(N_("This sheet has more than %(most)s merged cells. Save it as CSV."), most=Number(_MERGED_MAX))
            found.merged.append((_column(corners[1], 1), int(corners[2]), int(corners[4])))
    elif attributes.get(b"hidden") not in (b"1", b"true"):
        return
    elif name == b"row" and len(found.hidden_rows) <= HIDDEN_MAX:
        found.hidden_rows.append(_number(attributes.get(b"r", b"1").decode("ascii", "replace"), 1, SHEET_ROWS))
    elif name == b"col":
        first = _number(attributes.get(b"min", b"1").decode("ascii", "replace"), 1, SHEET_COLUMNS)
        last = _number(attributes.get(b"max", b"1").decode("ascii", "replace"), 1, SHEET_COLUMNS)
        found.hidden_columns.update(range(first, last + 1))


class Cell:
    """One cell as the sheet has it: its kind, its style and its text."""

    __slots__ = ("column", "kind", "style", "text")

    def __init__(self, column: int, kind: str, style: int) -> None:
        self.column, self.kind, self.style, self.text = column, kind, style, ""


class MergedCells:
    """Gives every row of a range of merged cells the value of its first. Rows must come in their order."""

    def __init__(self, ranges: list[tuple[int, int, int]]) -> None:
        self._waiting = deque(sorted(ranges, key=lambda each: each[1]))
        self._open: dict[int, tuple[int, Cell | None]] = {}  # by column: the last row, and the value

    def apply(self, row: int, cells: list[Cell]) -> None:
        """Add to the cells of a row what merged cells above say."""
        if not self._waiting and not self._open:
            return
        there = {cell.column: cell for cell in cells}
        for column, (last, value) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif value is not None and column not in there:
                copy = Cell(column, value.kind, value.style)
                copy.text = value.text
                cells.append(copy)
        while self._waiting and self._waiting[0][1] <= row:
            column, first, last = self._waiting.popleft()
            if first == row:
                self._open[column] = (last, there.get(column))


class Cells:
    """Rows of a sheet: the number of each and its cells that are not empty."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ready: deque[tuple[int, list[Cell]]] = deque()
        self._row: list[Cell] = []
        self._number = 0
        self._column = 0
        self._seen = 0
        self._cell: Cell | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._takes = False

    def rows(self, part: IO[bytes]) -> Iterator[tuple[int, list[Cell]]]:
        """All rows of the sheet in a part. Raises BadFile."""
        parser = Parser(self._start, self._end, self._text)
        piece = b"?"
        while piece:
            piece = part.read(PIECE)
            parser.feed(piece)
            while self._ready:
                yield self._ready.popleft()

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self._number = _number(attributes.get("r"), self._number + 1, SHEET_ROWS)
            self._column = 0
            self._row = []
            self._seen += 1
            if self._seen > SHEET_ROWS:
                raise damaged_file()
        elif name == "c":
            self._column = _column(attributes.get("r", ""), self._column + 1)
            self._cell = Cell(self._column, attributes.get("t", "n"), _number(attributes.get("s"), 0, 1 << 20))
            self._length = 0
        elif name in ("v", "t") and self._cell is not None:
            self._takes = True

    def _text(self, text: str) -> None:
        if self._takes:
            self._length += len(text)
            if self._length <= self._limits.cell + 1:
                self._pieces.append(text)

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self._takes = False
        elif name == "c" and self._cell is not None:
            self._cell.text = "".join(self._pieces)
            self._pieces.clear()
            if self._cell.text:
                self._row.append(self._cell)
                if len(self._row) > self._limits.columns:
                    raise too_many_columns(self._number, self._limits)
            self._cell = None
        elif name == "row":
            self._ready.append((self._number, self._row))
            self._row = []


def _number(given: str | None, otherwise: int, most: int) -> int:
    if given is None:
        return otherwise
    if not (given.isascii() and given.isdigit() and len(given) < 10 and int(given) <= most):
        raise damaged_file()
    return int(given)


def _column(reference: str, otherwise: int) -> int:
    """The number of the column in a reference such as "AB12"."""
    number = 0
    for letter in reference[:8]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    number = number or otherwise
    if number > SHEET_COLUMNS:
        raise damaged_file()
    return number
