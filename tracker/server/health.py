"""Whether the tracker can do its work: the database answers and takes data, its schema fits, the scheduler has run lately."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import clock, schema_state
from tracker.db import Database
from tracker.errors import Refusal
from tracker.notifications.models import Reminder, State
from tracker.scheduling import heartbeats
from tracker.server.storage_probe import StorageProbe

log = structlog.get_logger(__name__)

# The job that every newsroom waits for.
SWEEP: Final = "flag"
MOST: Final = 1_000


@dataclass(frozen=True)
class Health:
    """What was found, each part by itself."""

    database: bool = False
    schema: bool = False
    storage: bool = False
    scheduler: bool = False
    last_tick: datetime | None = None
    waiting: int | None = None  # messages that could go out now, counted up to MOST
    oldest_seconds: int | None = None  # how long the oldest of them has been due
    set_aside: int | None = None

    @property
    def is_ready(self) -> bool:
        return self.database and self.schema and self.storage and self.scheduler

    def as_dict(self) -> dict[str, object]:
        """For a probe to read. The length of the queue does not make it unready."""
        return {
            "ready": self.is_ready,
            "database": self.database,
            "schema": self.schema,
            "storage": self.storage,
            "scheduler": self.scheduler,
            "last_tick": None if self.last_tick is None else self.last_tick.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "queue": {"waiting": self.waiting, "oldest_seconds": self.oldest_seconds, "set_aside": self.set_aside},
        }


def look(database: Database, probe: StorageProbe) -> Health:
    """Look at each part; never raises."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except (SQLAlchemyError, Refusal):
        return Health()
    try:
        if not schema_state.state(database).fits:
            return Health(database=True)
        with database.reading() as session:
            health = _at_work(session, clock.now())
    except (SQLAlchemyError, Refusal):
        return Health(database=True)
    fault = probe.find_fault()
    if fault:
        log.warning("the database cannot be written", error=fault)
    return replace(health, storage=not fault)


def _at_work(session: Session, at: datetime) -> Health:
    tick = heartbeats.latest(session).get(SWEEP)
    due = [Reminder.state == State.PLANNED, Reminder.due_at <= at]

    def count(*which: ColumnElement[bool]) -> int:
        # Bounded, and by indexes that hold nothing else: probes come often.
        return session.scalar(select(func.count()).select_from(select(Reminder.id).where(*which).limit(MOST).subquery())) or 0

    oldest = session.scalar(select(func.min(Reminder.due_at)).where(*due))
    return Health(
        database=True,
        schema=True,
        scheduler=heartbeats.are_fresh(session, (SWEEP,), at=at),
        last_tick=None if tick is None else tick.at,
        waiting=count(*due),
        oldest_seconds=None if oldest is None else int((at - oldest).total_seconds()),
        set_aside=count(Reminder.state == State.FAILED),
    )
