"""Articles that are here before are recognised, once what they are recognised by is filled in."""

import sqlalchemy as sa

from tests.migrations.old import a_claim_with_its_verdict, before, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker.articles import duplicates
from tracker.claims.search import indexing

BODY = " ".join(f"word{number} will be said" for number in range(40))


def test_older_articles_are_recognised_by_address_and_words(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision=before("0021"))
    a_claim_with_its_verdict(database)
    with writing(database) as connection:
        connection.execute(sa.text("UPDATE article SET url = 'https://www.example.org/a/?utm_source=x'"))
        article_id = connection.scalar(sa.text("SELECT id FROM article"))
        connection.execute(
            sa.text(
                "INSERT INTO article_text (article_id, number, body, sha256, received_at) VALUES (:id, 2, :body, :hash, :at)"
            ),
            {"id": article_id, "body": BODY, "hash": "1" * 64, "at": "2024-03-11 08:00:00+00:00"},
        )

    upgraded(database, "0021")

    assert rows(database, "article_sketch") == rows(database, "article_source") == []
    upgraded(database, "head")
    indexing.fill(database)
    with database.reading() as session:
        for found in (
            duplicates.find_same_article(session, url="http://example.org/a"),
            duplicates.find_same_article(session, body=BODY.upper()),
        ):
            assert found is not None
            assert found.id == article_id
        assert duplicates.find_same_article(session, url="http://example.org/b", body="Other words.") is None
