"""Files as rows of text, read as a stream: memory stays flat however long a file is, and nothing is guessed in silence."""

from pathlib import Path

from tracker.errors import N_
from tracker.imports.limits import MB, WEB, Limits
from tracker.imports.messages import Number
from tracker.imports.readers.csv import CsvReader
from tracker.imports.readers.delimiters import DELIMITERS
from tracker.imports.readers.encodings import ENCODINGS
from tracker.imports.readers.jsonl import JsonlReader
from tracker.imports.readers.kinds import kind_of
from tracker.imports.readers.table import BadFile, FileInfo, Kind, ReadOptions, Row, Table
from tracker.imports.readers.xlsx import Workbook
from tracker.imports.readers.zip_guard import open_zip

__all__ = ["DELIMITERS", "ENCODINGS", "BadFile", "FileInfo", "Kind", "ReadOptions", "Row", "Table", "glance", "open_table"]


def open_table(
    path: Path,
    name: str,
    choices: ReadOptions | None = None,
    limits: Limits = WEB,
    *,
    pasted: bool = False,
) -> Table:
    """Open a file that its sender calls `name`. Raises BadFile, saying where and why, if it cannot be read within the limits."""
    check_size(path.stat().st_size, limits)
    choices = choices or ReadOptions()
    kind = Kind.PASTE if pasted else kind_of(path, name)
    table: Table
    if kind is Kind.XLSX:
        table = Workbook(path, choices, limits)
    elif kind is Kind.JSONL:
        table = JsonlReader(path, choices, limits)
    else:
        table = CsvReader(path, kind, choices, limits)
    _check_names(table.columns)
    return table


def detect_kind(path: Path, name: str, *, pasted: bool, small: int, limits: Limits = WEB) -> Kind:
    """What kind of table a file is, once its size and its head are found good. Raises BadFile.

    Of a workbook larger than `small` bytes only the outside is looked at: its head stands behind all its texts.
    """
    check_size(path.stat().st_size, limits)
    if not pasted and kind_of(path, name) is Kind.XLSX and path.stat().st_size > small:
        open_zip(path, limits).close()
        return Kind.XLSX
    return open_table(path, name, None, limits, pasted=pasted).about.kind


def _check_names(columns: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for column in columns:
        if column.casefold() in seen:
            raise BadFile(N_("Two columns are called “%(name)s”. Rename one of them."), name=column)
        seen.add(column.casefold())


def check_size(size: int, limits: Limits) -> None:
    """Raise BadFile for more bytes than a file may have."""
    if size > limits.file_bytes:
        raise BadFile(N_("This file is larger than %(most)s MB."), most=Number(limits.file_bytes // MB))
