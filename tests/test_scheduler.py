"""The scheduler keeps time whatever the clock does, and goes on whatever a job does."""

import statistics
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import time_machine
from apscheduler.jobstores.memory import MemoryJobStore
from sqlalchemy import text

from tests.factories import events_of, fresh, make_claim
from tests.support.databases import TestDatabase
from tests.support.processes import wait_until
from tracker import scheduler
from tracker.claims.enums import Status
from tracker.config import Settings
from tracker.db import Database
from tracker.scheduler import Every, Scheduler, jobs_of
from tracker.scheduling import heartbeats, jobs
from tracker.scheduling.job_runner import Job
from tracker.scheduling.jobs import Result, Stopping

DAY = date(2024, 3, 11)
NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)


class Beats:
    """Work that notes when it ran, by the monotonic clock."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self.error: Exception | None = None

    def __call__(self, _database: Database, _stopping: Stopping) -> Result:
        self.at.append(time.monotonic())
        if self.error:
            raise self.error
        return {}

    def wait_for(self, more: int) -> None:
        """Wait for so many more runs."""
        wanted = len(self.at) + more
        wait_until(lambda: len(self.at) >= wanted, 60)


@contextmanager
def running(database: Database, *work: Job, leadership_poll_every: float = 0.1) -> Generator[Scheduler]:
    made = Scheduler(database, work, leadership_poll_every=leadership_poll_every)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture
def beats() -> Beats:
    return Beats()


def test_runs_a_job_at_once_and_then_at_its_interval(database: Database, beats: Beats):
    with running(database, Job("beat", 0.2, beats)):
        beats.wait_for(5)

    gaps = [later - earlier for earlier, later in zip(beats.at, beats.at[1:], strict=False)]
    # Of all of them, for one that begins late makes the next gap short.
    assert statistics.median(gaps) > 0.1


def test_a_claim_that_is_due_is_flagged_by_the_running_scheduler(database: Database):
    claim = make_claim(database, "open", review_on=DAY)

    with running(database, Job("flag", 0.2, jobs.flag)):
        wait_until(lambda: fresh(database, claim).status is Status.DUE)
        wait_until(lambda: _tick_is_recorded(database))

    assert [e.kind for e in events_of(database, claim)].count("claim.flag") == 1


def _tick_is_recorded(database: Database) -> bool:
    with database.reading() as session:
        return "flag" in heartbeats.latest(session)


@pytest.mark.parametrize("leap", [timedelta(hours=-1), timedelta(days=30), timedelta(days=-400)])
def test_goes_on_when_the_clock_is_set(database: Database, beats: Beats, leap: timedelta):
    with time_machine.travel(NOON) as traveller, running(database, Job("beat", 0.2, beats)):
        beats.wait_for(2)
        traveller.shift(leap)
        beats.wait_for(1)
        leapt = len(beats.at)
        beats.wait_for(4)

    # At its usual pace again; and a leap forward is one run, not all those that were leapt over.
    after = beats.at[leapt - 1 :]
    assert statistics.median(later - earlier for earlier, later in pairwise(after[1:])) > 0.1


def test_a_leap_of_30_days_flags_what_fell_due_and_the_way_back_flags_nothing_twice(database: Database, beats: Beats):
    claim = make_claim(database, "open", review_on=DAY + timedelta(days=20))

    def flag(database: Database, stopping: Stopping) -> Result:
        found = jobs.flag(database, stopping)
        beats(database, stopping)
        return found

    with time_machine.travel(NOON) as traveller, running(database, Job("flag", 0.2, flag)):
        wait_until(lambda: _tick_is_recorded(database))
        assert fresh(database, claim).status is Status.OPEN
        traveller.shift(timedelta(days=30))
        wait_until(lambda: fresh(database, claim).status is Status.DUE)
        traveller.shift(timedelta(days=-30))
        beats.wait_for(3)

    assert [e.kind for e in events_of(database, claim)].count("claim.flag") == 1


def test_goes_on_after_a_job_failed_and_soon(database: Database, beats: Beats, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scheduler, "RETRY_AFTER", 0.3)
    beats.error = ValueError("broken")
    other = Beats()

    with running(database, Job("broken", 60, beats), Job("sound", 0.2, other)):
        beats.wait_for(3)
        beats.error = None
        beats.wait_for(1)
        other.wait_for(2)
        count = len(beats.at)
        other.wait_for(3)  # in this time it would have been tried again
        assert len(beats.at) == count  # it works again, so its own interval counts


def test_hung_job_delays_no_other(database: Database, beats: Beats):
    may_end = threading.Event()

    def hang(_database: Database, _stopping: Stopping) -> Result:
        may_end.wait(30)
        return {}

    with running(database, Job("hangs", 0.1, hang), Job("beat", 0.1, beats)):
        beats.wait_for(5)
        may_end.set()


def test_a_job_runs_in_one_thread_at_a_time(database: Database):
    inside, most, runs = [0], [0], [0]

    def slow(_database: Database, _stopping: Stopping) -> Result:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.15)  # three intervals
        inside[0] -= 1
        runs[0] += 1
        return {}

    with running(database, Job("slow", 0.05, slow)):
        wait_until(lambda: runs[0] >= 3)

    assert most == [1]


def test_a_stop_waits_for_the_job_that_runs(database: Database):
    begun, ended = threading.Event(), threading.Event()

    def slow(_database: Database, stopping: Stopping) -> Result:
        begun.set()
        wait_until(stopping, 20)
        time.sleep(0.3)
        ended.set()
        return {}

    with running(database, Job("slow", 60, slow)):
        assert begun.wait(20)

    assert ended.is_set()


def test_ticks_again_soon_after_the_database_was_away(
    new_database: Callable[..., TestDatabase], postgres_server: Any, monkeypatch: pytest.MonkeyPatch
):
    ours = new_database("postgresql")
    database, name = ours.open(), ours.open().url.database
    admin = Database(postgres_server.url("postgres", user="postgres"))
    beats = Beats()

    def query(database: Database, stopping: Stopping) -> Result:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
        return beats(database, stopping)

    def administer(statement: str) -> None:
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))

    with running(database, Job("beat", 0.5, query), leadership_poll_every=0.2):
        beats.wait_for(2)
        administer(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        time.sleep(2)
        away = len(beats.at)
        time.sleep(1)
        assert len(beats.at) == away
        administer(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        back = time.monotonic()
        beats.wait_for(1)
        assert beats.at[-1] - back < 10
    admin.dispose()


def test_jobs_live_in_memory_under_fixed_ids_in_utc(database: Database, tmp_path: Path):
    installed = jobs_of(Settings(home=tmp_path, database_url="", secret_key=""))
    inner = Scheduler(database, installed)._scheduler

    assert [job.id for job, *_ in inner._pending_jobs] == [
        scheduler.LEADERSHIP_POLL,
        scheduler.REGISTRATION,
        *(job.id for job in installed),
    ]
    assert inner.timezone is UTC
    assert {type(store) for store in inner._jobstores.values()} == {MemoryJobStore}
    assert inner._job_defaults == {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


def test_the_interval_skips_what_was_missed():
    every = Every(5)

    assert every.get_next_fire_time(None, NOON) == NOON
    assert every.get_next_fire_time(NOON, NOON) == NOON + timedelta(seconds=5)
    assert every.get_next_fire_time(NOON, NOON + timedelta(seconds=2)) == NOON + timedelta(seconds=5)
    assert every.get_next_fire_time(NOON, NOON + timedelta(days=30)) == NOON + timedelta(days=30, seconds=5)
