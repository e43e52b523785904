"""A database learns to say how old the code may be that works on it."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_database_names_compatible_code(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0008")
    before = rows(database, "claim")

    upgraded(database, "0009")

    assert rows(database, "claim") == before
    assert rows(database, "schema_fit") == [{"works_from": schema.works_from("0009")}]
