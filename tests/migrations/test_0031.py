"""Desks, and counts of scorecards made anew with them; editors and claims stay as they are."""

from datetime import date

from tests.migrations.old import a_claim_with_its_verdict, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema
from tracker.scores import jobs


def test_upgrade_adds_desks_and_counts_anew(backend: Backend, database_factory: DatabaseFactory) -> None:
    database = database_factory(backend, migrated=False)
    upgraded(database, "0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0030")
    with writing(database) as connection:
        insert(connection, "score_state", id=1, as_of=date(2024, 1, 1))
    before = {table: rows(database, table) for table in ("editor", "claim", "event")}

    upgraded(database, "0031")

    assert [{**row, "desk_id": None} for row in before["editor"]] == rows(database, "editor")
    assert rows(database, "claim") == before["claim"]
    assert rows(database, "event") == before["event"]
    assert rows(database, "desk") == rows(database, "score_cell") == rows(database, "score_state") == []
    # Older code would keep counts without the desk.
    assert schema.works_from("0031") == "0031"
    schema.upgrade(database)
    jobs.count_ripe(database, lambda: False)
    assert {row["desk_id"] for row in rows(database, "score_cell")} == {0}
