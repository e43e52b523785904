"""A table for passkeys; editors stay as they are."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_upgrade_adds_passkeys_and_keeps_editors(backend: Backend, database_factory: DatabaseFactory) -> None:
    database = database_factory(backend, migrated=False)
    upgraded(database, "0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0029")
    before = rows(database, "editor")

    upgraded(database, "0030")

    assert rows(database, "editor") == before
    assert rows(database, "passkey") == []
    assert schema.works_from("0030") == schema.works_from("0029")
