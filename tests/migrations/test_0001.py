"""The first revision, from nothing: tables, names, guards and first rows."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker.db import Database

GUARDED = ("event", "event_texts", "verdict", "verdict_decision", "article_text", "postscript")


@pytest.fixture
def first(backend: Backend, database_factory: DatabaseFactory) -> Database:
    return database_factory(backend, revision="0001")


def test_it_makes_the_tables_of_the_main_job_and_their_first_rows(first: Database):
    tables = set(sa.inspect(first.engine).get_table_names())
    assert tables >= {
        "article", "article_text", "chain_head", "claim", "claim_check", "claim_topic", "claim_translation", "editor",
        "editor_role", "editor_session", "event", "event_texts", "evidence", "note", "postscript", "relation", "role", "setting",
        "speaker", "speaker_alias", "topic", "verdict", "verdict_decision",
    }  # fmt: skip
    assert rows(first, "chain_head") == [{"id": 1, "seq": 0, "hash": "0" * 64}]
    assert [row["name"] for row in rows(first, "role")] == ["viewer", "editor", "chief", "admin"]


def test_every_constraint_and_index_has_a_name_that_migrations_can_speak_of(first: Database):
    inspector = sa.inspect(first.engine)
    for table in set(inspector.get_table_names()) - {"alembic_version"}:
        assert inspector.get_pk_constraint(table)["name"] == f"pk_{table}"
        names = [
            *(constraint["name"] for constraint in inspector.get_foreign_keys(table)),
            *(constraint["name"] for constraint in inspector.get_unique_constraints(table)),
            *(constraint["name"] for constraint in inspector.get_check_constraints(table)),
            *(index["name"] for index in inspector.get_indexes(table) if not index.get("duplicates_constraint")),
        ]
        assert all(name and re.match(rf"(fk|uq|ck|ix)_{table}_", name) for name in names), names


def test_what_is_written_once_cannot_be_changed_or_taken_away(first: Database):
    a_claim_with_its_verdict(first)
    for statement in (
        "UPDATE verdict SET outcome = 'confirmed'",
        "DELETE FROM verdict",
        "UPDATE article_text SET body = 'other'",
        "DELETE FROM article_text",
    ):
        with pytest.raises(DBAPIError, match="append-only"), writing(first) as connection:
            connection.execute(sa.text(statement))
    assert [row["outcome"] for row in rows(first, "verdict")] == ["void"]


def test_each_guarded_table_has_its_triggers(first: Database):
    triggers = upgraded(first, "0001")
    for table in GUARDED:
        assert [name for name in triggers if name.startswith(f"guard_{table}_")], table


def test_the_database_itself_refuses_what_no_claim_may_be(first: Database):
    a_claim_with_its_verdict(first)
    before = rows(first, "claim")
    for values in (
        "status = 'finished'",
        "certainty = 'sure'",
        "likelihood_low = -1",
        "likelihood_high = 101",
        "likelihood_low = 60, likelihood_high = 40",
        "quote_start = 5, quote_end = 5",
        "review_on = NULL",
        "article_id = 99",
        "owner_id = 99",
    ):
        with pytest.raises(DBAPIError), writing(first) as connection:
            connection.execute(sa.text(f"UPDATE claim SET {values}"))
        assert rows(first, "claim") == before, values
