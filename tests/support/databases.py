"""Fresh databases, one after another, each a copy of a template that was migrated once in this run."""

import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import psycopg
from alembic.script import ScriptDirectory
from sqlalchemy import QueuePool, event, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from tests.support.postgres import APPLICATION, OWNER, PostgresServer
from tests.support.postgres_reuse import ReusedDatabase
from tests.support.run import Run
from tracker import paths, schema
from tracker.db import Database
from tracker.maintenance.rights import build_script

Backend = Literal["sqlite", "postgresql"]
BACKENDS: tuple[Backend, ...] = ("sqlite", "postgresql")

# Each test has engines of its own, which would put every statement into words anew: a third of the time of a database test.
# All databases of one system speak alike here, so they share what was put into words once.
for _dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    _dialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[assignment,method-assign,misc]
    _dialect.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment,method-assign,misc]
_IN_WORDS: Any = LRUCache(4000)


@dataclass(frozen=True)
class Content:
    """What is written into a template once in a run, and copied for each test. `write` returns what tests need to know of it."""

    name: str
    write: Callable[[Database], Any]


class Databases:
    """Makes databases for the tests of one worker. `worker` keeps the names of two workers apart."""

    def __init__(self, run: Run, worker: str) -> None:
        self._run = run
        self._worker = worker
        self._made = 0
        self._server: PostgresServer | None = None
        self._idle: dict[str, list[ReusedDatabase]] = {}  # by their template
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
        for database in chain.from_iterable(self._idle.values()):
            database.close()
        if self._server is not None:
            self._server.close()

    def create(
        self, backend: Backend, *, migrated: bool = True, revision: str = "", content: Content | None = None, fresh: bool = False
    ) -> "TestDatabase":
        """A database of its own: with the tables of a revision (the newest) and their content, or with nothing in it.

        On PostgreSQL its URL is the application's, which may not change tables; the owner's where they are yet to be made.
        `fresh`: not one that served other tests before, whose indexes have grown: the plans of PostgreSQL depend on that.
        """
        self._made += 1
        template = self._older(backend, revision) if revision else self._template(backend, content) if migrated else None
        name = f"test_{self._worker}_{self._made}"
        if backend == "postgresql" and template is not None and not revision and not fresh:
            made = self._used_again(name, template)
        else:
            made = self._copy(backend, name, template)
        if backend == "postgresql" and migrated and not revision:
            made.url = _with_account(made.url, APPLICATION)
        if content is not None:
            made.known = pickle.loads((self._run.path / f"{template}.pickle").read_bytes())
        return made

    def _copy(self, backend: Backend, name: str, template: str | None) -> "TestDatabase":
        if backend == "postgresql":
            return TestDatabase(self.server.create(name, template), None, lambda: self.server.drop(name))
        home = self._folder / name
        home.mkdir()
        file = home / "tracker.db"
        if template is not None:
            shutil.copyfile(self._run.path / f"{template}.db", file)
        return TestDatabase(f"sqlite:///{file}", home, lambda: shutil.rmtree(home, ignore_errors=True))

    def _used_again(self, name: str, template: str) -> "TestDatabase":
        idle = self._idle.setdefault(template, [])
        database = idle.pop() if idle else ReusedDatabase(self.server, name, template)
        made = TestDatabase(database.url, None, lambda: self._take_back(database, made), warm=database.take)
        return made

    def _take_back(self, database: ReusedDatabase, made: "TestDatabase") -> None:
        if database.restore(made.left_open):
            self._idle[database.template].append(database)
        else:
            database.close()
            self.server.drop(database.name)

    def _template(self, backend: Backend, content: Content | None) -> str:
        """The name of a template that is there when this returns."""
        if content is None:
            return self._make_once(backend, "migrated", None, _upgrade)
        name = f"template_{backend}_{content.name}"

        def write(database: Database) -> None:
            (self._run.path / f"{name}.pickle").write_bytes(pickle.dumps(content.write(database)))

        return self._make_once(backend, content.name, lambda: self._template(backend, None), write, as_application=True)

    def _older(self, backend: Backend, revision: str) -> str:
        """The name of a template with the tables of a revision, made from the template of the revision before it."""
        below = ScriptDirectory(str(paths.migrations_dir())).get_revision(revision).down_revision
        source = (lambda: self._older(backend, below)) if isinstance(below, str) else None
        return self._make_once(backend, revision, source, lambda database: schema.upgrade(database, revision))

    def _make_once(
        self,
        backend: Backend,
        what: str,
        source: Callable[[], str] | None,
        write: Callable[[Database], object],
        *,
        as_application: bool = False,
    ) -> str:
        name = f"template_{backend}_{what}"

        def make() -> None:
            below = source() if source else None
            url = self.server.create(name, below) if backend == "postgresql" else self._sqlite_template(name, below)
            database = Database(_with_account(url, APPLICATION) if as_application and backend == "postgresql" else url)
            write(database)
            _close(database)
            if backend == "postgresql":
                self.server.seal(name)

        self._run.once(name, make)
        return name

    def _sqlite_template(self, name: str, below: str | None) -> str:
        file = self._run.path / f"{name}.db"
        if below is not None:
            shutil.copyfile(self._run.path / f"{below}.db", file)
        return f"sqlite:///{file}"


