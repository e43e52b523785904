"""Ticks: when each job last ran, whichever process ran it. Shows that the scheduler is alive."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import Database
from tracker.scheduling.models import JobRun
from tracker.sql import insert_into

# A scheduler that has not run a job for this long is not merely late.
FRESH = timedelta(minutes=1)


def record(database: Database, job: str, result: dict[str, object]) -> datetime:
    """Note that a job has run, in a transaction of its own; returns the moment noted."""
    at = clock.now()
    values = {"at": at, "result": result}
    with database.writing() as session:
        statement = insert_into(session, JobRun).values(job=job, **values)
        session.execute(statement.on_conflict_do_update(index_elements=["job"], set_=values))
    return at


def latest(session: Session) -> dict[str, JobRun]:
    """The last tick of every job that ever ran, by the job's id."""
    return {tick.job: tick for tick in session.scalars(select(JobRun))}


def are_fresh(session: Session, jobs: Sequence[str], *, at: datetime, within: timedelta = FRESH) -> bool:
    """Whether each of these jobs has run lately. A tick from the future (a clock that was set back) does not count."""
    ticks = latest(session)
    return all(job in ticks and abs(at - ticks[job].at) <= within for job in jobs)
