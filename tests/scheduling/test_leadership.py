"""Who leads, and how soon another does."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.scheduling.schedulers import EVERY, scheduler, who_ticked_last
from tests.support.databases import TestDatabase
from tests.support.processes import Process, wait_until
from tracker.config import Settings
from tracker.db import Database
from tracker.scheduler import LEADERSHIP_POLL_EVERY as DEFAULT_POLL_EVERY
from tracker.scheduler import jobs_of
from tracker.scheduling import leadership
from tracker.scheduling.job_runner import PATIENCE

# What is promised with intervals twenty times as long; less would measure how busy the machine is.
SOON = 20


def test_one_leads_and_the_others_wait(database: Database):
    first, second = leadership.for_database(database), leadership.for_database(database)

    assert first.hold()
    assert first.hold()
    assert not second.hold()

    first.release()
    assert second.hold()
    assert not first.hold()
    second.release()


def test_two_newsrooms_have_a_leader_each(new_database: Callable[..., TestDatabase], backend: str):
    one, other = leadership.for_database(new_database(backend).open()), leadership.for_database(new_database(backend).open())

    assert one.hold()
    assert other.hold()

    one.release()
    other.release()


def test_a_leader_whose_connection_was_cut_learns_of_it(postgres_database: Database):
    first, second = leadership.for_database(postgres_database), leadership.for_database(postgres_database)
    assert first.hold()
    with postgres_database.writing() as session:
        session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()")
        )
    wait_until(second.hold)

    assert not first.hold()
    second.release()
    assert first.hold()
    first.release()


def test_a_lock_file_that_was_removed_is_made_anew(sqlite_database: Database):
    first = leadership.for_database(sqlite_database)
    assert first.hold()
    file = sqlite_database.url.database
    assert file is not None
    os.unlink(f"{file}.scheduler")

    second = leadership.for_database(sqlite_database)
    assert second.hold()
    assert not first.hold()
    second.release()


def test_by_default_a_lost_leader_is_replaced_within_20_seconds(tmp_path: Path):
    installed = Settings(home=tmp_path, database_url="", secret_key="")
    # Heard at the latest one poll after its last tick; then silence; then noticed at the next poll.
    (sweep,) = [job for job in jobs_of(installed) if job.id == "flag"]
    assert PATIENCE * sweep.every + 2 * DEFAULT_POLL_EVERY <= 18


@pytest.fixture
def leader(database: Database, database_url: str):
    with scheduler(database_url) as process:
        wait_until(lambda: who_ticked_last(database) == process.pid)
        yield process


@pytest.fixture
def standby(leader: Process, database: Database, database_url: str):
    with scheduler(database_url) as process:
        wait_until(lambda: leads_alone(database, leader))
        yield process


def leads_alone(database: Database, leader: Process) -> bool:
    """Whether nobody else ticks for a while. On a busy machine a leader may be so slow that another stands in for a moment."""
    return {who_ticked_last(database) for _ in range(20) if time.sleep(EVERY / 5) is None} == {leader.pid}


def test_another_leads_as_soon_as_the_leader_is_killed(database: Database, leader: Process, standby: Process):
    leader.send(signal.SIGKILL)

    assert wait_until(lambda: who_ticked_last(database) == standby.pid) < SOON


def test_another_leads_when_the_leader_ends(database: Database, leader: Process, standby: Process):
    leader.send(signal.SIGTERM)

    assert wait_until(lambda: who_ticked_last(database) == standby.pid) < SOON
    assert leader.wait() == 0
    assert "scheduler stopped" in leader.said
    assert "Traceback" not in leader.said


def test_follower_takes_over_stopped_leader_and_yields_on_resume(database: Database, leader: Process, standby: Process):
    leader.send(signal.SIGSTOP)
    assert wait_until(lambda: who_ticked_last(database) == standby.pid) < SOON
    # It goes on.
    seen = {last_tick(database)}
    wait_until(lambda: not seen.add(last_tick(database)) and len(seen) >= 4)  # type: ignore[func-returns-value]

    leader.send(signal.SIGCONT)
    wait_until(lambda: leads_alone(database, leader))


def last_tick(database: Database) -> object:
    with database.reading() as session:
        return session.scalar(text("SELECT at FROM tick WHERE job = 'flag'"))
