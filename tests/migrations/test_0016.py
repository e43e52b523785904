"""Proposals get an index by the editor who was asked to sign; claims stay as they are."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_upgrade_keeps_claims_and_older_code_working(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0015")
    before = rows(database, "claim")

    upgraded(database, "0016")

    assert rows(database, "claim") == before
    assert schema.works_from("0016") == schema.works_from("0015")
