"""What is written once is never changed: the database itself refuses, whoever asks, the owner of its tables as well.

What the application's account may try at all: `tests/ledger/test_two_accounts.py`.
"""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests import factories
from tests.ledger.support import checked
from tests.support.databases import as_owner
from tracker.claims.models import Claim, Postscript
from tracker.claims.services import verdicts
from tracker.db import Database
from tracker.ledger.texts import MARK, MASK

GUARDED = ("event", "verdict", "verdict_decision", "article_text", "postscript")
TABLES = (*GUARDED, "event_texts")
REFUSALS = "append-only|keeps its rows|violates foreign key|cannot truncate"


def fill(database: Database) -> Database:
    """Put a row into every guarded table."""
    article = factories.make_article(database, body="One.\n\nTwo.")
    claim = factories.make_claim(database, "resolved", article=article)
    editor = factories.make_editor(database)
    with database.writing() as session:
        verdicts.add_postscript(session, session.get_one(Claim, claim.id), "Still so.", actor=editor.actor)
    return database


@pytest.fixture
def filled(database: Database) -> Generator[Database]:
    """A filled database, on both systems in turn."""
    with as_owner(fill(database)) as owner:
        yield owner


@pytest.fixture
def filled_sqlite(sqlite_database: Database) -> Database:
    """For what only SQLite can be asked to do."""
    return fill(sqlite_database)


@pytest.fixture
def filled_postgresql(postgres_database: Database) -> Generator[Database]:
    """For what only PostgreSQL can be asked to do."""
    with as_owner(fill(postgres_database)) as owner:
        yield owner


def rows(database: Database, table: str) -> list[Any]:
    with database.reading() as session:
        return list(session.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1")))


def key_of(table: str) -> str:
    return "seq" if table.startswith("event") else "id"


@contextmanager
def unchanged(database: Database, *tables: str) -> Generator[None]:
    """Whatever happens in here, these tables have rows and keep them as they are."""
    before = {table: rows(database, table) for table in tables}
    assert all(before.values())
    yield
    assert {table: rows(database, table) for table in tables} == before


def refused(database: Database, statement: str) -> None:
    """The statement fails, in a transaction of its own, with the words of a guard."""
    with pytest.raises(DBAPIError, match=REFUSALS), database.writing() as session:
        session.execute(sa.text(statement))


def test_no_column_of_a_row_is_updated(filled: Database):
    with unchanged(filled, *GUARDED):
        for table in GUARDED:
            for column in sa.inspect(filled.engine).get_columns(table):
                refused(filled, f"UPDATE {table} SET {column['name']} = {column['name']}")


ERASABLE = {"verdict": ("rationale", "missing"), "verdict_decision": ("note",), "postscript": ("body",)}


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, columns in ERASABLE.items() for column in columns])
def test_a_text_may_become_the_mark_and_never_comes_back(filled: Database, table: str, column: str):
    before = rows(filled, table)
    refused(filled, f"UPDATE {table} SET {column} = 'Other words.'")
    with filled.writing() as session:
        session.execute(sa.text(f"UPDATE {table} SET {column} = '{MARK}'"))
    after = rows(filled, table)
    assert [{**row._mapping, column: MARK} for row in before] == [dict(row._mapping) for row in after]
    refused(filled, f"UPDATE {table} SET {column} = 'Other words.'")
    refused(filled, f"UPDATE {table} SET {column} = ''")


def _other_value(column: Any) -> str:
    kind = column["type"]
    if isinstance(kind, sa.Boolean):
        return f"COALESCE(NOT {column['name']}, true)"
    value = "77" if isinstance(kind, sa.Integer) else "'2001-01-01'" if isinstance(kind, sa.Date | sa.DateTime) else "'x'"
    return f"CASE WHEN {column['name']} IS NULL THEN CAST({value} AS {kind}) END" if column["nullable"] else value


def test_nothing_else_changes_together_with_an_erased_text(filled: Database):
    with unchanged(filled, *ERASABLE):
        for table, texts in ERASABLE.items():
            for column in sa.inspect(filled.engine).get_columns(table):
                if column["name"] not in texts:
                    change = f"{texts[0]} = '{MARK}', {column['name']} = {_other_value(column)}"
                    with pytest.raises(DBAPIError, match="append-only"), filled.writing() as session:
                        session.execute(sa.text(f"UPDATE {table} SET {change}"))


