"""A source can have an archived copy; those that were there have none."""

from datetime import UTC, datetime

from tests.migrations.old import a_claim_with_its_verdict, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_old_sources_have_no_archived_copy(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0001")
    a_claim_with_its_verdict(database)
    triggers = upgraded(database, "0025")
    with writing(database) as connection:
        given = {"about": "claim", "source_kind": "news", "stance": "supports", "visibility": "public"}
        at = datetime(2024, 3, 11, 8, tzinfo=UTC)
        insert(connection, "evidence", claim_id=1, url="https://example.org/a", title="A", added_at=at, **given)
    before = rows(database, "evidence")

    kept = upgraded(database, "0026")

    assert set(triggers) <= set(kept)
    assert rows(database, "evidence") == [{**row, "archive_url": None} for row in before]
    assert len(before) == 1
    assert schema.works_from("0026") == schema.works_from("0025")
