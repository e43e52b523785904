"""Which job runs when. What a job does is its own affair, and what is due lives in the database alone.

APScheduler keeps the time in one process, with its jobs in memory: registered here at every start, under fixed ids, never stored.
Several such processes may run; `tracker.scheduling.job_runner` decides which of them works.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import event

from tracker import clock
from tracker.accounts import jobs as account_jobs
from tracker.api import jobs as api_jobs
from tracker.config import Settings
from tracker.db import Database
from tracker.imports import jobs as import_jobs
from tracker.intake import jobs as intake_jobs
from tracker.notifications import anchor_mail, link_mail
from tracker.notifications import jobs as reminder_jobs
from tracker.publishing import jobs as publishing_jobs
from tracker.publishing import report_mail
from tracker.publishing import scorecards as public_scorecards
from tracker.scheduling import jobs, leadership, scheduler_instances
from tracker.scheduling.job_runner import Job, JobRunner, log
from tracker.scheduling.watchdog import Watchdog
from tracker.scores import jobs as score_jobs
from tracker.shutdown import Stop
from tracker.webhooks import jobs as webhook_jobs
from tracker.wiring import wire

# Jobs that run only if a mail server is configured.
MAILS = (report_mail, anchor_mail, link_mail)

LEADERSHIP_POLL = "leadership-poll"
LEADERSHIP_POLL_EVERY = 1.0
REGISTRATION = "registration"
# A job that failed, because the database was away, is tried again this soon.
RETRY_AFTER = 1.0
# How long a stop waits for the job that is running.
STOP_WITHIN = 20.0


def jobs_of(settings: Settings) -> tuple[Job, ...]:
    """Every job of an installation, with its interval in seconds."""
    return (
        # A leader is replaced within 20 seconds: three intervals of this job without a sign of it, and the poll that notices it.
        Job("flag", every=5, work=jobs.flag),
        Job("anchor", every=600, work=partial(jobs.anchor, settings.home)),
        Job("tidy", every=3600, work=account_jobs.tidy),
        Job("imports", every=5, work=import_jobs.work),
        Job("forget-requests", every=3600, work=api_jobs.tidy),
        Job("forget-imports", every=3600, work=import_jobs.tidy),
        Job("intake", every=2, work=intake_jobs.read_sources),
        Job("read-articles", every=2, work=partial(intake_jobs.read_articles, model=settings.language_model)),
        Job("forget-sources", every=3600, work=intake_jobs.delete_expired),
        Job("scores", every=60, work=score_jobs.count_ripe),
        Job("public-scores", every=60, work=public_scorecards.count),
        Job("publish", every=5, work=publishing_jobs.publish),
        Job("forget-reports", every=3600, work=publishing_jobs.forget_reports),
        *(Job(each.JOB, every=each.EVERY, work=work) for each in MAILS if (work := each.build_job(settings))),
        *(Job(job, every=5, work=work) for job, work in message_jobs(settings).items()),
    )


def message_jobs(settings: Settings) -> dict[str, reminder_jobs.Work]:
    """The jobs that plan and send messages, by their ids."""
    return reminder_jobs.build_jobs(settings) | webhook_jobs.build_jobs(settings)


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Every so many seconds. After a leap of the clock, APScheduler's own trigger would list each start that was missed."""

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """APScheduler asks: the first start is now, later ones follow the last by the interval but never lie in the past."""
        if previous_fire_time is None:
            return now
        following = previous_fire_time + self._interval
        return following if following > now else now + self._interval


class Scheduler:
    """The scheduler of one process. Make it, like its database, after a fork."""

    def __init__(
        self,
        database: Database,
        jobs: Sequence[Job],
        stop: Stop | None = None,
        *,
        leadership_poll_every: float = LEADERSHIP_POLL_EVERY,
    ) -> None:
        wire()
        if not database.is_sqlite:
            event.listen(database.engine, "connect", _set_scheduler_timeouts)
        # That a job is still running when its time comes again, or when it is woken, is no news.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._stop = stop or Stop()
        self._leadership = leadership.for_database(database)
        self._runner = JobRunner(database, self._leadership, jobs, lambda: self._stop.asked)
        self._leadership_poll_every = leadership_poll_every
        self._registration = scheduler_instances.Registration(database)
        watched = {
            LEADERSHIP_POLL: leadership_poll_every,
            REGISTRATION: scheduler_instances.EVERY,
            **{job.id: job.every for job in jobs},
        }
        self._watchdog = Watchdog(watched, grace=2 * leadership_poll_every)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(len(jobs) + 2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._add(LEADERSHIP_POLL, leadership_poll_every, self._poll_leadership)
        self._add(REGISTRATION, scheduler_instances.EVERY, self._renew_registration)
        for job in jobs:
            self._add(job.id, job.every, self._runner.run, job)

    def run(self) -> None:
        """Work until asked to stop; the calling thread is the watchdog. Raises RuntimeError if APScheduler cannot be woken."""
        log.info("scheduler started")
        self._scheduler.start()
        try:
            while not self._stop.wait(self._leadership_poll_every):
                for job in self._watchdog.overdue():
                    self._wake(job)
                if self._watchdog.is_stalled():
                    raise RuntimeError("the scheduler is stalled and does not wake")
        finally:
            self._scheduler.shutdown(wait=False)
            self._watchdog.wait_until_idle(STOP_WITHIN)
            self._leadership.release()
            self._runner.run_logged(REGISTRATION, self._registration.leave)
            log.info("scheduler stopped")

    def stop(self) -> None:
        """Ask `run` to return; from any thread."""
        self._stop.ask()

    def _add(self, job_id: str, every: float, work: Callable[..., None], *arguments: Any) -> None:
        def start() -> None:
            with self._watchdog.running(job_id):
                if not self._runner.run_logged(job_id, lambda: work(*arguments)):
                    self._wake(job_id, RETRY_AFTER)

        self._scheduler.add_job(start, Every(every), id=job_id, name=job_id)

    def _poll_leadership(self) -> None:
        for job in self._runner.poll_leadership():
            self._wake(job.id)

    def _renew_registration(self) -> None:
        self._registration.renew(self._runner.leads)

    def _wake(self, job_id: str, after: float = 0) -> None:
        try:
            self._scheduler.modify_job(job_id, next_run_time=clock.now() + timedelta(seconds=after))
        except JobLookupError:
            return  # the scheduler is shut down


def _set_scheduler_timeouts(connection: Any, _record: Any) -> None:
    # A scheduler that was stopped or cut off in the middle of a transaction must not keep its locks from those who stand in.
    connection.autocommit = True
    for setting in ("idle_in_transaction_session_timeout = '10s'", "tcp_keepalives_idle = 5", "tcp_keepalives_interval = 2"):
        connection.execute(f"SET {setting}")
    connection.autocommit = False
