"""Scorecards have their tables, and the claims that were there before are counted by the job."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema
from tracker.scores import jobs


def test_older_claims_are_counted_after_the_upgrade(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0013")
    kept = rows(database, "claim")

    upgraded(database, "0014")

    assert rows(database, "claim") == kept
    assert rows(database, "score_state") == []
    schema.upgrade(database)
    jobs.count_ripe(database, lambda: False)
    [cell] = rows(database, "score_cell")
    assert (cell["tracked"], cell["overdue"]) == (1, 1)
