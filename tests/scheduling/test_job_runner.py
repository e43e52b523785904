"""JobRunner: who runs a job, what becomes of a failure, and what is noted."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from tracker import clock
from tracker.db import Database
from tracker.scheduling import heartbeats, job_runner
from tracker.scheduling.job_runner import PATIENCE, Job, JobRunner
from tracker.scheduling.jobs import Result, Stopping

AWAY = OperationalError("SELECT 1", {}, psycopg.OperationalError("connection refused\n  is it running?"))


class FakeLeadership:
    """Leads or not, as the test says."""

    def __init__(self, holds: bool) -> None:
        self.holds = holds

    def hold(self) -> bool:
        return self.holds

    def release(self) -> None:
        self.holds = False


class Work:
    """A job's work that counts its runs and fails on demand."""

    def __init__(self) -> None:
        self.runs = 0
        self.error: Exception | None = None

    def __call__(self, _database: Database, _stopping: Stopping) -> Result:
        if self.error:
            raise self.error
        self.runs += 1
        return {"flagged": 0}


@pytest.fixture
def elapse(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let monotonic time pass."""
    now = [100.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def job(work: Work) -> Job:
    return Job("flag", 5, work)


def rounds_of(database: Database, job: Job, *, leads: bool = False, stopping: Callable[[], bool] = lambda: False) -> JobRunner:
    made = JobRunner(database, FakeLeadership(leads), [job], stopping)
    made.poll_leadership()
    return made


def test_a_leader_runs_the_job_and_records_its_tick(database: Database, job: Job, work: Work, elapse: Any):
    made = rounds_of(database, job, leads=True)

    made.run(job)

    assert work.runs == 1
    with database.reading() as session:
        assert heartbeats.latest(session)["flag"].result == {"flagged": 0}


def test_who_waits_runs_nothing(database: Database, job: Job, work: Work, elapse: Any):
    made = rounds_of(database, job)

    made.run(job)

    assert work.runs == 0
    with database.reading() as session:
        assert heartbeats.latest(session) == {}


def test_a_new_leader_runs_everything_at_once(database: Database, job: Job, elapse: Any):
    leadership = FakeLeadership(False)
    made = JobRunner(database, leadership, [job], lambda: False)
    assert made.poll_leadership() == []

    leadership.holds = True
    assert made.poll_leadership() == [job]
    assert made.poll_leadership() == []


def test_standby_takes_over_after_three_missed_intervals(
    database: Database, job: Job, work: Work, elapse: Callable[[float], None]
):
    made = rounds_of(database, job)

    elapse(PATIENCE * 5)
    assert made.poll_leadership() == []
    elapse(0.1)
    assert made.poll_leadership() == [job]
    made.run(job)

    assert work.runs == 1


def test_each_tick_of_another_is_waited_for_anew(database: Database, job: Job, elapse: Callable[[float], None]):
    made = rounds_of(database, job)

    for _ in range(5):
        elapse(10)
        heartbeats.record(database, "flag", {})
        assert made.poll_leadership() == []
    elapse(15.1)
    assert made.poll_leadership() == [job]


def test_standby_keeps_the_interval_until_the_leader_ticks(
    database: Database, job: Job, work: Work, elapse: Callable[[float], None]
):
    made = rounds_of(database, job)
    elapse(15.1)
    for _ in range(3):
        assert made.poll_leadership() == [job]
        made.run(job)
        elapse(4)
        assert made.poll_leadership() == []
        elapse(1)
    assert work.runs == 3

    heartbeats.record(database, "flag", {})
    assert made.poll_leadership() == []
    made.run(job)
    assert work.runs == 3


def test_stopping_runner_starts_no_job(database: Database, job: Job, work: Work, elapse: Any):
    made = rounds_of(database, job, leads=True, stopping=lambda: True)

    made.run(job)

    assert work.runs == 0


def test_repeated_failure_is_logged_once(database: Database, job: Job, work: Work):
    made = rounds_of(database, job, leads=True)
    work.error = ValueError("broken\nthing")
    with capture_logs() as logs:
        assert [made.run_logged("flag", lambda: made.run(job)) for _ in range(3)] == [False] * 3
        work.error = None
        assert made.run_logged("flag", lambda: made.run(job))
        assert made.run_logged("flag", lambda: made.run(job))

    assert [(line["event"], line["log_level"]) for line in logs] == [("failed", "error"), ("works again", "info")]
    assert logs[0]["exc_info"]
    assert logs[1]["failures"] == 3


def test_failure_for_another_reason_is_logged_again_with_traceback(database: Database, job: Job, work: Work):
    made = rounds_of(database, job, leads=True)

    def ask_for_missing_column() -> None:
        with database.reading() as session:
            session.execute(text("SELECT missing FROM claim"))

    with capture_logs() as logs:
        for work.error in (AWAY, AWAY):
            made.run_logged("flag", lambda: made.run(job))
        for _ in range(2):
            made.run_logged("flag", ask_for_missing_column)

    assert [line["exc_info"] for line in logs] == [False, True]
    assert "missing" in logs[1]["error"]


def test_database_outage_is_logged_in_one_line(database: Database, job: Job, work: Work):
    made = rounds_of(database, job, leads=True)
    work.error = AWAY
    with capture_logs() as logs:
        assert not made.run_logged("flag", lambda: made.run(job))

    assert logs[0]["error"] == "the database cannot do this now: connection refused is it running?"
    assert not logs[0]["exc_info"]


def test_no_tick_is_recorded_for_a_round_that_failed(database: Database, job: Job, work: Work):
    made = rounds_of(database, job, leads=True)
    work.error = ValueError()

    assert not made.run_logged("flag", lambda: made.run(job))

    with database.reading() as session:
        assert heartbeats.latest(session) == {}


def test_what_was_done_is_logged_and_idle_rounds_are_not(database: Database, work: Work):
    busy = Job("flag", 5, lambda _database, _stopping: {"day": "2024-03-11", "flagged": 2})
    idle = Job("flag", 5, lambda _database, _stopping: {"day": "2024-03-11", "flagged": 0})
    made = rounds_of(database, busy, leads=True)
    with capture_logs() as logs:
        made.run(busy)
        made.run(idle)

    assert logs == [{"event": "done", "log_level": "info", "job": "flag", "day": "2024-03-11", "flagged": 2}]
    assert job_runner.PATIENCE == 3
