"""A file that cannot be unpacked for want of room: called that, and not damaged."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.factories import make_editor
from tests.imports.support import count
from tests.support.full_disk import file_size_limit
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.errors import DiskFull
from tracker.imports import job_store, jobs
from tracker.imports.models import ImportJob, State
from tracker.imports.readers import BadFile, open_table
from tracker.imports.stats import message_from_data

ROOM = 20_000_000  # bytes; more than the database of a test has


def archive_of(size: int) -> bytes:
    """A ZIP with one CSV of `size` bytes, which unpacks to about a hundred times its own size."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        line = "".join(f"{number} " for number in range(4_000)) + "\n"
        archive.writestr("claims.csv", "claim\n" + line * (size // len(line)))
    return buffer.getvalue()


def test_archive_without_room_to_unpack_it_is_not_called_damaged(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(archive_of(2_000_000))
    with pytest.raises(DiskFull, match="disk is full, and nothing was stored"), file_size_limit(1_000_000):
        open_table(path, "claims.zip")


def test_archive_that_is_damaged_is_not_called_a_full_disk(tmp_path: Path):
    path = tmp_path / "file"
    content = bytearray(archive_of(2_000_000))
    content[200:220] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(BadFile, match="damaged"):
        open_table(path, "claims.zip")


@pytest.mark.parametrize(
    ("line_done", "text"),
    [
        (0, "The server’s disk is full, and nothing was stored. Tell your server administrator."),
        (7, "The server’s disk is full. The rows up to line 7 are stored. Tell your server administrator."),
    ],
)
def test_import_that_meets_a_full_disk_fails_with_the_reason(database: Database, tmp_path: Path, line_done: int, text: str):
    editor_id = make_editor(database).id
    path = tmp_path / "file"
    path.write_bytes(archive_of(2 * ROOM))
    with database.writing() as session:
        job = job_store.create_upload_job(
            session, path, "claims.zip", kind="csv", editor_id=editor_id, choices={}, state=State.READING
        )
        job.line_done = line_done
        number = job.id
    with file_size_limit(ROOM):
        jobs.advance_job(database, number)
    with database.reading() as session:
        found = session.get(ImportJob, number)
        assert found is not None
        assert found.state == State.FAILED
        assert str(message_from_data(json.loads(found.fault))) == text
    assert count(database, Claim) == 0
