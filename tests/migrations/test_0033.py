"""Tables for readers' scorecards; what is public stays as it is."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_upgrade_adds_public_scorecards(backend: Backend, database_factory: DatabaseFactory) -> None:
    database = database_factory(backend, migrated=False)
    upgraded(database, "0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0032")
    before = {table: rows(database, table) for table in ("claim", "publication", "public_head")}

    upgraded(database, "0033")

    assert {table: rows(database, table) for table in before} == before
    assert rows(database, "public_score") == rows(database, "public_score_cell") == rows(database, "public_score_state") == []
    assert schema.works_from("0033") == schema.works_from("0032")
