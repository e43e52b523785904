"""Leader election between schedulers. An optimisation only: jobs are idempotent and stay correct with zero or two leaders.

Leadership ends with the process that holds it: a file lock or a session of PostgreSQL goes when its holder goes.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from tracker.db import Database

# Any two numbers will do, as long as every scheduler of the same database uses the same.
_KEYS = {"a": 724_190, "b": 5318}


class Leadership(Protocol):
    """One process's claim to lead. Not for several threads at once."""

    def hold(self) -> bool:
        """Whether this process leads, now that it has tried. Returns at once, but for a lost network."""

    def release(self) -> None:
        """Let another lead."""


def for_database(database: Database) -> Leadership:
    """The way to lead that fits a database. Make it after a fork, like the database."""
    if database.is_sqlite:
        file = Path(database.url.database or "")
        return FileLeadership(file.with_name(f"{file.name}.scheduler"))
    return SessionLeadership(database)


class FileLeadership:
    """A lock on a file next to the SQLite database; the kernel releases it when the process ends, even by a crash."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def hold(self) -> bool:
        if self._file is not None and self._is_the_file():
            return True
        self.release()
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def _is_the_file(self) -> bool:
        # Someone who cleared the folder took the file, and with it the lock that others can see.
        assert self._file is not None
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except OSError:
            return False

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class SessionLeadership:
    """An advisory lock of PostgreSQL, on a connection that does nothing else.

    Both ends probe a silent connection every few seconds: a leader that was cut off learns of it, and so does the server, which
    then gives the lock to another.
    """

    def __init__(self, database: Database) -> None:
        probes = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
        options = " ".join(f"-c tcp_{name}={value}" for name, value in probes.items())
        self._engine = create_engine(
            database.url.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 5, "tcp_user_timeout": 10_000, **probes, "options": options},
        )
        self._connection: Connection | None = None

    def hold(self) -> bool:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            return self._holds(self._connection) or self._take(self._connection)
        except DBAPIError:
            # A lost connection is a lost lock.
            self._drop()
            return False

    @staticmethod
    def _holds(connection: Connection) -> bool:
        # The server is asked, not our memory: a pooler in between may have given us another session.
        held = text(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid::bigint = :a AND objid::bigint = :b AND objsubid = 2)"
        )
        return bool(connection.scalar(held, _KEYS))

    @staticmethod
    def _take(connection: Connection) -> bool:
        return bool(connection.scalar(text("SELECT pg_try_advisory_lock(:a, :b)"), _KEYS))

    def release(self) -> None:
        if self._connection is not None:
            # Explicitly, because the server may take a moment to notice that a session has ended.
            with suppress(DBAPIError):
                self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
