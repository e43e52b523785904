"""What `/metrics` answers: counters of the processes that serve pages, and figures read from the database at that moment."""

import os
from datetime import date, datetime

from prometheus_client import REGISTRY as PROCESS_REGISTRY
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker import __version__, clock
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.imports.models import ImportJob
from tracker.newsroom import settings
from tracker.notifications.models import Reminder, State
from tracker.scheduling import heartbeats
from tracker.server.server import SHARED_METRICS


def render(database: Database) -> bytes:
    """Return the metrics in the text format of Prometheus."""
    return _processes() + _newsroom(database)


def _processes() -> bytes:
    if SHARED_METRICS not in os.environ:
        return generate_latest(PROCESS_REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _newsroom(database: Database) -> bytes:
    registry = CollectorRegistry()
    at = clock.now()
    with database.reading() as session:
        today = clock.today(settings.load(session).zone)
        _claims(session, registry, today)
        _outbox(session, registry, at)
        _jobs(session, registry, at)
    Gauge("tracker_info", "Version of the program.", ("version",), registry=registry).labels(__version__).set(1)
    return generate_latest(registry)


def _claims(session: Session, registry: CollectorRegistry, today: date) -> None:
    gauge = Gauge("tracker_claims", "Claims that wait for work, by group of the review queue.", ("group",), registry=registry)
    group = case((Claim.status == Status.PROPOSED, "signoff"), (Claim.review_on < today, "overdue"), else_="due")
    waiting = Claim.status.in_((Status.DUE, Status.PROPOSED))
    counts = {row[0]: row[1] for row in session.execute(select(group, func.count()).where(waiting).group_by(group))}
    for name in ("overdue", "due", "signoff"):
        gauge.labels(name).set(counts.get(name, 0))


def _outbox(session: Session, registry: CollectorRegistry, at: datetime) -> None:
    waiting = Gauge("tracker_outbox_messages", "Messages in the outbox, by state.", ("state",), registry=registry)
    due = [Reminder.state == State.PLANNED, Reminder.due_at <= at]
    counts = {
        "due": session.scalar(select(func.count()).select_from(Reminder).where(*due)) or 0,
        "failed": session.scalar(select(func.count()).select_from(Reminder).where(Reminder.state == State.FAILED)) or 0,
    }
    for name, count in counts.items():
        waiting.labels(name).set(count)
    oldest = session.scalar(select(func.min(Reminder.due_at)).where(*due))
    age = Gauge("tracker_outbox_oldest_seconds", "How long the oldest due message has waited.", registry=registry)
    age.set(0 if oldest is None else (at - oldest).total_seconds())


def _jobs(session: Session, registry: CollectorRegistry, at: datetime) -> None:
    last = Gauge("tracker_job_age_seconds", "Time since a scheduled job ran.", ("job",), registry=registry)
    for name, run in heartbeats.latest(session).items():
        last.labels(name).set((at - run.at).total_seconds())
    imports = Gauge("tracker_import_jobs", "Imports, by state.", ("state",), registry=registry)
    for state, count in session.execute(select(ImportJob.state, func.count()).group_by(ImportJob.state)):
        imports.labels(state).set(count)
