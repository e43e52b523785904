"""Find out whether the database can store anything, by storing something: a full disk and a read-only one still answer reads."""

import os
import secrets
import tempfile
import threading
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock
from tracker.db import Database
from tracker.engines import Busy
from tracker.errors import Refusal, Unavailable
from tracker.outages import explain
from tracker.scheduling.models import JobRun

# More than fits into what a file system or a write-ahead log has left over by chance.
FILE_BYTES: Final = 256 * 1024
ROW_CHARACTERS: Final = 16 * 1024
# Probes may come often and from strangers; in between, the last answer is given.
VALID_SECONDS: Final = 1.0
MEMORY: Final = Path("/dev/shm")  # noqa: S108
# A writer that keeps others waiting for longer shows by itself that the database can be written.
_LOCK_TIMEOUT: Final = 2.0


def require_writable_folder(folder: Path) -> None:
    """Write, sync and remove a file in a folder. Raises Unavailable with the operating system's reason."""
    try:
        with tempfile.TemporaryFile(prefix=".probe-", dir=folder) as file:
            file.write(bytes(FILE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise Unavailable("Nothing can be stored in %(folder)s: %(why)s.", folder=folder, why=why) from error


def find_temporary_folder(home: Path, *, memory: Path = MEMORY) -> Path:
    """A writable folder for short-lived files: in memory where there is one, because a busy disk would delay them.

    In a container with a read-only system and no /tmp, Python's own temporary files (large uploads) go to the home folder.
    Raises Unavailable where no folder can be written.
    """
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        require_writable_folder(home)
        tempfile.tempdir = str(home)
    return memory if os.access(memory, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def require_writable_file(database_url: str) -> None:
    """Ask the same of the folder of a SQLite database that exists; other databases are asked by a transaction alone."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database and Path(url.database).exists():
        require_writable_folder(Path(url.database).resolve().parent)


def require_writable(database: Database) -> None:
    """Commit a transaction that needs new space, and on SQLite write a file next to the database.

    Raises Unavailable or what the database raises.
    """
    require_writable_file(database.url.render_as_string(hide_password=False))
    try:
        with database.writing(lock_timeout=_LOCK_TIMEOUT) as session:
            # Removed in the transaction that adds it, so that no other ever sees it.
            filling = {"filling": secrets.token_hex(ROW_CHARACTERS // 2)}
            probe = JobRun(job=f"probe-{secrets.token_hex(8)}", at=clock.now(), result=filling)
            session.add(probe)
            session.flush()
            session.delete(probe)
    except Busy:
        return


class StorageProbe:
    """Whether one database can be written, asked at most once a second. For one process and its threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lock = threading.Lock()
        self._answer: str | None = None
        self._asked_at: float | None = None

    def find_fault(self) -> str:
        """Why nothing can be stored, in one line; "" if something can."""
        with self._lock:
            now = clock.monotonic()
            if self._answer is None or self._asked_at is None or now - self._asked_at >= VALID_SECONDS:
                self._answer = self._ask()
                self._asked_at = now
            return self._answer

    def _ask(self) -> str:
        try:
            require_writable(self.database)
        except (SQLAlchemyError, Refusal) as error:
            return explain(error) or repr(error)
        return ""
