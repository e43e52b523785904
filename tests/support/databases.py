"""Fresh databases, one after another, each a copy of a template that was migrated once in this run."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from tests.support.postgres import PostgresServer
from tests.support.run import Run
from tracker import schema
from tracker.db import Database

Backend = Literal["sqlite", "postgresql"]
BACKENDS: tuple[Backend, ...] = ("sqlite", "postgresql")
TEMPLATE = "template_migrated"

# Each test has engines of its own, which would put every statement into words anew: a third of the time of a database test.
# All databases of one system speak alike here, so they share what was put into words once.
for _dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    _dialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[assignment,method-assign,misc]
    _dialect.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment,method-assign,misc]
_IN_WORDS: Any = LRUCache(4000)


class Databases:
    """Makes databases for the tests of one worker. `worker` keeps the names of two workers apart."""

    def __init__(self, run: Run, worker: str) -> None:
        self._run = run
        self._worker = worker
        self._made = 0
        self._server: PostgresServer | None = None
        self._folder = run.path / worker
        self._folder.mkdir(exist_ok=True)

    @property
    def server(self) -> PostgresServer:
        """The server of the run, started by the first who asks."""
        if self._server is None:
            self._server = PostgresServer(self._run)
        return self._server

    def close(self) -> None:
        """Nothing more is made or removed."""
        if self._server is not None:
            self._server.close()

    def create(self, backend: Backend, *, migrated: bool = True) -> "TestDatabase":
        """A database of its own: with the tables of the newest revision, or with nothing in it."""
        self._made += 1
        name = f"test_{self._worker}_{self._made}"
        return (self._sqlite if backend == "sqlite" else self._postgresql)(name, migrated)

    def _sqlite(self, name: str, migrated: bool) -> "TestDatabase":
        home = self._folder / name
        home.mkdir()
        file = home / "tracker.db"
        if migrated:
            template = self._run.path / f"{TEMPLATE}.db"
            self._run.once("template-sqlite", lambda: _migrate(f"sqlite:///{template}"))
            shutil.copyfile(template, file)
        return TestDatabase(f"sqlite:///{file}", home, lambda: shutil.rmtree(home, ignore_errors=True))

    def _postgresql(self, name: str, migrated: bool) -> "TestDatabase":
        server = self.server
        if migrated:
            self._run.once("template-postgresql", lambda: self._make_template(server))
        url = server.create(name, TEMPLATE if migrated else None)
        return TestDatabase(url, None, lambda: server.drop(name))

    @staticmethod
    def _make_template(server: PostgresServer) -> None:
        _migrate(server.create(TEMPLATE))
        server.seal(TEMPLATE)


@dataclass
class TestDatabase:
    """One database of a test: its URL and how to be rid of it."""

    __test__ = False

    url: str
    folder: Path | None
    _remove: Callable[[], None]
    _opened: list[Database] = field(default_factory=list)

    def open(self) -> Database:
        """A `Database` on it, closed at the end of the test. May be called again, as another process would."""
        self._opened.append(Database(self.url))
        self._opened[-1].engine._compiled_cache = _IN_WORDS
        return self._opened[-1]

    def remove(self) -> None:
        for database in self._opened:
            database.dispose()
        self._remove()


def _migrate(url: str) -> None:
    database = Database(url)
    try:
        schema.upgrade(database)
        if database.is_sqlite:
            # Everything into the one file that is copied.
            with database.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.dispose()
