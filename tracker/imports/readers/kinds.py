"""What kind of file this is, by what is in it; the ending of its name only decides between texts."""

from pathlib import Path
from typing import Final

from tracker.errors import N_
from tracker.imports.readers.table import BadFile, Kind

_ENDINGS: Final = {
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".json": Kind.JSONL,
}
_OLE: Final = b"\xd0\xcf\x11\xe0"
ZIP: Final = b"PK\x03\x04"
# How files begin that are no texts, and what to say of them.
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


def kind_of(path: Path, name: str) -> Kind:
    """The kind of a file called `name`. Raises BadFile for what is no table, or says that it is another kind than it is."""
    with path.open("rb") as file:
        head = file.read(512)
    if not head.strip():
        raise BadFile(N_("The file is empty: there are no rows."))
    ending = Path(name).suffix.lower()
    wanted = _ENDINGS.get(ending)
    if head.startswith(ZIP):
        if wanted is Kind.XLSX:
            return Kind.XLSX
        raise BadFile(N_("This is a spreadsheet file, not CSV. Give it the ending .xlsx, or save it as CSV."))
    if wanted is Kind.XLSX and head.startswith(_OLE):
        raise BadFile(N_("This spreadsheet file is locked with a password, or of the old kind. Save it as XLSX without one."))
    for magic, text in _FOREIGN:
        if head.startswith(magic):
            raise BadFile(text)
    if wanted is Kind.XLSX:
        raise BadFile(N_("This is not a spreadsheet file, although its name ends in %(ending)s."), ending=ending)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if wanted is Kind.JSONL or (start.startswith((b'{"', b"[{")) and ending not in {".csv", ".tsv"}):
        return Kind.JSONL
    return Kind.CSV
