"""Publication comes to a newsroom that has verdicts, postscripts and checks already."""

from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from tests.migrations.old import THEN, a_claim_with_its_verdict, before, insert, rows, triggers, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker.db import Database

OWN = "0017"


def make_old(backend: Backend, database_factory: DatabaseFactory) -> Database:
    database = database_factory(backend, revision=before(OWN))
    a_claim_with_its_verdict(database)
    with writing(database) as connection:
        insert(connection, "postscript", verdict_id=1, body="Later.", written_on=date(2024, 4, 1))
        insert(
            connection, "claim_check", claim_id=1, checked_on=date(2024, 4, 1), where_looked="A", found="B", exhaustive=True,
            created_at=THEN,
        )  # fmt: skip
    return database


def test_old_rows_stay_as_they_were_with_the_new_columns_empty(backend: Backend, database_factory: DatabaseFactory):
    database = make_old(backend, database_factory)
    old = {table: rows(database, table) for table in ("verdict", "postscript", "claim_check", "claim")}
    guards = triggers(database)

    kept = upgraded(database, OWN)

    assert set(guards) <= set(kept)
    for table, column in (("verdict", "language"), ("postscript", "language"), ("claim_check", "visibility")):
        assert rows(database, table) == [{**row, column: None} for row in old[table]]
    assert rows(database, "claim") == old["claim"]
    assert rows(database, "publication") == []
    assert [(row["id"], row["version"]) for row in rows(database, "public_head")] == [(1, 0)]


def test_check_takes_no_unknown_visibility_after_the_upgrade(backend: Backend, database_factory: DatabaseFactory):
    database = make_old(backend, database_factory)
    upgraded(database, OWN)
    given = {"claim_id": 1, "checked_on": date(2024, 4, 1), "where_looked": "A", "found": "B", "exhaustive": True}

    with pytest.raises(DBAPIError), writing(database) as connection:
        insert(connection, "claim_check", created_at=THEN, visibility="secret", **given)
    with writing(database) as connection:
        insert(connection, "claim_check", created_at=THEN, visibility="public", **given)

    assert [row["visibility"] for row in rows(database, "claim_check")] == [None, "public"]
