"""Counts of scorecards are made anew with their sums; claims stay as they are."""

from datetime import date

from tests.migrations.old import a_claim_with_its_verdict, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema
from tracker.scores import jobs


def test_counts_are_made_anew_with_their_sums(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, migrated=False)
    upgraded(database, "0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0026")
    with writing(database) as connection:
        insert(connection, "score_state", id=1, as_of=date(2024, 1, 1))
    kept = rows(database, "claim")

    upgraded(database, "0027")

    assert rows(database, "claim") == kept
    assert rows(database, "score_state") == rows(database, "score_total") == []
    # Older code would keep counts without their sums.
    assert schema.works_from("0027") == "0027"
    schema.upgrade(database)
    jobs.count_ripe(database, lambda: False)
    assert {row["tracked"] for row in rows(database, "score_total")} == {1}
