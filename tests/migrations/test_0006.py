"""Webhooks and feeds come to a newsroom that has reminders already."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory


def test_pending_reminders_are_kept_without_webhooks(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0005")
    before = rows(database, "claim")

    upgraded(database, "0006")

    assert rows(database, "claim") == before
    assert [rows(database, table) for table in ("webhook", "feed_token", "scheduler", "reminder")] == [[], [], [], []]
