"""A copy of the database, made while it is in use: consistent, checked, and never over another file."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

from tracker.db import Database
from tracker.errors import Conflict, Unavailable
from tracker.ledger.verify import verify

PAGES_A_STEP = 2048
Progress = Callable[[int, int], None]


def back_up(database: Database, target: Path, *, progress: Progress) -> str | None:
    """Copy the database to a new file; returns what is wrong with the history in it, None if it verifies.

    `progress` is called with how much is done and how much there is, in pages. The target has its name only once the copy is
    whole and sound. Raises Conflict if the name is taken, Unavailable if the copy could not be made or is not sound, OSError for
    what the file system refuses.
    """
    if target.exists():
        raise Conflict("%(file)s exists already; it was not touched.", file=str(target))
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    # Made first and by us alone: the copy holds everything the newsroom knows.
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if database.is_sqlite:
            _copy_sqlite(database, part, progress)
            fault = _history_fault(part)
        else:
            _copy_postgresql(database, part)
            fault = None
        _settle(part, target)
        return fault
    finally:
        for leftover in (part, *(part.with_name(part.name + ending) for ending in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)


def stream(database: Database, out: IO[bytes], folder: Path, *, progress: Progress) -> str | None:
    """Copy the database to a stream, by way of a file in the folder that is checked first and removed afterwards.

    Returns and raises what `back_up` does; nothing is written to the stream unless the copy is whole.
    """
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as place:
        copy = Path(place, "copy")
        fault = back_up(database, copy, progress=progress)
        with copy.open("rb") as file:
            shutil.copyfileobj(file, out)
        out.flush()
    return fault


def _settle(part: Path, target: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(part, target)  # unlike a rename, this fails where the name has been taken
    except FileExistsError as error:
        raise Conflict("%(file)s exists already; it was not touched.", file=str(target)) from error
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _copy_sqlite(database: Database, part: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(f"file:{database.url.database}?mode=rw", uri=True)) as source, closing(_file(part)) as copy:
        # One read transaction round all steps: the copy is of one moment, regardless of concurrent writers.
        source.isolation_level = None
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=PAGES_A_STEP, progress=lambda _status, left, of: progress(of - left, of), sleep=0)
        source.execute("ROLLBACK")
        faults = [row[0] for row in copy.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        faults += [f"{row[0]} row {row[1]} points nowhere" for row in copy.execute("PRAGMA foreign_key_check")]
    if faults:
        raise Unavailable("The copy is not sound (%(why)s), so it was thrown away.", why=faults[0])


def _history_fault(part: Path) -> str | None:
    copied = Database(f"sqlite:///{part}")
    try:
        with copied.reading() as session:
            findings = verify(session).findings
    finally:
        copied.dispose()
    with closing(_file(part)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")  # a single file, without a separate log
    return findings[0].message if findings else None


def _file(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.isolation_level = None
    return connection


def _copy_postgresql(database: Database, part: Path) -> None:
    dump, restore = shutil.which("pg_dump"), shutil.which("pg_restore")
    if dump is None or restore is None:
        raise Unavailable("pg_dump is not installed here; install PostgreSQL's client programs, or back up on the server.")
    url = database.url.set(drivername="postgresql")._replace(password=None)
    environment = dict(os.environ)
    if database.url.password:
        # Not on the command line, where everybody on the machine could read it.
        environment["PGPASSWORD"] = str(database.url.password)
    address = url.render_as_string(hide_password=False)
    _run([dump, "--format=custom", "--no-password", f"--file={part}", f"--dbname={address}"], environment)
    _run([restore, "--list", str(part)], environment)


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        error = " ".join(done.stderr.split()) or f"exit status {done.returncode}"
        with suppress(ValueError):
            error = error[error.index("error: ") + 7 :]
        raise Unavailable("%(program)s failed: %(error)s", program=Path(command[0]).name, error=error)
