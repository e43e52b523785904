"""Tables for tokens of the API and the requests they were answered for; editors stay as they are."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_upgrade_adds_tokens_and_keeps_editors(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0022")
    before = rows(database, "editor")

    upgraded(database, "0023")

    assert rows(database, "editor") == before
    assert rows(database, "api_token") == rows(database, "api_request") == []
    assert schema.works_from("0023") == schema.works_from("0022")
