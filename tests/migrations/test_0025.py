"""An index over the moment of the last change; claims stay as they are."""

from sqlalchemy import inspect

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_upgrade_adds_the_index_and_keeps_claims(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0024")
    before = rows(database, "claim")

    upgraded(database, "0025")

    assert rows(database, "claim") == before
    found = {index["name"]: index["column_names"] for index in inspect(database.engine).get_indexes("claim")}
    assert found["ix_claim_updated_at"] == ["updated_at", "id"]
    assert schema.works_from("0025") == schema.works_from("0024")
