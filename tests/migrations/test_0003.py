"""Imports come to a newsroom that works already: its rows stay, and no file waits."""

from tests.migrations.old import a_claim_with_its_verdict, rows, triggers, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory


def test_what_there_was_stays_and_nothing_is_being_imported(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0002")
    guards = triggers(database)
    a_claim_with_its_verdict(database)
    before = {table: rows(database, table) for table in ("editor", "article", "article_text", "claim", "verdict")}

    assert upgraded(database, "0003") == guards

    assert {table: rows(database, table) for table in before} == before
    for table in ("import_job", "import_chunk", "import_bad_row", "import_mapping"):
        assert rows(database, table) == []
