"""PostgreSQL keeps the words of claims cut; what is found stays what it was."""

import sqlalchemy as sa

from tests.migrations.old import a_claim_with_its_verdict, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory


def test_the_words_of_claims_stay_as_they_are_and_are_cut_on_postgresql(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0010")
    claim = rows(database, "claim")[0]["id"]
    with writing(database) as connection:
        insert(connection, "claim_search", claim_id=claim, folded="ferries return 0 ferry return")

    upgraded(database, "0011")

    kept = rows(database, "claim_search")[0]
    assert (kept["claim_id"], kept["folded"]) == (claim, "ferries return 0 ferry return")
    if backend == "postgresql":
        with database.reading() as session:
            found = sa.text("SELECT claim_id FROM claim_search WHERE search_vector @@ to_tsquery('simple', 'ferry & return')")
            assert session.scalars(found).all() == [claim]
