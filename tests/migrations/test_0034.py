"""An index from a signed verdict to its claim; claims stay as they are."""

from sqlalchemy import inspect, text

from tests.migrations.old import THEN, a_claim_with_its_verdict, before, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema

OWN = "0034"


def test_upgrade_adds_the_index_and_keeps_claims_and_verdicts(backend: Backend, database_factory: DatabaseFactory) -> None:
    database = database_factory(backend, revision=before(OWN))
    a_claim_with_its_verdict(database)
    with writing(database) as connection:
        insert(connection, "verdict_decision", verdict_id=1, decision="signed", decided_at=THEN)
        connection.execute(text("UPDATE claim SET status = 'resolved', signed_verdict_id = 1"))
    old = {table: rows(database, table) for table in ("claim", "verdict", "verdict_decision")}
    assert all(old.values())

    upgraded(database, OWN)

    assert {table: rows(database, table) for table in old} == old
    found = {index["name"]: index["column_names"] for index in inspect(database.engine).get_indexes("claim")}
    assert found["ix_claim_signed_verdict_id"] == ["signed_verdict_id"]
    assert schema.works_from(OWN) == schema.works_from(before(OWN))
