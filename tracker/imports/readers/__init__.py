"""Read files as streams of rows of text, in flat memory."""

import shutil
import tempfile
import weakref
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tracker.errors import N_
from tracker.imports.limits import MB, WEB, Limits
from tracker.imports.readers.csv import DELIMITERS, CsvReader
from tracker.imports.readers.encodings import ENCODINGS
from tracker.imports.readers.objects import JsonlReader, YamlReader
from tracker.imports.readers.table import BadFile, FileInfo, Kind, ReadOptions, Row, Table
from tracker.imports.readers.xlsx import Workbook
from tracker.imports.readers.zip_guard import open_zip, refuse_damage
from tracker.imports.stats import Number

__all__ = ["DELIMITERS", "ENCODINGS", "BadFile", "FileInfo", "Kind", "ReadOptions", "Row", "Table", "open_table"]


QUESTIONS: Final = "question_data.csv"  # of a data download of Metaculus
_ENDINGS: Final = {
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".json": Kind.JSONL,
    ".yaml": Kind.YAML,
    ".yml": Kind.YAML,
}
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"
# The first bytes of files that are not tables.
_FOREIGN: Final = (
    (b"%PDF", N_("This is a PDF document, not CSV. Give the table itself, as CSV or XLSX.")),
    (_OLE, N_("This is a spreadsheet file of the old kind (.xls), not CSV. Save it as XLSX or CSV.")),
    (b"PK\x05\x06", N_("This is an empty archive.")),
    (b"\x1f\x8b", N_("This file is compressed. Unpack it first.")),
    (b"Rar!", N_("This file is compressed. Unpack it first.")),
    (b"7z\xbc\xaf", N_("This file is compressed. Unpack it first.")),
    (b"SQLite format 3\x00", N_("This is a database, not a table. To restore a backup, see the documentation.")),
    (b"\x89PNG", N_("This is a picture, not a table.")),
    (b"\xff\xd8\xff", N_("This is a picture, not a table.")),
)


def _sniff_kind(path: Path, name: str) -> Kind:
    """The kind of a file by its first bytes; the ending of its name decides between texts. Raises BadFile for other files."""
    with path.open("rb") as file:
        head = file.read(512)
    if not head.strip():
        raise BadFile(N_("The file is empty: there are no rows."))
    ending = Path(name).suffix.lower()
    wanted = _ENDINGS.get(ending)
    if head.startswith(_ZIP):
        if wanted is Kind.XLSX:
            return Kind.XLSX
        if ending == ".zip":
            return Kind.CSV
        raise BadFile(N_("This is a spreadsheet file, not CSV. Give it the ending .xlsx, or save it as CSV."))
    if wanted is Kind.XLSX and head.startswith(_OLE):
        raise BadFile(N_("This spreadsheet file is locked with a password, or of the old kind. Save it as XLSX without one."))
    for magic, text in _FOREIGN:
        if head.startswith(magic):
            raise BadFile(text)
    if wanted is Kind.XLSX:
        raise BadFile(N_("This is not a spreadsheet file, although its name ends in %(ending)s."), ending=ending)
    if wanted is Kind.YAML:
        return Kind.YAML
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if wanted is Kind.JSONL or (start.startswith((b'{"', b"[{")) and ending not in {".csv", ".tsv"}):
        return Kind.JSONL
    return Kind.CSV


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
    kind = Kind.PASTE if pasted else _sniff_kind(path, name)
    if not pasted and Path(name).suffix.lower() == ".zip":
        return _open_member(path, choices, limits)
    table: Table
    if kind is Kind.XLSX:
        table = Workbook(path, choices, limits)
    elif kind is Kind.JSONL:
        table = JsonlReader(path, choices, limits)
    elif kind is Kind.YAML:
        table = YamlReader(path, choices, limits)
    else:
        table = CsvReader(path, kind, choices, limits)
    _check_names(table.columns)
    return table


def _open_member(path: Path, choices: ReadOptions, limits: Limits) -> Table:
    """Open the table in a ZIP: the questions of a data download, or the only table that it has."""
    archive = open_zip(path, limits)
    with archive:
        tables = [entry for entry in archive.infolist() if Path(entry.filename).suffix.lower() in (*_ENDINGS, ".csv")]
        found = [entry for entry in tables if Path(entry.filename).name == QUESTIONS] or tables
        if len(found) != 1:
            raise BadFile(N_("This archive has not exactly one table. Unpack it, and send the table."))
        check_size(found[0].file_size, limits)
        with ExitStack() as unpacked:
            folder = unpacked.enter_context(tempfile.TemporaryDirectory(prefix="tracker-"))
            member = Path(folder) / "member"
            with refuse_damage(), archive.open(found[0]) as source, member.open("wb") as target:
                shutil.copyfileobj(source, target)
            table = open_table(member, Path(found[0].filename).name, choices, limits)
            weakref.finalize(table, unpacked.pop_all().close)  # the table reads its rows from there
    return table


def detect_kind(path: Path, name: str, *, pasted: bool, small: int, limits: Limits = WEB) -> Kind:
    """What kind of table a file is, once its size and its head are found good. Raises BadFile.

    Of a workbook larger than `small` bytes only the outside is looked at: the header is stored after all texts.
    """
    check_size(path.stat().st_size, limits)
    if not pasted and _sniff_kind(path, name) is Kind.XLSX and path.stat().st_size > small:
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
