"""One database, SQLite or PostgreSQL: its engine, its transactions and the base of all tables.

Every transaction starts deferred; only `Database.writing` starts one that writes. On SQLite that one is BEGIN IMMEDIATE, because
a deferred transaction that turns into a writer fails with "database is locked" instead of waiting for its turn.
"""

import importlib
import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, MetaData, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 30_000

# The rooms that hold tables. Importing them all makes `Base.metadata` complete.
MODEL_MODULES = (
    "tracker.history.models",
    "tracker.newsroom.models",
    "tracker.articles.models",
    "tracker.claims.models",
    "tracker.review.models",
)

BigId = BigInteger().with_variant(Integer, "sqlite")


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


def load_models() -> MetaData:
    """Import every table and return the complete metadata."""
    for module in MODEL_MODULES:
        importlib.import_module(module)
    return Base.metadata


class Database:
    """An engine and the two kinds of transaction on it. Make it after a fork, never before."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self.sessions = sessionmaker(self.engine)
        # SQLite lets one writer in at a time and makes the others poll; within a process a queue is fairer and quicker.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session for reading; whatever it did is rolled back."""
        with self.sessions() as session:
            yield session

    @contextmanager
    def writing(self, session: Session | None = None) -> Generator[Session]:
        """A transaction that may write: committed at the end, rolled back whole on any error.

        With a session of the caller's, its read transaction is ended first and the writing happens in it: a second session would
        wait for the caller's own locks. What was loaded before is loaded again at its next use. No network I/O belongs in here.
        """
        own = self.sessions() if session is None else session
        if own.info.get("writing"):
            raise RuntimeError("this session is writing already")
        try:
            with self._turn:
                own.rollback()
                own.connection(execution_options={"writing": True})
                own.info["writing"] = True
                try:
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

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _postgresql_engine(url: str) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
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


def _sqlite_engine(url: str) -> Engine:
    # The driver must not begin transactions by itself: the hook below does, so that it can choose how.
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # So that the triggers that guard the history also see the delete half of INSERT OR REPLACE.
        "recursive_triggers=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
