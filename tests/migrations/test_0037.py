"""Counts of scorecards made anew with the hedges of speakers; claims stay as they are."""

from datetime import date

import sqlalchemy as sa

from tests.migrations.old import a_claim_with_its_verdict, an_event, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema
from tracker.scores import cells, jobs

# The key of a sum that no claim is in any longer.
STALE = {"dimension": "speaker", "number": 987_654, "text": "", "part": "rates", "certainty": "", "low": -1, "high": -1}


def test_upgrade_counts_scorecards_anew(backend: Backend, database_factory: DatabaseFactory) -> None:
    database = database_factory(backend, migrated=False)
    upgraded(database, "0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0036")
    with writing(database) as connection:
        an_event(connection)
        insert(connection, "public_score", kind="newsroom", number=0, tracked=1, as_of=date(2024, 1, 1), body="{}")
        insert(connection, "score_state", id=1, as_of=date(2024, 1, 1))
        columns = sa.Table("score_total", sa.MetaData(), autoload_with=connection).columns.keys()
        insert(connection, "score_total", **{**dict.fromkeys(columns, 1), **STALE})
    before = {table: rows(database, table) for table in ("editor", "claim", "event", "public_score")}
    assert all(before.values())

    upgraded(database, "0037")

    assert {table: rows(database, table) for table in before} == before
    assert rows(database, "score_state") == []
    # Older code would keep no sums of the hedges of a speaker.
    assert schema.works_from("0037") == "0037"
    schema.upgrade(database)
    jobs.count_ripe(database, lambda: False)
    counted = rows(database, "score_total")
    assert "speaker_hedge" in {row["dimension"] for row in counted}
    assert not [row for row in counted if row["number"] == STALE["number"]]
    with database.reading() as session:
        assert list(cells.find_differences(session)) == []
