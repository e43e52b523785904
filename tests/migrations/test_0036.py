"""Claims by owner, and counts of scorecards made anew with the years of speakers; claims stay as they are."""

from datetime import date

from tests.migrations.old import a_claim_with_its_verdict, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema
from tracker.scores import cells, jobs


def test_upgrade_counts_scorecards_anew(backend: Backend, database_factory: DatabaseFactory) -> None:
    database = database_factory(backend, migrated=False)
    upgraded(database, "0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0035")
    with writing(database) as connection:
        insert(connection, "score_state", id=1, as_of=date(2024, 1, 1))
    before = {table: rows(database, table) for table in ("editor", "claim", "event", "public_score")}

    upgraded(database, "0036")

    assert {table: rows(database, table) for table in before} == before
    assert rows(database, "score_state") == []
    # Older code would keep no sums of the years of a speaker.
    assert schema.works_from("0036") == "0036"
    schema.upgrade(database)
    jobs.count_ripe(database, lambda: False)
    assert "speaker_year" in {row["dimension"] for row in rows(database, "score_total")}
    with database.reading() as session:
        assert list(cells.find_differences(session)) == []
