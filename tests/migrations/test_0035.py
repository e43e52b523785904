"""People's scorecards for readers: none is shown after the upgrade, and what readers see stays as it is."""

from datetime import date

from tests.migrations.old import THEN, a_claim_with_its_verdict, an_event, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_upgrade_shows_no_scorecard_of_a_person(backend: Backend, database_factory: DatabaseFactory) -> None:
    database = database_factory(backend, migrated=False)
    upgraded(database, "0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0034")
    with writing(database) as connection:
        insert(connection, "speaker", name="Ada Vane", name_key="adavane", kind="person", created_at=THEN)
        an_event(connection)
        insert(connection, "public_score_state", id=1, version=1, as_of=date(2024, 1, 1))
    before = {table: rows(database, table) for table in ("speaker", "claim", "event", "public_score_state", "public_head")}
    assert all(before.values())

    upgraded(database, "0035")

    assert {table: rows(database, table) for table in before} == before
    assert rows(database, "public_score_person") == []
    assert schema.works_from("0035") == schema.works_from("0034")
