"""Outages and wrong statements, told apart by errors that both databases really raise."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from tests.support.full_disk import file_size_limit
from tests.support.postgres import PostgresServer
from tracker.db import Database
from tracker.outages import explain, is_disk_full, is_outage

WRONG = {
    "sqlite": ["SELECT missing FROM claim", "SELECT 1 FROM missing", "SELECT * FROM claim INDEXED BY missing", "SELEC 1"],
    # The last one is an OperationalError on PostgreSQL: more columns than a result can have.
    "postgresql": ["SELECT missing FROM claim", "SELECT 1 FROM missing", "SELEC 1", f"SELECT {','.join(['1'] * 1665)}"],
}


def error_of(work: Callable[[], Any]) -> SQLAlchemyError:
    with pytest.raises(SQLAlchemyError) as raised:
        work()
    return raised.value


def run(database: Database, *statements: str) -> None:
    with database.engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def is_explained_outage(error: SQLAlchemyError) -> bool:
    return is_outage(error) and (explain(error) or "").startswith("the database cannot do this now: ")


def test_wrong_statements_are_no_outage(database: Database, backend: str):
    for statement in WRONG[backend]:
        error = error_of(lambda statement=statement: run(database, statement))  # type: ignore[misc]
        assert not is_outage(error), statement
        assert explain(error) is None


def test_broken_constraint_is_no_outage(database: Database):
    assert not is_outage(error_of(lambda: run(database, "INSERT INTO feed_token (editor_id) VALUES (1)")))


@pytest.mark.parametrize("backend", ["sqlite"])
def test_sqlite_busy_is_outage(database: Database):
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    error = error_of(lambda: run(database, "PRAGMA busy_timeout = 1", "INSERT INTO feed_token (editor_id) VALUES (1)"))
    other.close()
    assert is_explained_outage(error)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_sqlite_full_is_outage(database: Database):
    pages = "CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9999) SELECT i FROM n"
    assert is_explained_outage(error_of(lambda: run(database, "PRAGMA max_page_count = 1", pages)))


@pytest.mark.parametrize("backend", ["sqlite"])
def test_sqlite_readonly_is_outage(database: Database):
    error = error_of(lambda: run(database, "PRAGMA query_only = ON", "DELETE FROM feed_token"))
    assert is_explained_outage(error)


@pytest.mark.parametrize("name", ["", "missing/tracker.db"])
def test_sqlite_file_that_cannot_be_opened_is_outage(tmp_path: Path, name: str):
    engine = create_engine(f"sqlite:///{tmp_path / name}")
    assert is_explained_outage(error_of(engine.connect))


def test_sqlite_file_that_is_no_database_is_outage(tmp_path: Path):
    (tmp_path / "tracker.db").write_bytes(b"nothing of the kind" * 100)
    database = Database(f"sqlite:///{tmp_path / 'tracker.db'}")
    assert is_explained_outage(error_of(lambda: run(database, "SELECT 1 FROM claim")))


@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.parametrize(
    "statements",
    [
        ("SET default_transaction_read_only = on", "COMMIT", "DELETE FROM feed_token"),
        ("SET statement_timeout = 1", "SELECT pg_sleep(5)"),
        ("SELECT pg_terminate_backend(pg_backend_pid())",),
    ],
    ids=["read-only", "cancelled", "terminated"],
)
def test_postgres_outage_by_sqlstate(database: Database, statements: tuple[str, ...]):
    assert is_explained_outage(error_of(lambda: run(database, *statements)))


@pytest.mark.parametrize("backend", ["postgresql"])
def test_postgres_lock_timeout_is_outage(database: Database, database_url: str):
    with psycopg.connect(database_url.replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE feed_token")
        error = error_of(lambda: run(database, "SET lock_timeout = 1", "DELETE FROM feed_token"))
    assert is_explained_outage(error)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_postgres_refused_connection_is_outage(database: Database, postgres_server: PostgresServer):
    name = database.url.database
    with psycopg.connect(postgres_server.url("postgres", user="postgres"), autocommit=True) as operator:
        operator.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0".encode())
        database.dispose()
        error = error_of(database.engine.connect)
        operator.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1".encode())
    assert is_explained_outage(error)


def test_postgres_without_server_is_outage():
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    assert is_explained_outage(error_of(database.engine.connect))


@pytest.mark.parametrize("backend", ["sqlite"])
def test_exhausted_pool_is_outage(database: Database):
    engine = create_engine(database.url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with engine.connect():
        error = error_of(engine.connect)
    assert is_outage(error)
    assert explain(error) == "the database has no free connection"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_disk_full_is_known_by_the_error_of_the_file(tmp_path: Path):
    with pytest.raises(OSError) as full, open("/dev/full", "wb", buffering=0) as device:
        device.write(b"x")
    with pytest.raises(OSError) as too_large, file_size_limit(10):
        (tmp_path / "file").write_bytes(bytes(20))
    with pytest.raises(OSError) as missing:
        (tmp_path / "missing").read_bytes()
    assert [is_disk_full(each.value) for each in (full, too_large, missing)] == [True, True, False]


def test_disk_full_is_known_by_the_error_of_a_temporary_database():
    database = sqlite3.connect("", isolation_level=None)
    database.execute("PRAGMA max_page_count = 2")
    database.execute("CREATE TABLE kept (value TEXT)")
    with pytest.raises(sqlite3.OperationalError) as full:
        database.execute("INSERT INTO kept VALUES (?)", ("x" * 100_000,))
    with pytest.raises(sqlite3.OperationalError) as wrong:
        database.execute("SELECT missing FROM kept")
    database.close()
    assert is_disk_full(full.value)
    assert not is_disk_full(wrong.value)
