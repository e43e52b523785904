"""The indexes of words are emptied and filled again, folded as the tracker folds words now."""

import sqlalchemy as sa

from tests.migrations.old import a_claim_with_its_verdict, before, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker.claims.search import indexing
from tracker.claims.search.matching import Search
from tracker.search.folding import parse_query


def test_old_claims_are_found_by_new_foldings_once_the_index_is_filled(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    guards = upgraded(database, before("0013"))
    with writing(database) as connection:
        connection.execute(sa.text("UPDATE claim SET statement = '大桥五月竣工'"))
        claim_id = connection.scalar(sa.text("SELECT id FROM claim"))
        insert(connection, "claim_search", claim_id=claim_id, folded="old words")
    claims = rows(database, "claim")

    assert upgraded(database, "0013") == guards

    assert rows(database, "claim") == claims
    assert rows(database, "claim_search") == []
    upgraded(database, "head")
    indexing.fill(database)
    with database.reading() as session:
        found = {query: len(Search(parse_query(query)).page(session, size=5).rows) for query in ("五月", "old words")}
    assert found == {"五月": 1, "old words": 0}
