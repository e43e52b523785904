"""Saved views and steps on many claims come to a newsroom that works already."""

from tests.migrations.old import a_claim_with_its_verdict, before, rows, triggers, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory


def test_claims_stay_as_they_are(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision=before("0008"))
    guards = triggers(database)
    a_claim_with_its_verdict(database)
    claims = rows(database, "claim")

    assert upgraded(database, "0008") == guards

    assert rows(database, "claim") == claims
    for table in ("saved_view", "bulk_step"):
        assert rows(database, table) == []