@dataclass
class TestDatabase:
    """One database of a test: its URL and how to be rid of it."""

    __test__ = False

    url: str
    folder: Path | None
    _remove: Callable[[], None]
    known: Any = None  # what the content returned when it was written
    warm: Callable[[], psycopg.Connection | None] | None = (
        None  # of a database that is used again: the connection of the test before
    )
    left_open: psycopg.Connection | None = None  # for the next test
    _opened: list[Database] = field(default_factory=list)
    _over: bool = False

    def open(self) -> Database:
        """A `Database` on it, closed at the end of the test. May be called again, as another process would."""
        made = Database(self.url)
        made.engine._compiled_cache = _IN_WORDS
        if self.warm is not None:
            self._warm_up(made)
        self._opened.append(made)
        return made

    def remove(self) -> None:
        if self.warm is not None:
            self.left_open = next(filter(None, map(_take_out, self._opened)), None)
        for database in self._opened:
            database.dispose()
        self._over = True
        self._remove()

    def _warm_up(self, database: Database) -> None:
        """Give it the connection of the test before; and none once this test is over, when another works on the database."""
        given = self.warm() if self.warm else None

        def connect(*_asked: object) -> psycopg.Connection | None:
            nonlocal given
            if self._over:
                raise psycopg.OperationalError("the test that this database was made for is over")
            taken, given = given, None
            return taken

        event.listen(database.engine, "do_connect", connect)
        if given is not None:
            database.engine.connect().close()


@contextmanager
def as_owner(database: Database) -> Iterator[Database]:
    """The same database, opened by the account that may change its tables."""
    if database.is_sqlite:
        yield database
        return
    opened = Database(database.url.set(username=OWNER).render_as_string(hide_password=False))
    try:
        yield opened
    finally:
        opened.dispose()


def analyze(database: Database, statement: str = "ANALYZE") -> None:
    """Count what the tables hold, for the plans of statements."""
    with as_owner(database) as owner, owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


def _upgrade(database: Database) -> None:
    schema.upgrade(database)
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(build_script(APPLICATION).replace("%", "%%"))


def _with_account(url: str, account: str) -> str:
    return make_url(url).set(username=account).render_as_string(hide_password=False)


def _take_out(database: Database) -> psycopg.Connection | None:
    """A connection that waits in its pool for the next who needs one."""
    pool = database.engine.pool
    if not isinstance(pool, QueuePool) or not pool.checkedin():
        return None
    waiting = pool.connect()
    taken: object = waiting.dbapi_connection
    waiting.detach()
    assert isinstance(taken, psycopg.Connection)
    return taken


def _close(database: Database) -> None:
    if database.is_sqlite:
        # Everything into the one file that is copied.
        with database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
