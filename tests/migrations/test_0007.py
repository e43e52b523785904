"""The index of names comes to a newsroom that has articles and speakers already."""

from tests.migrations.old import a_claim_with_its_verdict, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker.articles import queries
from tracker.claims.search import indexing


def test_articles_and_speakers_stay_as_they_are_and_can_be_found_once_the_index_is_filled(
    backend: Backend, database_factory: DatabaseFactory
):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0006")
    before = {table: rows(database, table) for table in ("claim", "article", "speaker")}

    upgraded(database, "0007")

    assert {table: rows(database, table) for table in before} == before
    assert rows(database, "article_search") == []
    upgraded(database, "head")
    indexing.fill(database)
    title = before["article"][0]["title"].split()[0]
    with database.reading() as session:
        assert [row.id for row in queries.listed(session, title, with_sample=True).rows] == [before["article"][0]["id"]]
