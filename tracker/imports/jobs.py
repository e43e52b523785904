"""The steps of an import that take time, for the scheduler and for small files within a request. Each step runs once."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Editor
from tracker.db import Database
from tracker.errors import N_, Conflict, DiskFull, Invalid, Refusal
from tracker.imports import job_store, limits, runner
from tracker.imports.columns import profile
from tracker.imports.columns.incoming import IncomingRow
from tracker.imports.columns.mapping import from_json
from tracker.imports.models import ImportJob, State
from tracker.imports.readers import Kind, ReadOptions, Table, open_table
from tracker.imports.stats import ImportStats, dump_json
from tracker.ledger import Actor
from tracker.outages import is_disk_full

log = structlog.get_logger(__name__)

_TELL_EVERY: Final = 2.0  # seconds between two notes of how far it has come
_BAD_CHARACTERS: Final = 20_000_000  # of bad rows that are kept

Stopping = Callable[[], bool]


def is_small(size: int, rows: int) -> bool:
    """Whether a step of such a file is done while a browser waits."""
    return size <= limits.AT_ONCE_BYTES and rows <= limits.AT_ONCE_ROWS


def open_job_file(path: Path, job: ImportJob) -> Table:
    """The kept file of an import, read as was chosen. Raises BadFile."""
    choices = ReadOptions(**json.loads(job.choices or "{}"))
    return open_table(path, job.name, choices, pasted=job.kind == Kind.PASTE)


def advance_job(database: Database, job_id: int, *, stopping: Stopping = lambda: False) -> None:
    """Do what an import waits for, if it still does. What cannot be done is noted with the import; our own faults are raised."""
    with database.reading() as session:
        job = session.get(ImportJob, job_id)
        if job is None or job.state not in _STEPS:
            return
        session.expunge(job)
    try:
        with database.reading() as session, job_store.materialise_upload(session, job.id) as path:
            session.close()  # nothing is read from it any more, and a long look would keep old pages of the database alive
            _STEPS[State(job.state)](database, job, path, stopping)
    except Conflict:
        return  # another process did it, or the import was deleted
    except Invalid as refused:
        _fail(database, job.id, refused)
    except SQLAlchemyError:
        raise
    except Exception as error:
        if not isinstance(error, DiskFull) and not is_disk_full(error):
            _fail(database, job.id, None)
            raise
        log.error("import stopped: the disk is full", job=job.id, exc_info=error)
        _fail(database, job.id, _explain_full_disk(database, job.id))


def _explain_full_disk(database: Database, job_id: int) -> DiskFull:
    with database.reading() as session:
        job = session.get(ImportJob, job_id)
    if job is None or not job.line_done:
        return DiskFull()
    text = N_("The server’s disk is full. The rows up to line %(line)s are stored. Tell your server administrator.")
    return DiskFull(text, line=job.line_done)


def _fail(database: Database, job_id: int, refused: Refusal | None) -> None:
    with database.writing() as session:
        try:
            job_store.mark_failed(session, job_id, refused)
        except Conflict:
            return


def _read(database: Database, job: ImportJob, path: Path, _stopping: Stopping) -> None:
    table = open_job_file(path, job)
    facts = profile.profile_table(table, _ProgressReporter(database, job.id))
    about = {"table": asdict(table.about), "facts": facts.to_data()}
    plan = profile.guess_mapping(facts)
    with database.writing() as session:
        values: dict[str, object] = {"about": dump_json(about), "rows_total": facts.rows, "kind": table.about.kind, "fault": ""}
        job_store.change_state(session, job.id, [State.READING], State.MAPPING, plan=plan.to_json(), **values)


def _check(database: Database, job: ImportJob, path: Path, stopping: Stopping) -> None:
    bad = _RejectedRows()
    source = _source(path, job)
    with database.reading() as session:
        actor = _actor(session, job)
    tally = runner.check_import(
        database, source, actor, bad_row=bad, progress=_ProgressReporter(database, job.id), stopping=stopping
    )
    if tally is None:
        return
    with database.writing() as session:
        job_store.change_state(
            session, job.id, [State.CHECKING], State.CHECKED, tally=dump_json(tally.to_data()), rows_done=tally.rows
        )
        job_store.replace_rejected_rows(session, job.id, bad.kept)


def _run(database: Database, job: ImportJob, path: Path, stopping: Stopping) -> None:
    source = _source(path, job)
    with database.reading() as session:
        actor = _actor(session, job)
    ledger = job_store.Checkpoint(job.id, line=job.line_done)
    if job.rows_total <= limits.WHOLE:
        runner.run_whole(database, source, actor, ledger)
        return
    so_far = ImportStats.from_data(json.loads(job.tally)) if job.line_done else None
    runner.run_in_batches(database, source, actor, ledger, tally=so_far, stopping=stopping)


_STEPS: Final = {State.READING: _read, State.CHECKING: _check, State.RUNNING: _run}


def _source(path: Path, job: ImportJob) -> runner.Source:
    return runner.Source(job.name, job.size, job.sha256, open_job_file(path, job), from_json(job.plan))


def _actor(session: Session, job: ImportJob) -> Actor:
    """Who imports, with the roles of this moment. Raises Invalid if they may not any more."""
    editor = session.get(Editor, job.editor_id) if job.editor_id is not None else None
    if editor is None or "editor" not in editor.actor.roles:
        raise Invalid(N_("The person who sent this file may no longer import."))
    return editor.actor


class _ProgressReporter:
    """Notes in the database how far a step has come, every few seconds."""

    def __init__(self, database: Database, job_id: int) -> None:
        self._database = database
        self._job_id = job_id
        self._reported_at = clock.monotonic()

    def __call__(self, rows: int) -> None:
        if clock.monotonic() - self._reported_at < _TELL_EVERY:
            return
        with self._database.writing() as session:
            job_store.report_progress(session, self._job_id, rows)
        self._reported_at = clock.monotonic()


class _RejectedRows:
    """Keeps bad rows as long as they are not too many."""

    def __init__(self) -> None:
        self.kept: list[IncomingRow] = []
        self._characters = 0

    def __call__(self, incoming: IncomingRow) -> None:
        self._characters += sum(map(len, incoming.cells))
        if len(self.kept) < limits.BAD_ROWS and self._characters <= _BAD_CHARACTERS:
            self.kept.append(incoming)


# --- jobs of the scheduler ---


def work(database: Database, stopping: Callable[[], bool]) -> dict[str, object]:
    """Run the waiting steps of imports, oldest first. Safe to run late, twice or in parallel."""
    done: list[int] = []
    while not stopping():
        with database.reading() as session:
            job_id = job_store.next_waiting_job(session, done)
        if job_id is None:
            break
        done.append(job_id)
        advance_job(database, job_id, stopping=stopping)
    return {"steps": len(done)}


def tidy(database: Database, _stopping: Callable[[], bool]) -> dict[str, object]:
    """Delete expired files and, later, the records of their imports."""
    with database.writing() as session:
        return {"forgotten": job_store.delete_expired_jobs(session)}
