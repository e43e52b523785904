"""The table of articles that wait to be read; articles and what was read in them stay as they are."""

from tests.migrations.old import THEN, a_claim_with_its_verdict, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_upgrade_keeps_readings_and_nothing_waits(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0023")
    with writing(database) as connection:
        insert(connection, "article_reading", article_id=1, text_number=1, language="en", created_at=THEN)
    before = {name: rows(database, name) for name in ("article", "article_reading")}

    upgraded(database, "0024")

    assert {name: rows(database, name) for name in before} == before
    assert len(before["article_reading"]) == 1
    assert rows(database, "reading_request") == []
    assert schema.works_from("0024") == schema.works_from("0023")
