"""One database, SQLite or PostgreSQL: its engine, its transactions and the base of all tables.

Every transaction starts deferred; only `Database.writing` starts one that writes. On SQLite that one is BEGIN IMMEDIATE, because
a deferred transaction that turns into a writer fails with "database is locked" instead of waiting for its turn.
"""

import enum
import importlib
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    Index,
    Integer,
    MetaData,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from tracker.engines import Busy, create_postgresql_engine, create_sqlite_engine, without_transactions
from tracker.errors import N_, Unavailable

# The rooms that hold tables. Importing them all makes `Base.metadata` complete.
MODEL_MODULES = (
    "tracker.ledger.models",
    "tracker.accounts.models",
    "tracker.web.models",
    "tracker.articles.models",
    "tracker.claims.models",
    "tracker.scheduling.models",
    "tracker.notifications.models",
    "tracker.imports.models",
    "tracker.scores.models",
    "tracker.intake.models",
    "tracker.public.models",
    "tracker.public.score_models",
    "tracker.publishing.models",
    "tracker.api.models",
)

# The oldest revision whose code can still work on this database; written by the migration.
WORKS_FROM = "SELECT works_from FROM schema_fit"

BigId = BigInteger().with_variant(Integer, "sqlite")


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


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that meet an SQL condition, the same on both databases; for a table's `__table_args__`."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


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
        self.engine = create_sqlite_engine(self.url, must_exist) if self.is_sqlite else create_postgresql_engine(url)
        self.revision: str | None = None  # the schema's, that writers insist on (see `require_revision`)
        self.sessions = sessionmaker(self.engine)
        self.request_sessions = sessionmaker(without_transactions(self.engine))  # until they write
        self._isolation = {} if self.is_sqlite else {"isolation_level": "READ COMMITTED"}
        # SQLite lets one writer in at a time and makes the others poll; within a process a queue is fairer and quicker.
        self._turn = threading.Lock() if self.is_sqlite else None
        self._writer: int | None = None  # the thread whose turn it is

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session for reading; its changes are rolled back."""
        with self.sessions() as session:
            yield session

    def require_revision(self, revision: str) -> None:
        """From now on, refuse to write if the schema has become another one: a newer version has migrated it."""
        self.revision = revision

    @contextmanager
    def writing(self, session: Session | None = None, *, lock_timeout: float | None = None) -> Generator[Session]:
        """A transaction that may write: committed at the end, rolled back whole on any error.

        With a session of the caller's, its read transaction is ended first and the writing happens in it: a second session would
        wait for the caller's own locks. What was loaded before is loaded again at its next use. No network I/O belongs in here.

        `lock_timeout` is how many seconds to wait for the writer lock on SQLite (default: as long as the database waits). Raises
        Unavailable if that is over, or if the schema is no longer the one to `require_revision`.
        """
        own = self.sessions() if session is None else session
        if own.info.get("writing"):
            raise RuntimeError("this session is writing already")
        try:
            with self._writer_lock(lock_timeout):
                own.rollback()
                try:
                    own.connection(execution_options={"writing": True, "lock_timeout": lock_timeout, **self._isolation})
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
    def _writer_lock(self, lock_timeout: float | None) -> Generator[None]:
        if self._turn is None:
            yield
            return
        if self._writer == threading.get_ident():
            raise RuntimeError("this thread is writing already, in another session; it would wait for itself")
        if not self._turn.acquire(timeout=-1 if lock_timeout is None else lock_timeout):
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

    def discard_inherited_connections(self) -> None:
        """Let go of connections that a fork copied, without closing them: they are the parent's."""
        self.engine.dispose(close=False)
        if self._turn is not None:
            self._turn, self._writer = threading.Lock(), None


def end_reading(session: Session) -> None:
    """End a transaction that only read; what was loaded is loaded again at its next use."""
    session.rollback()
