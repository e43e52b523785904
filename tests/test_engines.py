"""Connections to PostgreSQL: asked whether they work only after a pause, and without a transaction where nothing is written."""

import tempfile
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import make_topic
from tests.support.postgres import PostgresServer
from tests.support.web import Client
from tracker import engines
from tracker.claims.models import Topic
from tracker.db import Database

postgresql = pytest.mark.parametrize("backend", ["postgresql"])
COUNT = sa.select(sa.func.count()).select_from(Topic)


def ask(database: Database) -> int:
    with database.request_sessions() as session:
        return session.scalar(COUNT) or 0


def sent(database: Database, work: Callable[[], object]) -> str:
    """What goes over the one connection of a pool while `work` is done, as PostgreSQL's library writes it down."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
    with tempfile.NamedTemporaryFile() as file:
        driver.pgconn.trace(file.fileno())
        work()
        driver.pgconn.untrace()
        file.seek(0)
        return file.read().decode()


def end_connections(server: PostgresServer, database: Database) -> None:
    with psycopg.connect(server.url("postgres", user="postgres"), autocommit=True) as operator:
        name = (database.url.database,)
        operator.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", name)


@postgresql
def test_a_request_sends_its_statements_and_nothing_else(database: Database):
    ask(database)
    messages = sent(database, lambda: ask(database))
    assert messages.count("ReadyForQuery") == 1
    assert "FROM topic" in messages
    assert not [word for word in ("BEGIN", "ROLLBACK", "DEALLOCATE") if word in messages]


@postgresql
def test_statements_of_requests_stay_prepared(database: Database):
    for _ in range(8):
        ask(database)
    with database.request_sessions() as session:
        prepared = session.scalars(sa.text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("FROM topic" in each for each in prepared)


@postgresql
def test_a_connection_that_waited_is_asked_first(database: Database, monkeypatch: pytest.MonkeyPatch):
    ask(database)
    monkeypatch.setattr(engines, "UNASKED", 0)
    assert sent(database, lambda: ask(database)).count("ReadyForQuery") == 2


@postgresql
def test_a_connection_that_the_server_ended_is_made_anew(database: Database, postgres_server: PostgresServer):
    make_topic(database, "First")
    assert ask(database) == 1
    end_connections(postgres_server, database)
    assert ask(database) == 1


@postgresql
def test_reading_goes_on_without_an_error_page_when_the_server_was_restarted(
    client: Client, database: Database, postgres_server: PostgresServer
):
    for address in ("/public/en/", "/login", "/public/en/"):
        assert client.get(address).status_code == 200
        end_connections(postgres_server, database)
    assert client.get("/public/en/").status_code == 200


@postgresql
@pytest.mark.parametrize("change", [sa.insert(Topic), sa.update(Topic), sa.delete(Topic)], ids=["insert", "update", "delete"])
def test_a_session_of_requests_refuses_changes_until_it_writes(database: Database, change: Any):
    values = {"key": "one", "label_en": "One", "label_fr": "Un"}
    statement = change if isinstance(change, sa.Delete) else change.values(**values)
    with database.request_sessions() as session:
        with pytest.raises(RuntimeError, match="only reads"):
            session.execute(statement)
        with database.writing(session):
            session.add(Topic(**values))
        assert session.scalar(COUNT) == 1
        with pytest.raises(RuntimeError, match="only reads"):
            session.execute(statement)
    assert ask(database) == 1


ROW = {"key": "one", "label_en": "One", "label_fr": "Un"}
RAW = [
    "INSERT INTO topic (key, label_en, label_fr) VALUES ('two', 'Two', 'Deux')",
    "UPDATE topic SET label_en = 'Other'",
    "DELETE FROM topic",
    "\n-- a note\n /* another\n one */ delete FROM topic",
    "WITH gone AS (DELETE FROM topic RETURNING id) SELECT count(*) FROM gone",
    "EXPLAIN ANALYZE UPDATE topic SET label_en = 'Other'",
    "SELECT label_en FROM topic FOR UPDATE",
    "select label_en FROM topic\nfor no key update SKIP LOCKED",
    "SELECT label_en FROM (SELECT * FROM topic FOR SHARE) AS held",
    "SELECT label_en FROM topic FOR KEY SHARE",
    "(SELECT label_en FROM topic FOR UPDATE)",
]


@postgresql
@pytest.mark.parametrize("statement", RAW)
def test_a_session_of_requests_refuses_text_that_changes_or_locks_until_it_writes(database: Database, statement: str):
    make_topic(database, "First")
    with database.request_sessions() as session:
        with pytest.raises(RuntimeError, match="only reads"):
            session.execute(sa.text(statement))
        assert session.scalars(sa.select(Topic.label_en)).all() == ["First"]
        with database.writing(session):
            session.execute(sa.text(statement))
        with pytest.raises(RuntimeError, match="only reads"):
            session.execute(sa.text(statement))


@postgresql
def test_a_session_of_requests_flushes_no_row_until_it_writes(database: Database):
    with database.request_sessions() as session:
        session.add(Topic(**ROW))
        with pytest.raises(RuntimeError, match="only reads"):
            session.flush()
    assert ask(database) == 0
    with database.request_sessions() as session:
        with database.writing(session):
            session.add(Topic(**ROW))
            session.flush()
        assert session.scalar(COUNT) == 1


@postgresql
def test_a_session_of_requests_locks_no_row_until_it_writes(database: Database):
    number = make_topic(database, "First").id
    with database.request_sessions() as session:
        with pytest.raises(RuntimeError, match="only reads"):
            session.get(Topic, number, with_for_update=True)
        with database.writing(session):
            assert session.get(Topic, number, with_for_update=True) is not None


@postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'performed', count(*) FROM topic",
        "-- a note\nWITH found AS (SELECT id FROM topic) SELECT count(*) FROM found",
        "(SELECT id FROM topic) UNION ALL (SELECT 1)",
        "SHOW lock_timeout",
        "VALUES (1)",
    ],
)
def test_a_session_of_requests_takes_text_that_reads(database: Database, statement: str):
    with database.request_sessions() as session:
        assert session.execute(sa.text(statement)).all()


def write_and_fail(database: Database, session: Session) -> None:
    with database.writing(session):
        session.add(Topic(key="one", label_en="One", label_fr="Un"))
        session.flush()
        raise ZeroDivisionError


@postgresql
def test_what_fails_while_a_request_writes_is_taken_back(database: Database):
    with database.request_sessions() as session:
        assert session.scalar(COUNT) == 0
        with pytest.raises(ZeroDivisionError):
            write_and_fail(database, session)
        assert session.scalar(COUNT) == 0
    assert ask(database) == 0
