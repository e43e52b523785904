"""Descriptors of the events of imports."""

import io
import zipfile
from collections.abc import Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.accounts.events import ACCOUNTS
from tracker.errors import N_
from tracker.imports.models import ImportBadRow, ImportChunk, ImportJob, ImportMapping
from tracker.ledger.descriptors import Descriptors, EventKind, Field, Member, RowKind
from tracker.ledger.formatters import text_field
from tracker.ledger.text_stores import EventData, StoredText, TextStore, column_store, has_words

_ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1251", "mac_roman")


def _find_files(session: Session, words: str) -> list[StoredText]:
    jobs = session.scalars(select(ImportChunk.job_id).distinct().order_by(ImportChunk.job_id)).all()
    return [StoredText(f"import:{job}") for job in jobs if _has_words(session, job, words)]


def _has_words(session: Session, job: int, words: str) -> bool:
    pieces = session.scalars(select(ImportChunk.body).where(ImportChunk.job_id == job).order_by(ImportChunk.number))
    content = b"".join(pieces)
    return any(has_words(text, words) for part in _unpack(content) for text in _decode(part))


def _unpack(content: bytes) -> Iterator[bytes]:
    """The content, or what is in it if it is a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    except zipfile.BadZipFile:
        yield content


def _decode(content: bytes) -> Iterator[str]:
    return (content.decode(encoding, "ignore") for encoding in _ENCODINGS)


def _delete_files(session: Session, _words: str, chosen: list[StoredText]) -> EventData:
    """Delete the whole file: what is left of a table without some of its words is no file that came in."""
    jobs = [int(each.row.partition(":")[2]) for each in chosen]
    session.execute(delete(ImportChunk).where(ImportChunk.job_id.in_(jobs)))
    return {}


STORES = (
    TextStore(N_("File of an import"), frozenset({"import_chunk.body"}), _find_files, _delete_files),
    column_store(
        N_("Import"),
        ImportJob.name,
        json_columns=(ImportJob.choices, ImportJob.about, ImportJob.plan, ImportJob.tally, ImportJob.fault),
    ),
    column_store(N_("Row of an import that had errors"), json_columns=(ImportBadRow.cells, ImportBadRow.problems)),
    column_store(N_("Saved import mapping"), ImportMapping.name, json_columns=(ImportMapping.plan,)),
)


# What an import's event counts; a row that was read, or what was made of it.
_COUNTS = (
    Member("file", text_field(N_("File"))),
    Member("rows", Field(N_("Rows"))),
    Member("created", Field(N_("New claims"))),
    Member("articles", Field(N_("New articles"))),
    Member("speakers", Field(N_("New speakers"))),
    Member("topics", Field(N_("New topics"))),
    Member("bad", Field(N_("Rows with errors"))),
)

DESCRIPTORS = Descriptors(
    events=(
        EventKind("import.run", N_("imported claims from a file"), ACCOUNTS, members=_COUNTS),
        EventKind("import.batch", N_("imported a part of a file"), ACCOUNTS, members=_COUNTS),
    ),
    rows=(RowKind("import", N_("import %(number)s")),),
    stores=STORES,
)
