"""The databases that are measured: one of each kind, with the same rows, and a PostgreSQL server of its own for them."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from tests.bench import making, making_public
from tests.support.postgres import PostgresServer
from tests.support.run import PREFIX, Run
from tracker import schema
from tracker.db import Base, Database

READERS: Final = "readers-"


@dataclass(frozen=True)
class Newsroom:
    """One database of so many claims. `server` is the number of PostgreSQL's first process, None on SQLite."""

    claims: int
    backend: str
    url: str
    home: Path
    server: int | None = None
    kind: str = ""  # "readers-": only the readers' tables are filled


@contextmanager
def folder(kept: Path | None = None) -> Iterator[Path]:
    """Where all of it lies: in BENCH_FOLDER, else in the temporary folder. A million claims take about 20 GB.

    A `kept` folder stays, and what was made there is used again.
    """
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        kept.chmod(0o711)  # an unprivileged PostgreSQL has its files here
        yield kept
        return
    parent = Path(os.environ.get("BENCH_FOLDER") or tempfile.gettempdir())
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def server(path: Path) -> Iterator[PostgresServer]:
    """A PostgreSQL server that ends with this process; or the one that another process holds at this folder (see `hold`)."""
    home = path / "run"
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    run = Run(home)
    with (home / "alive").open("w") as alive:
        with suppress(BlockingIOError):
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield PostgresServer(run)


def hold(path: Path) -> None:
    """Hold a server at a kept folder until this process is ended, so that several runs can measure what lies there."""
    with folder(path), server(path):
        print(f"PostgreSQL is at {path}; end this process to stop and remove it", flush=True)
        signal.pause()


def on_kept(path: Path, claims: int, backend: str) -> Newsroom:
    """A newsroom that was kept; on PostgreSQL as long as a server is held there."""
    if backend == "sqlite":
        home = path / f"home-{claims}"
        return Newsroom(claims, backend, f"sqlite:///{home / 'tracker.db'}", home)
    running = PostgresServer(Run(path / "run"))
    return Newsroom(claims, backend, running.url(f"bench_{claims}"), path / f"home-pg-{claims}", running.process())


def on_sqlite(path: Path, claims: int, kind: str = "") -> Newsroom:
    """Make a newsroom in SQLite, or bring up to date the one that was kept."""
    home = path / f"home-{kind}{claims}"
    file = home / "tracker.db"
    url = f"sqlite:///{file}"
    if (home / "made").exists():
        _bring_up_to_date(url)
    else:
        home.mkdir(exist_ok=True)
        (making_public if kind == READERS else making).make(file, claims)
        (home / "made").touch()
    return Newsroom(claims, "sqlite", url, home, kind=kind)


def on_postgresql(running: PostgresServer, source: Newsroom) -> Newsroom:
    """The same newsroom in PostgreSQL, poured from one program into the other, or the one that was kept."""
    name = f"bench_{source.kind.replace('-', '_')}{source.claims}"
    url = running.url(name)
    made = running.folder / f"made-{source.kind}{source.claims}"
    if made.exists():
        _bring_up_to_date(url)
    else:
        running.drop(name)
        running.create(name)
        _bring_up_to_date(url)
        _pour_all(Path(source.url.removeprefix("sqlite:///")), running.url(name, "postgres"))
        made.touch()
    home = source.home.with_name(f"home-pg-{source.kind}{source.claims}")
    home.mkdir(exist_ok=True)
    return Newsroom(source.claims, "postgresql", url, home, running.process(), source.kind)


def _bring_up_to_date(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.dispose()


def _pour_all(file: Path, admin: str) -> None:
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


if __name__ == "__main__":
    hold(Path(sys.argv[1]))