def test_an_articles_text_is_masked_at_its_length_alone(filled: Database):
    before = rows(filled, "article_text")
    for body in ("'Other.'", "substr(body, 2)", f"'{MASK}'", "'Two.' || substr(body, 5)", "body"):
        refused(filled, f"UPDATE article_text SET body = {body}")
    refused(filled, f"UPDATE article_text SET number = 7, body = '{MASK}' || substr(body, 2)")
    refused(filled, "UPDATE article_text SET sha256 = '0'")
    with filled.writing() as session:
        session.execute(sa.text(f"UPDATE article_text SET body = '{MASK}' || substr(body, 2), sha256 = 'x'"))
    ((body, sha256),) = [(row.body, row.sha256) for row in rows(filled, "article_text")]
    assert (body, sha256) == (MASK + before[0].body[1:], "x")


def test_no_row_is_deleted(filled: Database):
    with unchanged(filled, *TABLES):
        for table in TABLES:
            refused(filled, f"DELETE FROM {table}")


def test_no_table_is_emptied(filled_postgresql: Database):
    with unchanged(filled_postgresql, *TABLES):
        for table in TABLES:
            refused(filled_postgresql, f"TRUNCATE {table}")
            refused(filled_postgresql, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE"])
def test_no_row_is_replaced(filled_sqlite: Database, how: str):
    with unchanged(filled_sqlite, *TABLES):
        for table in TABLES:
            refused(filled_sqlite, f"{how} INTO {table} SELECT * FROM {table}")


def test_no_row_is_replaced_by_one_that_shares_only_its_second_key(filled_sqlite: Database):
    columns = [column["name"] for column in sa.inspect(filled_sqlite.engine).get_columns("verdict")]
    with unchanged(filled_sqlite, "verdict"):
        for own in ("id", "number"):
            values = ", ".join("77" if column == own else column for column in columns)
            refused(filled_sqlite, f"INSERT OR REPLACE INTO verdict SELECT {values} FROM verdict")


@pytest.mark.parametrize("how", ["UPDATE OR REPLACE", "UPDATE OR IGNORE"])
def test_no_row_is_pushed_out_by_an_update_of_another(filled_sqlite: Database, how: str):
    with unchanged(filled_sqlite, *GUARDED):
        for table in GUARDED:
            refused(filled_sqlite, f"{how} {table} SET {key_of(table)} = {key_of(table)} + 1")


@pytest.mark.parametrize("conflict", ["REPLACE", "IGNORE", "ABORT"])
def test_no_row_is_changed_by_an_upsert(filled_sqlite: Database, conflict: str):
    with unchanged(filled_sqlite, *TABLES):
        for table in TABLES:
            statement = f"INSERT OR {conflict} INTO {table} SELECT * FROM {table} WHERE true"
            refused(filled_sqlite, f"{statement} ON CONFLICT ({key_of(table)}) DO UPDATE SET {key_of(table)} = 99")


def test_no_row_is_changed_by_an_upsert_on_postgresql(filled_postgresql: Database):
    with unchanged(filled_postgresql, *GUARDED):
        for table in GUARDED:
            statement = f"INSERT INTO {table} SELECT * FROM {table}"
            refused(filled_postgresql, f"{statement} ON CONFLICT ({key_of(table)}) DO UPDATE SET {key_of(table)} = 99")


def test_a_connection_without_our_settings_cannot_either(filled_sqlite: Database):
    # Whoever opens the file with another tool has no recursive triggers, and a replaced row then goes without its delete.
    with unchanged(filled_sqlite, *TABLES), closing(sqlite3.connect(filled_sqlite.url.database or "")) as connection:
        for statement in (
            "INSERT OR REPLACE INTO event SELECT * FROM event",
            "INSERT OR REPLACE INTO event SELECT seq + 100, at, actor, subject, kind, canonical, prev_hash, hash FROM event",
            "INSERT OR REPLACE INTO event_texts SELECT * FROM event_texts",
            "UPDATE OR REPLACE event SET seq = seq + 1",
            "UPDATE event SET kind = 'other'",
            "DELETE FROM event",
        ):
            with pytest.raises(sqlite3.IntegrityError, match=REFUSALS):
                connection.execute(statement)


def test_a_mapped_object_is_neither_changed_nor_deleted(filled: Database):
    with unchanged(filled, "postscript"):
        with pytest.raises(DBAPIError, match=REFUSALS), filled.writing() as session:
            session.scalars(sa.select(Postscript)).one().body = "Not so."
        with pytest.raises(DBAPIError, match=REFUSALS), filled.writing() as session:
            session.delete(session.scalars(sa.select(Postscript)).one())


def test_what_the_desk_did_verifies_row_by_row(filled: Database):
    report = checked(filled, rows=True)
    assert report.findings == []
    assert report.rows is not None
    assert report.rows >= 8
