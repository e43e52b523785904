"""The databases that are measured: one of each kind, with the same rows, and a PostgreSQL server of its own for them."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.bench import making
from tests.support.postgres import PostgresServer
from tests.support.run import PREFIX, Run
from tracker import schema
from tracker.db import Base, Database


@dataclass(frozen=True)
class Newsroom:
    """One database of so many claims. `server` is the number of PostgreSQL's first process, None on SQLite."""

    claims: int
    backend: str
    url: str
    home: Path
    server: int | None = None


@contextmanager
def folder() -> Iterator[Path]:
    """Where all of it lies: in BENCH_FOLDER, else in the temporary folder. A million claims take about 20 GB."""
    parent = Path(os.environ.get("BENCH_FOLDER") or tempfile.gettempdir())
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    path.chmod(0o711)  # an unprivileged PostgreSQL has its files here
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def server(path: Path) -> Iterator[PostgresServer]:
    """A PostgreSQL server that ends with this process."""
    run = Run(path)
    with (path / "alive").open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        yield PostgresServer(run)


def on_sqlite(path: Path, claims: int) -> Newsroom:
    """Make a newsroom in SQLite."""
    home = path / f"home-{claims}"
    home.mkdir()
    file = home / "tracker.db"
    making.make(file, claims)
    return Newsroom(claims, "sqlite", f"sqlite:///{file}", home)


def on_postgresql(running: PostgresServer, source: Newsroom) -> Newsroom:
    """The same newsroom in PostgreSQL, poured from one program into the other."""
    name = f"bench_{source.claims}"
    url = running.create(name)
    database = Database(url)
    schema.upgrade(database)
    database.dispose()
    admin = running.url(name, "postgres")
    file = Path(source.url.removeprefix("sqlite:///"))
    with psycopg.connect(admin, autocommit=True) as connection:
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'ix%'"
        ).fetchall()
        for index, _definition in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index)))
        for table in Base.metadata.sorted_tables:
            _pour(file, admin, table.name, [column.name for column in table.columns])
            if "id" in table.columns:
                connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
                )
        connection.execute("SET maintenance_work_mem = '256MB'")
        for _index, definition in indexes:
            connection.execute(definition)
        connection.execute("VACUUM ANALYZE")
        first = connection.execute("SELECT pg_postmaster_start_time(), setting FROM pg_settings WHERE name = 'data_directory'")
        (row,) = first.fetchall()
    home = source.home.with_name(f"home-pg-{source.claims}")
    home.mkdir()
    number = int((Path(row[1]) / "postmaster.pid").read_text().split()[0])
    return Newsroom(source.claims, "postgresql", url, home, number)


def _pour(file: Path, url: str, table: str, columns: list[str]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    # Rows that the revisions put in are in the file as well; keys and guards were kept where they come from.
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"DELETE FROM {table}")
    shell = ["sqlite3", "-readonly", "-csv", "-newline", "\n", "-nullvalue", "\\N", str(file), f"SELECT {names} FROM {table}"]
    options = "-c session_replication_role=replica -c timezone=UTC"
    copy = f"\\copy {table} ({names}) FROM STDIN (FORMAT csv, NULL '\\N')"
    with subprocess.Popen(shell, stdout=subprocess.PIPE) as rows:
        subprocess.run(
            ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", copy],
            stdin=rows.stdout,
            check=True,
            env={**os.environ, "PGOPTIONS": options},
        )
    if rows.returncode:
        raise RuntimeError(f"{table} could not be read")
