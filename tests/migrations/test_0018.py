"""Rows that are written once keep what they hold, and let a text be erased from then on."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker.db import Database
from tracker.ledger.texts import MARK


def set_rationale(database: Database, text: str) -> None:
    with database.writing() as session:
        session.execute(sa.text("UPDATE verdict SET rationale = :text"), {"text": text})


def test_upgrade_lets_a_text_of_an_old_verdict_be_erased(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0017")
    before = rows(database, "verdict")
    with pytest.raises(DBAPIError, match="append-only"):
        set_rationale(database, MARK)

    upgraded(database, "0018")

    assert rows(database, "verdict") == before
    with pytest.raises(DBAPIError, match="append-only"):
        set_rationale(database, "Other words.")
    set_rationale(database, MARK)
    assert rows(database, "verdict") != before
