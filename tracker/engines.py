"""Engines for SQLite and PostgreSQL: how they connect, begin a transaction and wait for a lock."""

import contextlib
import os
import re
import select
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Dialect, Engine, FromClause, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from tracker import clock
from tracker.errors import N_, Unavailable

BUSY_TIMEOUT_MS: Final = 30_000
UNASKED: Final = 5  # seconds that a connection to PostgreSQL may have waited and is used without asking it
_RETURNED: Final = "tracker_returned"
_VERB: Final = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*([A-Z]+)", re.DOTALL)  # after comments
_MAY_CHANGE: Final = frozenset({"EXPLAIN", "WITH"})
_READING: Final = _MAY_CHANGE | {"SELECT", "SHOW", "TABLE", "VALUES"}
_CHANGE: Final = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO)\s")
_ROW_LOCK: Final = re.compile(r"FOR\s+(?:(?:NO\s+KEY\s+)?UPDATE|(?:KEY\s+)?SHARE)\b")


class Busy(Unavailable):
    """Another transaction holds what this one needs, and went on holding it for as long as this one could wait."""

    def __init__(self) -> None:
        super().__init__(N_("The database is busy. Try again in a moment."))


def create_postgresql_engine(url: str) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # what is stored does not belong into a log
        pool_timeout=10,
        skip_autocommit_rollback=True,  # of requests that only read: each of their statements has ended
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "options": "-c timezone=utc -c lock_timeout=30s",
        },
    )
    event.listen(engine, "checkin", _note_return)
    event.listen(engine, "checkout", partial(_check_waiting, engine.dialect))
    return engine


def without_transactions(engine: Engine) -> Engine:
    """The same engine for what reads: on PostgreSQL each statement alone, without BEGIN and ROLLBACK.

    A statement sees what is committed when it starts, there within a transaction, too. Two round trips are saved, and what the
    driver prepared stays: after a ROLLBACK it forgets its statements, and each is planned anew. On SQLite a transaction for
    reading sees one moment, and stays.
    """
    if engine.dialect.name != "postgresql":
        return engine
    reading = engine.execution_options(isolation_level="AUTOCOMMIT")
    event.listen(reading, "before_cursor_execute", _refuse_changes)
    return reading


def _refuse_changes(connection: Connection, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool) -> None:
    """Refuse what would be committed at once, and a lock that would be gone at once: each statement is a transaction."""
    if not connection.get_execution_options().get("writing") and not _only_reads(statement.upper()):
        raise RuntimeError("this session only reads")


def _only_reads(statement: str) -> bool:
    """Whether a statement in capital letters changes and locks no row."""
    if not statement.startswith("SELECT"):
        found = _VERB.match(statement)
        if found is None or found[1] not in _READING or (found[1] in _MAY_CHANGE and _CHANGE.search(statement)):
            return False
    return "FOR" not in statement or _ROW_LOCK.search(statement) is None


def _note_return(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_RETURNED] = clock.monotonic()


def _check_waiting(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a connection that waited for long whether it works, and one that something came in on: the end of a server does.

    Asking each time, as SQLAlchemy would, is one round trip more for each request.
    """
    returned = record.info.get(_RETURNED)
    if returned is None or (clock.monotonic() - returned < UNASKED and not _has_input(connection)):
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError() from error


def _has_input(connection: Any) -> bool:
    incoming = select.poll()
    incoming.register(connection.fileno(), select.POLLIN)
    return bool(incoming.poll(0))


class _SqliteCompiler(SQLiteCompiler):
    """Writes hints such as INDEXED BY behind a table's name; SQLAlchemy does so for other databases only.

    SQLite keeps no count of how values are spread, and where two indexes would do it often takes the wrong one.
    """

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


def create_sqlite_engine(url: URL, must_exist: bool) -> Engine:
    # The driver must not begin transactions by itself: the hook below does, so that it can choose how.
    connect_args = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    # As many connections as threads: a writer waits for the file, never for a connection.
    engine = create_engine(url, hide_parameters=True, max_overflow=-1, connect_args=connect_args)
    if must_exist and url.database:
        guard = _FileGuard(Path(url.database))
        event.listen(engine, "do_connect", guard.connect)
        event.listen(engine, "checkout", guard.check)
    elif url.database:
        event.listen(engine, "do_connect", _make_for_its_owner)
    engine.dialect.statement_compiler = _SqliteCompiler
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_for_its_owner(_dialect: Any, _record: Any, args: Any, _kwargs: Any) -> None:
    """Make a new database file readable by its owner alone; SQLite gives its side files the same mode."""
    with contextlib.suppress(OSError):  # it is there; or it cannot be made, which SQLite reports better
        os.close(os.open(args[0], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


class _FileGuard:
    """Keeps to one database file. SQLite would make a new, empty one where it is gone, or go on writing into the deleted one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen: tuple[int, int] | None = None

    def connect(self, _dialect: Any, _record: Any, _args: Any, kwargs: dict[str, Any]) -> object:
        self.check()
        return sqlite3.connect(f"file:{quote(str(self.path.resolve()))}?mode=rw", uri=True, **kwargs)

    def check(self, *_event: object) -> None:
        try:
            found = os.stat(self.path)
        except OSError:
            raise Unavailable(N_("The database file is missing. Restore it and restart Tracker.")) from None
        identity = (found.st_dev, found.st_ino)
        if self.seen is None:
            self.seen = identity
        if identity != self.seen:
            raise Unavailable(N_("The database file was replaced while Tracker was running. Restart Tracker."))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        # So that the triggers that guard the history also see the delete half of INSERT OR REPLACE.
        "recursive_triggers=ON",
        # What is erased from the history must not linger in freed space of the file.
        "secure_delete=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        # Of each connection, and each thread has one: with 16 MB, a worker grew to 445 MB. The system caches the file as well.
        "cache_size=-1000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Have changes written ahead. While another process is just switching to that, SQLite gives up at once instead of waiting."""
    deadline = clock.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or clock.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("writing", False):
        connection.exec_driver_sql("BEGIN")
        return
    lock_timeout = options.get("lock_timeout")
    if lock_timeout is not None:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(lock_timeout * 1000)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
            raise
        raise Busy() from error
    finally:
        if lock_timeout is not None:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
