"""Imports between their steps: uploads, state, rejected rows and saved mappings, in the database that all processes share."""

import hashlib
import json
import tempfile
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.errors import N_, Conflict, Invalid, NotFound, Refusal
from tracker.imports.columns.incoming import IncomingRow
from tracker.imports.columns.mapping import ColumnMapping, from_json
from tracker.imports.models import OPEN, WORK, ImportBadRow, ImportChunk, ImportJob, ImportMapping, State
from tracker.imports.stats import ImportStats, dump_json, message_to_data
from tracker.pagination import Head
from tracker.sql import delete_rows, require_row, update_rows

_PIECE: Final = 512 * 1024
KEPT: Final = timedelta(days=7)  # an upload that was not continued
RECORD_KEPT: Final = timedelta(days=90)  # the record of a finished import
NAME_MAX: Final = 200
RECENT: Final = 20
MAPPING_NAME_MAX: Final = 120


def safe_filename(name: str) -> str:
    """The end of a file's path without invisible characters, for display."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in bare if c.isprintable()).strip()[-NAME_MAX:] or "file"


def hash_file(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def create_upload_job(
    session: Session, path: Path, name: str, *, kind: str, editor_id: int | None, choices: Mapping[str, str | None], state: State
) -> ImportJob:
    """Store an upload in chunks."""
    job = ImportJob(
        name=safe_filename(name),
        kind=kind,
        size=path.stat().st_size,
        sha256=hash_file(path),
        state=state,
        editor_id=editor_id,
        choices=json.dumps(dict(choices)),
        created_at=clock.now(),
        touched_at=clock.now(),
    )
    session.add(job)
    session.flush()
    with path.open("rb") as file:
        number = 0
        while piece := file.read(_PIECE):
            session.execute(ImportChunk.__table__.insert().values(job_id=job.id, number=number, body=piece))  # type: ignore[attr-defined]
            number += 1
    return job


def create_cli_job(session: Session, name: str, *, kind: str, size: int, sha256: str, editor_id: int | None) -> ImportJob:
    """Create the record of an import by the command line, whose file is not stored."""
    job = ImportJob(name=safe_filename(name), kind=kind, size=size, sha256=sha256, state=State.COMMAND, editor_id=editor_id)
    session.add(job)
    session.flush()
    return job


@contextmanager
def materialise_upload(session: Session, job_id: int) -> Generator[Path]:
    """Write the upload of an import to a temporary file for the block. Raises NotFound if it was deleted."""
    with tempfile.TemporaryDirectory(prefix="tracker-") as folder:
        path = Path(folder) / "file"
        number = 0
        with path.open("wb") as file:
            query = select(ImportChunk.body).where(ImportChunk.job_id == job_id)
            while (piece := session.scalar(query.where(ImportChunk.number == number))) is not None:
                file.write(piece)
                number += 1
        if not number:
            raise NotFound(N_("This file has been deleted. Send it again."))
        yield path


def get_own_job(session: Session, job_id: int, editor_id: int) -> ImportJob:
    """Return an import of this editor. Raises NotFound for those of others."""
    job = session.get(ImportJob, job_id, populate_existing=True)
    if job is None or job.editor_id != editor_id or job.state == State.COMMAND:
        raise NotFound()
    return job


def list_recent_jobs(session: Session, editor_id: int) -> Head[ImportJob]:
    """An editor's last RECENT imports, newest first."""
    query = select(ImportJob).where(ImportJob.editor_id == editor_id, ImportJob.state != State.COMMAND)
    return Head.of(session.scalars(query.order_by(ImportJob.id.desc()).limit(RECENT + 1)), RECENT)


def change_state(session: Session, job_id: int, sources: Iterable[State], to: State, **values: object) -> None:
    """Change the state by compare-and-set. Raises Conflict if it is not one of `sources`."""
    is_one = (ImportJob.id == job_id, ImportJob.state.in_(list(sources)))
    if not update_rows(session, ImportJob, *is_one, state=to, touched_at=clock.now(), **values):
        raise Conflict(N_("This import has changed since you opened the page. Refresh the page."))


def report_progress(session: Session, job_id: int, rows: int) -> None:
    """Store how many rows a step has done."""
    update_rows(session, ImportJob, ImportJob.id == job_id, ImportJob.state.in_(WORK), rows_done=rows)


def request_check(session: Session, job: ImportJob, plan: ColumnMapping) -> None:
    """Store the mapping and request a check. Raises Conflict if the import is running or done."""
    change_state(session, job.id, OPEN, State.CHECKING, plan=plan.to_json(), tally="", fault="", rows_done=0)
    session.execute(delete(ImportBadRow).where(ImportBadRow.job_id == job.id))


def request_run(session: Session, job: ImportJob, *, skip_bad: bool) -> None:
    """Request the run of a checked import. Raises Conflict, and Invalid for bad rows without `skip_bad`."""
    tally = ImportStats.from_data(json.loads(job.tally)) if job.tally else ImportStats()
    if tally.bad and not skip_bad:
        raise Invalid(N_("There are bad rows. Correct them, or tick “Leave out the bad rows”."), field="skip_bad")
    change_state(session, job.id, [State.CHECKED], State.RUNNING, skip_bad=skip_bad, rows_done=0, line_done=0)


