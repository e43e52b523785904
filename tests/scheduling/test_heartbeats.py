"""Ticks say when a job last ran."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tracker.db import Database
from tracker.scheduling import heartbeats

NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)


def test_the_last_tick_of_a_job_is_kept(database: Database, clock_at: Callable[[datetime], None]):
    clock_at(NOON)
    heartbeats.record(database, "flag", {"flagged": 3})
    clock_at(NOON + timedelta(seconds=5))

    assert heartbeats.record(database, "flag", {"flagged": 0}) == NOON + timedelta(seconds=5)

    with database.reading() as session:
        (tick,) = heartbeats.latest(session).values()
        assert (tick.job, tick.at, tick.result) == ("flag", NOON + timedelta(seconds=5), {"flagged": 0})


def test_ticks_are_fresh_for_a_minute(database: Database, clock_at: Callable[[datetime], None]):
    clock_at(NOON)
    with database.reading() as session:
        assert not heartbeats.are_fresh(session, ["flag"], at=NOON)
    heartbeats.record(database, "flag", {})
    with database.reading() as session:
        assert heartbeats.are_fresh(session, ["flag"], at=NOON + timedelta(seconds=60))
        assert not heartbeats.are_fresh(session, ["flag"], at=NOON + timedelta(seconds=61))
        assert not heartbeats.are_fresh(session, ["flag", "other"], at=NOON)


def test_a_tick_from_the_future_is_not_fresh(database: Database, clock_at: Callable[[datetime], None]):
    clock_at(NOON)
    heartbeats.record(database, "flag", {})
    with database.reading() as session:
        assert not heartbeats.are_fresh(session, ["flag"], at=NOON - timedelta(hours=1))
