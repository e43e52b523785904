"""One database, SQLite or PostgreSQL: its engine, its transactions and the base of all tables.

Every transaction starts deferred; only `Database.writing` starts one that writes. On SQLite that one is BEGIN IMMEDIATE, because
a deferred transaction that turns into a writer fails with "database is locked" instead of waiting for its turn.
"""

import contextlib
import enum
import importlib
import os
import sqlite3
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    FromClause,
    Index,
    Integer,
    MetaData,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from tracker import clock
from tracker.errors import N_, Unavailable

BUSY_TIMEOUT_MS = 30_000

# The rooms that hold tables. Importing them all makes `Base.metadata` complete.
MODEL_MODULES = (
    "tracker.ledger.models",
    "tracker.accounts.models",
    "tracker.web.models",
    "tracker.articles.models",
    "tracker.claims.models",
    "tracker.scheduling.models",
    "tracker.notifications.models",
    "tracker.webhooks.models",
    "tracker.feeds.models",
    "tracker.imports.models",
    "tracker.scores.models",
    "tracker.intake.models",
    "tracker.public.models",
    "tracker.publishing.models",
    "tracker.api.models",
)

# The oldest revision whose code can still work on this database; written by the migration.
WORKS_FROM = "SELECT works_from FROM schema_fit"

BigId = BigInteger().with_variant(Integer, "sqlite")


class Busy(Unavailable):
    """Another transaction holds what this one needs, and went on holding it for as long as this one could wait."""

    def __init__(self) -> None:
        super().__init__(N_("The database is busy. Try again in a moment."))


def fits(own: str | None, found: str | None, works_from: str | None) -> bool:
    """Whether code of revision `own` can work on a newer database, of revision `found`. Revisions are numbers of four digits."""
    return own is not None and found is not None and works_from is not None and works_from <= own < found


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both databases (SQLite has no zones and would give it back naive)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table; constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012  (SQLAlchemy reads it from the class)


def enum_column(kind: type[enum.StrEnum]) -> Enum:
    """A column type for an enum: text of the key, checked by the database with a CHECK that names the column."""
    return Enum(kind, native_enum=False, create_constraint=True, length=32, name=kind.__name__.lower(), values_callable=_keys)


def _keys(kind: Any) -> list[str]:
    return [member.value for member in kind]


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index over the rows that meet an SQL condition, the same on both databases; for a table's `__table_args__`."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def load_models() -> MetaData:
    """Import every table and return the complete metadata."""
    for module in MODEL_MODULES:
        importlib.import_module(module)
    return Base.metadata


class Database:
    """An engine and the two kinds of transaction on it. Make it after a fork, or `dispose` of it before one.

    `must_exist`: for processes that work on a database and do not make one. On SQLite they open the existing file only, and once
    it was deleted or replaced under them every transaction raises Unavailable, because what they wrote would be lost.
    """

    def __init__(self, url: str, *, must_exist: bool = False) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url, must_exist) if self.is_sqlite else _postgresql_engine(url)
        self.revision: str | None = None  # the schema's, that writers insist on (see `insist_on`)
        self.sessions = sessionmaker(self.engine)
        # SQLite lets one writer in at a time and makes the others poll; within a process a queue is fairer and quicker.
        self._turn = threading.Lock() if self.is_sqlite else None
        self._writer: int | None = None  # the thread whose turn it is

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session for reading; its changes are rolled back."""
        with self.sessions() as session:
            yield session

    def insist_on(self, revision: str) -> None:
        """From now on, refuse to write if the schema has become another one: a newer version has migrated it."""
        self.revision = revision

    @contextmanager
    def writing(self, session: Session | None = None, *, patience: float | None = None) -> Generator[Session]:
        """A transaction that may write: committed at the end, rolled back whole on any error.

        With a session of the caller's, its read transaction is ended first and the writing happens in it: a second session would
        wait for the caller's own locks. What was loaded before is loaded again at its next use. No network I/O belongs in here.

        `patience` is how many seconds to wait for one's turn on SQLite; without it, as long as the database waits. Raises
        Unavailable if that is over, or if the schema is no longer the one to `insist_on`.
        """
        own = self.sessions() if session is None else session
        if own.info.get("writing"):
            raise RuntimeError("this session is writing already")
        try:
            with self._my_turn(patience):
                own.rollback()
                try:
                    own.connection(execution_options={"writing": True, "patience": patience})
                    own.info["writing"] = True
                    self._check_revision(own)
                    yield own
                    own.commit()
                except BaseException:
                    own.rollback()
                    raise
                finally:
                    own.info["writing"] = False
        finally:
            if session is None:
                own.close()

    @contextmanager
    def _my_turn(self, patience: float | None) -> Generator[None]:
        if self._turn is None:
            yield
            return
        if self._writer == threading.get_ident():
            raise RuntimeError("this thread is writing already, in another session; it would wait for itself")
        if not self._turn.acquire(timeout=-1 if patience is None else patience):
            raise Busy()
        self._writer = threading.get_ident()
        try:
            yield
        finally:
            self._writer = None
            self._turn.release()

    def _check_revision(self, session: Session) -> None:
        if self.revision is None:
            return
        found = session.scalar(text("SELECT version_num FROM alembic_version"))
        if found != self.revision and not self._still_fits(session, found):
            raise Unavailable(N_("Tracker was updated while it was running. It stores nothing until it is restarted."))

    def _still_fits(self, session: Session, found: str | None) -> bool:
        try:
            return fits(self.revision, found, session.scalar(text(WORKS_FROM)))
        except SQLAlchemyError:
            return False  # a database that cannot say so

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def forget_connections(self) -> None:
        """Let go of connections that a fork copied, without closing them: they are the parent's."""
        self.engine.dispose(close=False)
        if self._turn is not None:
            self._turn, self._writer = threading.Lock(), None


def _postgresql_engine(url: str) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # what is stored does not belong into a log
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "options": "-c timezone=utc -c lock_timeout=30s",
        },
    )


class _SqliteCompiler(SQLiteCompiler):
    """Writes hints such as INDEXED BY behind a table's name; SQLAlchemy does so for other databases only.

    SQLite keeps no count of how values are spread, and where two indexes would do it often takes the wrong one.
    """

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


def _sqlite_engine(url: URL, must_exist: bool) -> Engine:
    # The driver must not begin transactions by itself: the hook below does, so that it can choose how.
    connect_args = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    engine = create_engine(url, hide_parameters=True, connect_args=connect_args)
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

    def connect(self, _dialect: Any, _record: Any, _args: Any, kwargs: dict[str, Any]) -> Any:
        self.check()
        return sqlite3.connect(f"file:{quote(str(self.path.resolve()))}?mode=rw", uri=True, **kwargs)

    def check(self, *_event: Any) -> None:
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
        "cache_size=-2000",
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
    patience = options.get("patience")
    if patience is not None:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(patience * 1000)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
            raise
        raise Busy() from error
    finally:
        if patience is not None:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