def mark_failed(session: Session, job_id: int, refused: Refusal | None) -> None:
    """Store why an import cannot continue; `refused` is None for a fault of our own."""
    text = N_("Something went wrong on our side.")
    fault = message_to_data(refused.message) if refused is not None else [text, {}]
    change_state(session, job_id, WORK, State.FAILED, fault=dump_json(fault))


def delete_job(session: Session, job: ImportJob) -> None:
    """Delete an import and its upload. Claims that it stored remain."""
    if job.state == State.RUNNING:
        raise Conflict(N_("This import is running. Wait until it is done."))
    _delete_jobs(session, [job.id])


def next_waiting_job(session: Session, without: Iterable[int]) -> int | None:
    """The oldest import with a step to run."""
    query = select(ImportJob.id).where(ImportJob.state.in_(WORK), ImportJob.id.not_in(list(without)))
    return session.scalar(query.order_by(ImportJob.id).limit(1))


def delete_expired_jobs(session: Session) -> int:
    """Delete uploads that were not continued and old records of finished imports; return how many."""
    now = clock.now()
    ended = ImportJob.state == State.DONE
    query = select(ImportJob.id).where(
        (ImportJob.touched_at < now - RECORD_KEPT) | (~ended & ImportJob.state.not_in(WORK) & (ImportJob.touched_at < now - KEPT))
    )
    found = list(session.scalars(query.limit(200)))
    _delete_jobs(session, found)
    return len(found)


def _delete_jobs(session: Session, ids: list[int]) -> None:
    for model in (ImportChunk, ImportBadRow):
        delete_rows(session, model, model.job_id.in_(ids))
    delete_rows(session, ImportJob, ImportJob.id.in_(ids))


def replace_rejected_rows(session: Session, job_id: int, rows: Iterable[IncomingRow]) -> None:
    """Store the bad rows of an import for download."""
    session.execute(delete(ImportBadRow).where(ImportBadRow.job_id == job_id))
    found = [
        {
            "job_id": job_id,
            "line": incoming.line,
            "cells": json.dumps(incoming.cells),
            "problems": dump_json([[each.column, message_to_data(each.message), each.value] for each in incoming.problems]),
        }
        for incoming in rows
    ]
    if found:
        session.execute(ImportBadRow.__table__.insert(), found)  # type: ignore[attr-defined]


def count_rejected_rows(session: Session, job_id: int) -> int:
    """How many bad rows of an import are stored: all, or the first that there is room for."""
    return session.scalar(select(func.count()).select_from(ImportBadRow).where(ImportBadRow.job_id == job_id)) or 0


def list_rejected_rows(session: Session, job_id: int, *, most: int | None = None) -> Generator[ImportBadRow]:
    """The bad rows of an import, in the order of the file."""
    query = select(ImportBadRow).where(ImportBadRow.job_id == job_id).order_by(ImportBadRow.line)
    if most is not None:
        query = query.limit(most)
    yield from session.scalars(query.execution_options(yield_per=200))


# --- mappings by name ---


def save_mapping(session: Session, name: str, plan: ColumnMapping, editor_id: int | None) -> None:
    """Store a mapping under a name, replacing one of the same name."""
    name = " ".join(name.split())[:MAPPING_NAME_MAX]
    found = session.scalar(select(ImportMapping).where(ImportMapping.name == name))
    if found is None:
        found = ImportMapping(name=name)
        session.add(found)
    found.plan, found.editor_id, found.saved_at = plan.to_json(), editor_id, clock.now()


def list_saved_mappings(session: Session) -> list[tuple[int, str]]:
    """Ids and names of the saved mappings."""
    query = select(ImportMapping.id, ImportMapping.name).order_by(func.lower(ImportMapping.name))
    return [(row.id, row.name) for row in session.execute(query)]


def get_saved_mapping(session: Session, number: int) -> ColumnMapping:
    """Return a saved mapping. Raises NotFound."""
    found = require_row(session, ImportMapping, number)
    return from_json(found.plan)


@dataclass
class Checkpoint:
    """Progress of a running import, stored in the same transactions as its claims. `state` is the one it must be in."""

    job_id: int
    state: State = State.RUNNING
    line: int = 0

    def lock(self, session: Session) -> None:
        """Lock the import until the transaction ends. Raises Conflict if another process has gone on with it."""
        row = session.execute(
            select(ImportJob.state, ImportJob.line_done).where(ImportJob.id == self.job_id).with_for_update()
        ).one_or_none()
        if row is None or row.state != self.state or row.line_done != self.line:
            raise Conflict(N_("This import has changed since you opened the page. Refresh the page."))

    def advance(self, session: Session, tally: ImportStats, line: int) -> None:
        """Store that all rows up to this line are done."""
        self._write(session, self.state, tally, line)

    def finish(self, session: Session, tally: ImportStats) -> None:
        """Store that the import is done and delete the upload."""
        self._write(session, State.DONE, tally, self.line)
        session.execute(delete(ImportChunk).where(ImportChunk.job_id == self.job_id))

    def _write(self, session: Session, state: State, tally: ImportStats, line: int) -> None:
        done = {"tally": dump_json(tally.to_data()), "rows_done": tally.rows, "line_done": line, "touched_at": clock.now()}
        update_rows(session, ImportJob, ImportJob.id == self.job_id, state=state, **done)
        self.line = line
