"""What waits for a second signature gets indexes by owner, speaker and topic; claims stay as they are."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_a_newsroom_keeps_its_claims_and_older_code_still_works_on_it(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0009")
    before = {table: rows(database, table) for table in ("claim", "claim_topic")}

    upgraded(database, "0010")

    assert {table: rows(database, table) for table in before} == before
    assert schema.works_from("0010") == schema.works_from("0009")
