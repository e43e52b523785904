"""A newsroom of before keeps its claims, their verdicts and its steps; the database then refuses what no claim may be."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.migrations.old import THEN, a_claim_with_its_verdict, before, insert, rows, triggers, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker.db import Database


@pytest.fixture
def old(backend: Backend, database_factory: DatabaseFactory) -> Database:
    database = database_factory(backend, revision=before("0015"))
    a_claim_with_its_verdict(database)
    with writing(database) as connection:
        insert(connection, "bulk_step", editor_id=1, picks="1:7", done_at=THEN)
        connection.execute(sa.text("UPDATE claim SET status = 'proposed', proposal_id = 1, recall_to = 'due' WHERE id = 1"))
    return database


def _constraints(database: Database) -> set[str | None]:
    inspector = sa.inspect(database.engine)
    return {
        found["name"]
        for found in (
            *inspector.get_check_constraints("claim"),
            *inspector.get_foreign_keys("claim"),
            *inspector.get_indexes("claim"),
            *inspector.get_unique_constraints("claim"),
        )
    }


def test_upgrade_keeps_claims_guards_and_constraints(old: Database):
    claims, guards, constraints = rows(old, "claim"), triggers(old), _constraints(old)

    assert upgraded(old, "0015") == guards

    assert rows(old, "claim") == claims
    assert claims[0]["certainty"] == "flat"
    assert _constraints(old) - constraints == {
        "ck_claim_recall_to_status",
        "ck_claim_restore_to_status",
        "fk_claim_signed_verdict_id_verdict",
        "fk_claim_proposal_id_verdict",
    }
    assert constraints - _constraints(old) == set()


def test_upgrade_splits_the_picks_of_bulk_steps_into_rows(old: Database):
    upgraded(old, "0015")

    assert rows(old, "bulk_step_claim") == [{"step_id": 1, "claim_id": 1, "version": 7}]
    assert "picks" not in rows(old, "bulk_step")[0]


def test_upgraded_claim_may_have_no_recorded_certainty(old: Database):
    upgraded(old, "0015")

    with writing(old) as connection:
        connection.execute(sa.text("UPDATE claim SET certainty = 'not_recorded' WHERE id = 1"))
    assert rows(old, "claim")[0]["certainty"] == "not_recorded"


@pytest.mark.parametrize(
    "values",
    ["certainty = 'sure'", "proposal_id = 99", "signed_verdict_id = 99", "recall_to = 'proposed'", "restore_to = 'withdrawn'"],
)
def test_upgraded_database_refuses_impossible_claims(old: Database, values: str):
    upgraded(old, "0015")
    claims = rows(old, "claim")

    with pytest.raises(DBAPIError), writing(old) as connection:
        connection.execute(sa.text(f"UPDATE claim SET {values} WHERE id = 1"))
    assert rows(old, "claim") == claims
