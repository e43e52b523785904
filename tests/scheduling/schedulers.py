"""Schedulers in processes of their own and in a hurry: what takes seconds in the real one takes tenths here."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from tests.support.processes import Process, process, wait_until
from tracker import logs
from tracker.db import Database
from tracker.scheduler import Scheduler
from tracker.scheduling import heartbeats, jobs
from tracker.scheduling.job_runner import Job
from tracker.scheduling.jobs import Result, Stopping
from tracker.shutdown import Stop

EVERY = 0.25
LEADERSHIP_POLL_EVERY = 0.05


def flag(database: Database, stopping: Stopping) -> Result:
    """The real job; its ticks say which process made them."""
    return {"pid": os.getpid(), **jobs.flag(database, stopping)}


def run(url: str) -> None:
    """The life of such a process."""
    logs.configure()
    stop = Stop()
    stop.on_signals()
    Scheduler(Database(url), [Job("flag", EVERY, flag)], stop, leadership_poll_every=LEADERSHIP_POLL_EVERY).run()


@contextmanager
def scheduler(url: str) -> Generator[Process]:
    """A scheduler for the length of a block, which begins when it has started."""
    with process(run, url) as made:
        wait_until(lambda: "scheduler started" in made.said)
        yield made


def who_ticked_last(database: Database) -> int | None:
    """The id of the process that made the last tick."""
    with database.reading() as session:
        tick = heartbeats.latest(session).get("flag")
        return None if tick is None else int(str(tick.result["pid"]))
