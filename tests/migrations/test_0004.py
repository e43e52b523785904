"""The index of words comes to a newsroom that has claims already."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory


def test_claims_are_kept_and_the_index_starts_empty(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0003")
    before = rows(database, "claim")

    upgraded(database, "0004")

    assert rows(database, "claim") == before
    assert rows(database, "claim_search") == []
