"""Articles that are here before can be read; a database that has candidates lets no claim come of two of them."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.migrations.old import THEN, a_claim_with_its_verdict, before, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker.db import Database

CANDIDATE = {
    "reading_id": 1, "quote_start": 0, "quote_end": 1, "paragraph": 1, "kind": "likely", "statement": "B",
    "speaker_kind": "person", "certainty": "flat", "topic_ids": [], "state": "kept", "claim_id": 1,
}  # fmt: skip


@pytest.fixture
def upgraded_newsroom(backend: Backend, database_factory: DatabaseFactory) -> Database:
    database = database_factory(backend, revision=before("0022"))
    a_claim_with_its_verdict(database)
    upgraded(database, "0022")
    with writing(database) as connection:
        insert(connection, "article_reading", article_id=1, text_number=1, language="en", created_at=THEN)
        insert(connection, "candidate", **CANDIDATE)
    return database


def test_upgrade_keeps_articles_and_finds_no_candidates(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision=before("0022"))
    a_claim_with_its_verdict(database)
    articles = rows(database, "article")

    upgraded(database, "0022")

    assert rows(database, "article") == articles
    assert rows(database, "article_reading") == rows(database, "candidate") == rows(database, "candidate_cue") == []


@pytest.mark.parametrize(
    "change",
    ["claim_id = NULL", "state = 'rejected'", "quote_end = 0", "kind = 'other'", "certainty = 'sure'"],
)
def test_database_refuses_what_no_candidate_may_be(upgraded_newsroom: Database, change: str):
    with pytest.raises(DBAPIError), writing(upgraded_newsroom) as connection:
        connection.execute(sa.text(f"UPDATE candidate SET {change}"))
    assert rows(upgraded_newsroom, "candidate")[0]["state"] == "kept"


def test_database_refuses_two_candidates_for_one_claim_or_passage(upgraded_newsroom: Database):
    for changes in ({"quote_end": 2}, {"claim_id": None, "state": "waiting"}):
        with pytest.raises(DBAPIError), writing(upgraded_newsroom) as connection:
            insert(connection, "candidate", **{**CANDIDATE, **changes})
    assert len(rows(upgraded_newsroom, "candidate")) == 1
