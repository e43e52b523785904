"""A disk that is full and a database that cannot be written: what was typed is kept, and nobody restarts anything afterwards."""

import sqlite3
import time
from collections.abc import Generator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, select

from tests.factories import make_claim
from tests.support.databases import as_owner
from tests.support.postgres import PostgresServer
from tests.support.web import Client, SignIn
from tracker.articles.models import Article
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.scheduling import jobs
from tracker.scheduling.job_runner import Job, JobRunner

TYPED = {
    "title": "What the summit will bring",
    "outlet": "Meridian",
    "author": "Léa",
    "language": "en",
    "published_on": "2024-01-15",
    "body": "First line.\r\n\r\n" + "The talks will probably bring arms deals. " * 2_000,
}
FROM_US = {"Sec-Fetch-Site": "same-origin"}


class Spell:
    """Statements that every connection obeys from the moment it is next used, until they are taken back."""

    def __init__(self, engine: Engine) -> None:
        self.statements: tuple[str, ...] = ()
        event.listen(engine, "checkout", self._cast)
        self._engine = engine

    def _cast(self, connection: Any, *_event: Any) -> None:
        for statement in self.statements:
            connection.execute(statement)
            if hasattr(connection, "pgconn"):
                connection.commit()

    def lift(self) -> None:
        event.remove(self._engine, "checkout", self._cast)


@pytest.fixture
def spell(database: Database) -> Generator[Spell]:
    made = Spell(database.engine)
    yield made
    made.lift()


def articles(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Article.id)).all())


def is_refused_and_kept(client: Client) -> None:
    """What is sent is not stored, which is said, with all of it to be sent once more."""
    refused = client.post("/articles/new", data=TYPED, headers=FROM_US)
    assert refused.status_code == 503
    assert TYPED["title"] in refused.text
    assert refused.text.count("arms deals") >= 2_000


def fails_and_works(client: Client, database: Database, spell: Spell, broken: tuple[str, ...], mended: tuple[str, ...]) -> None:
    before = articles(database)
    spell.statements = broken
    assert client.get("/articles").status_code == 200
    is_refused_and_kept(client)
    assert articles(database) == before

    spell.statements = mended
    assert client.post("/articles/new", data=TYPED, headers=FROM_US).status_code == 303
    assert articles(database) == before + 1


@pytest.mark.parametrize("backend", ["sqlite"])
def test_on_a_full_disk_what_was_typed_is_kept_and_with_room_again_it_is_stored(
    sign_in: SignIn, database: Database, spell: Spell
):
    client = sign_in("editor")
    # SQLite itself says that the disk is full once the file may not grow.
    with database.reading() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    fails_and_works(client, database, spell, (f"PRAGMA max_page_count = {pages}",), ("PRAGMA max_page_count = 1000000",))


BROKEN = {"sqlite": ("PRAGMA query_only = ON",), "postgresql": ("SET default_transaction_read_only = on",)}
MENDED = {"sqlite": ("PRAGMA query_only = OFF",), "postgresql": ("SET default_transaction_read_only = off",)}


def test_a_database_that_cannot_be_written_is_read_on_and_written_again_later(
    sign_in: SignIn, database: Database, spell: Spell, backend: str
):
    client = sign_in("editor")
    fails_and_works(client, database, spell, BROKEN[backend], MENDED[backend])


@pytest.mark.parametrize("backend", ["sqlite"])
def test_locked_sqlite_file_serves_reads_and_rejects_writes(sign_in: SignIn, database: Database, spell: Spell):
    client = sign_in("editor")
    spell.statements = ("PRAGMA busy_timeout = 20",)
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert client.get("/articles").status_code == 200
    is_refused_and_kept(client)
    other.close()
    assert articles(database) == 0
    assert client.post("/articles/new", data=TYPED, headers=FROM_US).status_code == 303


@pytest.mark.parametrize("backend", ["postgresql"])
def test_connection_limit_returns_503_and_recovers(sign_in: SignIn, database: Database, postgres_server: PostgresServer):
    client = sign_in("editor")
    with psycopg.connect(postgres_server.url("postgres", user="postgres"), autocommit=True) as operator:
        operator.execute(f"ALTER DATABASE {database.url.database} CONNECTION LIMIT 0".encode())
        database.dispose()  # so that every connection is a new one
        began = time.monotonic()
        assert client.get("/articles").status_code == 503
        is_refused_and_kept(client)
        assert time.monotonic() - began < 20
        operator.execute(f"ALTER DATABASE {database.url.database} CONNECTION LIMIT -1".encode())
    assert client.post("/articles/new", data=TYPED, headers=FROM_US).status_code == 303


@pytest.mark.parametrize("backend", ["postgresql"])
def test_connections_that_a_restart_of_the_server_cut_are_made_anew_without_a_word(
    sign_in: SignIn, database: Database, postgres_server: PostgresServer
):
    client = sign_in("editor")
    with psycopg.connect(postgres_server.url("postgres", user="postgres"), autocommit=True) as operator:
        name = (database.url.database,)
        operator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name)
    assert client.post("/articles/new", data=TYPED, headers=FROM_US).status_code == 303


def test_missing_column_is_500_with_incident_and_traceback(
    sign_in: SignIn, database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    client = sign_in("editor")
    monkeypatch.setitem(client.application.config, "PROPAGATE_EXCEPTIONS", False)
    with as_owner(database) as owner, owner.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE article RENAME COLUMN outlet TO publisher")
        connection.commit()

    answer = client.get("/articles")

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert "outlet" not in answer.text
    logged = capsys.readouterr()
    assert answer.text.partition("name the incident ")[2][:9] in logged.out + logged.err
    assert "article.outlet" in logged.out + logged.err


class Alone:
    """A leadership that nobody contests."""

    def hold(self) -> bool:
        return True

    def release(self) -> None: ...


def test_scheduler_logs_the_outage_and_recovers(database: Database, spell: Spell, backend: str):
    claim = make_claim(database, "open")
    job = Job("flag", 5, jobs.flag)
    rounds = JobRunner(database, Alone(), [job], lambda: False)
    rounds.poll_leadership()
    spell.statements = BROKEN[backend]
    assert not rounds.run_logged(job.id, lambda: rounds.run(job))
    spell.statements = MENDED[backend]
    assert rounds.run_logged(job.id, lambda: rounds.run(job))
    with database.reading() as session:
        assert session.get_one(Claim, claim.id).status is Status.DUE
