"""Read text files: find their encoding, and read them line by line within their limits."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.errors import N_, Message
from tracker.imports.limits import Limits
from tracker.imports.readers.table import BadFile
from tracker.imports.stats import Number

# What can be chosen by hand, and how people know it.
ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
    "iso8859-1": "ISO-8859-1",
    "iso8859-15": "ISO-8859-15",
    "mac-roman": "Mac Roman",
    "cp850": "DOS (850)",
    "cp1250": "Windows-1250",
    "iso8859-2": "ISO-8859-2",
    "cp1251": "Windows-1251",
    "koi8-r": "KOI8-R",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp874": "Windows-874",
    "shift-jis": "Shift JIS",
    "euc-kr": "EUC-KR",
    "gb18030": "GB18030",
    "big5": "Big5",
}
# Names that Python's own list of codecs does not have, or has for something else.
_ALSO_CALLED: Final = {"ansi": "cp1252", "ascii": "utf-8", "unicode": "utf-16-le", "utf-8-sig": "utf-8", "utf-16": "utf-16-le"}
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UTF32: Final = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_PIECE: Final = 1 << 20

# Bytes that, between small letters, are accents on a Mac or under DOS; Windows-1252 has no letters there that words have.
_OTHER: Final = re.compile(rb"[a-z][\x82-\x84\x86-\x8c\x8e\x98\x99\x9b\x9f][a-z]")
_ODD: Final = re.compile(r"[\udc80-\udcff]")
_BEYOND_ASCII: Final = re.compile(r"[\x80-\U0010ffff]")
_WORD: Final = re.compile(r"[^\W\d_]+|[\u2018-\u201e«»€…–—]")


@dataclass(frozen=True)
class Encoding:
    """An encoding as Python calls it, and how many bytes of mark come before the text."""

    name: str
    mark: int = 0


def detect_encoding(path: Path, chosen: str | None = None) -> Encoding:
    """The encoding of a file; all of it can be read with that. Raises BadFile, naming the byte, for what cannot be read."""
    with path.open("rb") as file:
        head = file.read(8192)
    if head.startswith(_UTF32):
        raise BadFile(N_("This file is in UTF-32. Save it as UTF-8."))
    marked = next((Encoding(name, len(mark)) for mark, name in _MARKS if head.startswith(mark)), None)
    if chosen is not None:
        name = find_encoding(chosen)
        is_utf_16 = name.startswith("utf-16") and marked is not None and marked.name.startswith("utf-16")
        found = marked if marked and (is_utf_16 or marked.name == name) else Encoding(name)
    else:
        found = marked or _without_mark(head)
    fault = find_undecodable_byte(path, found)
    if fault is None:
        return found
    if chosen is None and marked is None and found.name == "utf-8":
        return _western(path, fault)
    raise BadFile(
        N_("This is not %(encoding)s: byte %(offset)s cannot be read. Save the file as UTF-8, or choose another encoding."),
        option="encoding",
        encoding=ENCODINGS[found.name],
        offset=Number(fault),
    )


def find_encoding(name: str) -> str:
    """The encoding that people or programs call by this name, as a key of ENCODINGS. Raises BadFile, with the names there are."""
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    by_label = {label.lower().replace(" ", "-"): key for key, label in ENCODINGS.items()}
    for candidate in (_ALSO_CALLED.get(wanted), by_label.get(wanted), wanted):
        try:
            codec = codecs.lookup(candidate).name if candidate else ""
        except LookupError:
            continue
        codec = _ALSO_CALLED.get(codec.replace("_", "-"), codec)
        for key in ENCODINGS:
            if codec and codecs.lookup(key).name == codec:
                return key
    raise BadFile(
        N_("The encoding “%(name)s” is not known here. Possible are: %(names)s."),
        option="encoding",
        name=name[:60],
        names=", ".join(ENCODINGS.values()),
    )


def _without_mark(head: bytes) -> Encoding:
    if b"\x00" not in head:
        return Encoding("utf-8")
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.4 * half and even < 0.1 * half:
        return Encoding("utf-16-le")
    if even > 0.4 * half and odd < 0.1 * half:
        return Encoding("utf-16-be")
    if even + odd > 0.1 * len(head):
        raise BadFile(N_("This is not a text file. Give a table as CSV, XLSX or JSON."))
    return Encoding("utf-8")


def find_undecodable_byte(path: Path, encoding: Encoding) -> int | None:
    """The offset of the first byte that the encoding has no letter for, from 0; None if all can be read."""
    decoder = codecs.getincrementaldecoder(encoding.name)("strict")
    offset = encoding.mark
    with path.open("rb") as file:
        file.seek(encoding.mark)
        while True:
            piece = file.read(_PIECE)
            held = decoder.getstate()[0]
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return offset - len(held) + error.start
            if not piece:
                return None
            offset += len(piece)


def _western(path: Path, fault: int) -> Encoding:
    """Windows-1252, for a file that is no UTF-8. Raises BadFile where it may be something else."""
    good = bad = 0
    tail = b""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if _OTHER.search(tail + piece):
                raise _unknown(fault)
            tail = piece[-2:]
            text = decoder.decode(piece)
            odd = len(_ODD.findall(text))
            bad += odd
            good += len(_BEYOND_ASCII.findall(text)) - odd
    # Western texts hold next to nothing that is UTF-8 by chance; a file with both is UTF-8 that was damaged.
    if good * 5 > bad:
        raise BadFile(
            N_("Most of this file is UTF-8, but byte %(offset)s is not. Correct it, or choose the encoding yourself."),
            option="encoding",
            offset=Number(fault),
        )
    impossible = find_undecodable_byte(path, Encoding("cp1252"))
    if impossible is not None:
        raise _unknown(impossible)
    return Encoding("cp1252")


def _unknown(offset: int) -> BadFile:
    return BadFile(
        N_(
            "The encoding of this file is not known: byte %(offset)s is neither UTF-8 nor Windows-1252. "
            "Save it as UTF-8, or choose the encoding yourself."
        ),
        option="encoding",
        offset=Number(offset),
    )


def find_non_ascii_words(text: str, most: int = 8) -> tuple[str, ...]:
    """The first few words with letters beyond ASCII, each once."""
    found: dict[str, None] = {}
    for match in _WORD.finditer(text):
        if match.group().isascii():
            continue
        found.setdefault(match.group()[:30])
        if len(found) == most:
            break
    return tuple(found)


class Lines:
    """Lines with their ends: LF, CR LF or CR. `start_record` marks where a record starts; `kept` is what it took.

    Memory is bounded by what one record may have. Raises BadFile for a line or a record that is too long.
    """

    def __init__(self, path: Path, encoding: Encoding, limits: Limits, delimiter: str = "") -> None:
        self._text = open_text(path, encoding)
        self._limits = limits
        self._delimiter = delimiter
        self.number = 0
        self.first = 1
        self.kept: list[str] = []
        self._length = 0

    def start_record(self) -> None:
        """Start a record with the next line."""
        self.first = self.number + 1
        self.kept.clear()
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._limits.line + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > self._limits.line:
            raise self._too_long(line)
        self._length += len(line)
        if self._length > self._limits.record:
            raise BadFile(
                N_("Line %(line)s: the row that starts here does not end. A quotation mark may be missing."), line=self.first
            )
        self.kept.append(line)
        return line

    def _too_long(self, line: str) -> BadFile:
        if self._delimiter and line.count(self._delimiter) > self._limits.columns:
            return too_many_columns(self.number, self._limits)
        return BadFile(N_("Line %(line)s is longer than %(most)s characters."), line=self.number, most=Number(self._limits.line))

    def close(self) -> None:
        self._text.close()


def open_text(path: Path, encoding: Encoding) -> io.TextIOWrapper:
    """A text file from behind its byte order mark on, with its line ends as they are."""
    file = path.open("rb")
    file.seek(encoding.mark)
    return io.TextIOWrapper(file, encoding=encoding.name, errors="strict", newline="")


def too_many_columns(line: int, limits: Limits) -> BadFile:
    """The refusal of a file that is too wide."""
    return BadFile(N_("Line %(line)s has more than %(most)s columns."), line=line, most=Number(limits.columns))


def too_many_rows(limits: Limits) -> BadFile:
    """The refusal of a file that is too long."""
    return BadFile(N_("This file has more than %(most)s rows. Split it."), most=Number(limits.rows))


def find_fault(cells: list[str], width: int, limits: Limits, *, has_nul: bool) -> Message | None:
    """Why a row cannot be taken: not as many cells as columns, a NUL, or a cell that is too long. None for a good row."""
    if len(cells) != width:
        return Message(
            N_("This row has %(cells)s cells, but there are %(columns)s columns."), {"cells": len(cells), "columns": width}
        )
    if has_nul:
        return Message(N_("This holds a character that cannot be stored (NUL). Delete it or type the text again."))
    return find_oversized_cell(cells, limits)


def find_oversized_cell(cells: list[str], limits: Limits) -> Message | None:
    """What is wrong with a row of which a cell is too long; None if none is."""
    if max(map(len, cells), default=0) <= limits.cell:
        return None
    column = next(number for number, cell in enumerate(cells, start=1) if len(cell) > limits.cell)
    return Message(
        N_("The cell in column %(column)s is longer than %(most)s characters."), {"column": column, "most": Number(limits.cell)}
    )
