"""Run scheduled jobs: leader check, execution, heartbeat and failure logging."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from tracker import clock
from tracker.db import Database
from tracker.outages import explain
from tracker.scheduling import heartbeats
from tracker.scheduling.jobs import Result, Stopping
from tracker.scheduling.leadership import Leadership

# After so many intervals without a heartbeat, followers run the job although another process leads.
PATIENCE = 3

log = structlog.get_logger("tracker.scheduler")


@dataclass(frozen=True)
class Job:
    """A piece of work that is repeated; `every` is in seconds."""

    id: str
    every: float
    work: Callable[[Database, Stopping], Result]


@dataclass
class _Failure:
    """What a job failed with last, and how often in a row it has failed."""

    message: str
    count: int = 1


@dataclass
class _LastTick:
    """Another process's last tick of a job, and since when, by the monotonic clock, there has been no newer one."""

    at: datetime | None
    since: float


class JobRunner:
    """Runs the jobs of one process. Each job runs in one thread at a time; different jobs may run at once."""

    def __init__(self, database: Database, leadership: Leadership, jobs: Sequence[Job], stopping: Stopping) -> None:
        self.jobs = tuple(jobs)
        self.leads = False
        self._database = database
        self._leadership = leadership
        self._stopping = stopping
        self._ticks_of_others = {job.id: _LastTick(None, clock.monotonic()) for job in jobs}
        self._own_ticks: dict[str, datetime] = {}
        self._ran_at: dict[str, float] = {}
        self._failures: dict[str, _Failure] = {}

    def poll_leadership(self) -> list[Job]:
        """Try to lead, and look for ticks of the process that does. Returns the jobs that should run at once."""
        led, self.leads = self.leads, self._leadership.hold()
        if self.leads != led:
            log.info("leads" if self.leads else "leads no longer")
        if self.leads:
            return [] if led else list(self.jobs)
        self._read_ticks()
        return [job for job in self.jobs if self._is_silent(job) and not self._has_just_run(job)]

    def run(self, job: Job) -> None:
        """Run a job and record its tick, if this process leads or no other seems to. Raises what the job raises."""
        if self._stopping() or not (self.leads or self._is_silent(job)):
            return
        result = job.work(self._database, self._stopping)
        self._own_ticks[job.id] = heartbeats.record(self._database, job.id, result)
        self._ran_at[job.id] = clock.monotonic()
        if any(isinstance(value, int) and value for value in result.values()):
            log.info("done", job=job.id, **result)

    def run_logged(self, name: str, work: Callable[[], None]) -> bool:
        """Run something that may fail and log its failure: once, and again when it fails for another reason; then its recovery.

        Outages of the database and of files are one line; any other error is logged with its traceback.
        """
        try:
            work()
        except Exception as error:
            self._log_failure(name, error)
            return False
        if failure := self._failures.pop(name, None):
            log.info("works again", job=name, failures=failure.count)
        return True

    def _log_failure(self, name: str, error: Exception) -> None:
        line = explain(error)
        message = line or repr(error)
        known = self._failures.get(name)
        if known is None or known.message != message:
            log.error("failed", job=name, error=message, exc_info=line is None)
        self._failures[name] = _Failure(message, known.count + 1 if known else 1)

    def _read_ticks(self) -> None:
        with self._database.reading() as session:
            found = {job: tick.at for job, tick in heartbeats.latest(session).items()}
        for job, last in self._ticks_of_others.items():
            at = found.get(job)
            # Compared by value and timed by our own monotonic clock: the wall clocks of two machines need not agree. Our own tick
            # is no sign of another process, so that a follower that took over goes on without a pause.
            if at is not None and at not in (last.at, self._own_ticks.get(job)):
                self._ticks_of_others[job] = _LastTick(at, clock.monotonic())

    def _has_just_run(self, job: Job) -> bool:
        return job.id in self._ran_at and clock.monotonic() - self._ran_at[job.id] < job.every

    def _is_silent(self, job: Job) -> bool:
        return clock.monotonic() - self._ticks_of_others[job.id].since > PATIENCE * job.every
