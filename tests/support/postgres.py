"""The PostgreSQL server of a run, as the tests see it: databases that are made, copied and dropped."""

import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.run import Run

CHECKOUT = Path(__file__).resolve().parents[2]
# As docs/postgresql.md has it: one account owns the tables, the tracker works with the rights of another.
OWNER = "tracker_owner"
APPLICATION = "tracker_app"


class PostgresServer:
    """One server for the whole run; the first worker that needs it starts it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._administrator: psycopg.Connection | None = None
        self._socket_folder = run.path / "pg"
        run.once("postgres", self._start)

    @property
    def folder(self) -> Path:
        """Where its files are; gone when it is."""
        return self._socket_folder

    def process(self) -> int:
        """The number of its first process."""
        return int((self._socket_folder / "data/postmaster.pid").read_text().split()[0])

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={self._socket_folder}"

    def create(self, database: str, template: str | None = None) -> str:
        """A new database, empty or a copy of `template`; the owner's URL of it."""
        # Empty ones come from template0, which nobody can be connected to. Copying files is quickest in memory.
        self._administer("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY", database, OWNER, template or "template0")
        # The rights on a database are not copied with it; those on its tables are.
        self._administer("REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
        self._administer("GRANT CONNECT ON DATABASE {} TO {}", database, APPLICATION)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database and whoever is still connected to it."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def seal(self, database: str) -> None:
        """Let nobody connect any more: only a database without connections can be copied."""
        self._administer("ALTER DATABASE {} ALLOW_CONNECTIONS false", database)

    def close(self) -> None:
        """Nothing more is made or dropped; the server goes on."""
        if self._administrator is not None:
            self._administrator.close()

    def _administer(self, statement: str, *names: str) -> None:
        # One connection for all: to make it takes nearly as long as to drop a database. Some tests end whatever there is.
        command = sql.SQL(statement).format(*map(sql.Identifier, names))
        try:
            self._connection().execute(command)
        except psycopg.OperationalError:
            if self._administrator is None or not self._administrator.closed:
                raise
            self._connection().execute(command)

    def _connection(self) -> psycopg.Connection:
        if self._administrator is None or self._administrator.closed:
            self._administrator = psycopg.connect(self.url("postgres", user="postgres"), autocommit=True)
        return self._administrator

    def _start(self) -> None:
        started = subprocess.run(
            [sys.executable, "-m", "tests.support.postgres_keeper", str(self._run.path)],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
        if started.returncode:
            raise RuntimeError(started.stderr)
        for name in (OWNER, APPLICATION):
            self._administer("CREATE ROLE {} LOGIN", name)
