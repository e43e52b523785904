"""A table for accounts of an OpenID provider; editors stay as they are."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_upgrade_adds_identities_and_keeps_editors(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0019")
    before = rows(database, "editor")

    upgraded(database, "0020")

    assert rows(database, "editor") == before
    assert rows(database, "external_identity") == []
    assert schema.works_from("0020") == schema.works_from("0019")
