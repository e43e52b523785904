"""Reminders come to a newsroom that works already."""

from datetime import date

import sqlalchemy as sa

from tests.migrations.old import a_claim_with_its_verdict, rows, triggers, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory


def test_what_there_was_stays_and_every_claim_is_looked_at_once(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    guards = triggers(database)
    a_claim_with_its_verdict(database)
    tables = ("editor", "article", "article_text", "claim", "verdict")
    before = {table: rows(database, table) for table in tables}

    assert upgraded(database, "0002") == guards

    for table in tables:
        after = rows(database, table)
        assert [{field: row[field] for field in old} for row, old in zip(after, before[table], strict=True)] == before[table]
    [claim] = rows(database, "claim")
    assert (claim["remind_on"], claim["remind_cycle"]) == (date(1970, 1, 1), -1)
    assert rows(database, "editor")[0]["stand_in_id"] is None
    assert rows(database, "reminder") == []
    keys = sa.inspect(database.engine).get_foreign_keys("editor")
    assert [key["constrained_columns"] for key in keys] == [["stand_in_id"]]
