"""The index of an article's public claims holds their states as well; the claims stay as they are."""

import sqlalchemy as sa

from tests.migrations.old import THEN, a_claim_with_its_verdict, before, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema
from tracker.db import Database

OWN = "0032"


def indexed(database: Database) -> list[str | None]:
    found = sa.inspect(database.engine).get_indexes("public_claim")
    return next(index["column_names"] for index in found if index["name"] == "ix_public_claim_article")


def test_upgrade_adds_the_state_to_the_index_and_keeps_claims(backend: Backend, database_factory: DatabaseFactory) -> None:
    database = database_factory(backend, revision=before(OWN))
    a_claim_with_its_verdict(database)
    given = {"claim_id": 1, "article_id": 1, "position": 7, "state": "open", "changed_at": THEN, "body": "{}", "etag": "a"}
    with writing(database) as connection:
        insert(connection, "publication", article_id=1, state="public", slug="t", published_at=THEN)
        insert(connection, "public_claim", **given)
    old = rows(database, "public_claim")
    assert indexed(database) == ["article_id", "position", "claim_id"]

    upgraded(database, OWN)

    assert rows(database, "public_claim") == old
    assert indexed(database) == ["article_id", "position", "claim_id", "state"]
    assert schema.works_from(OWN) == schema.works_from(before(OWN))
