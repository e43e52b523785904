"""Which schedulers are there, and which of them leads: for people to look at. Nothing is decided by it."""

import os
import secrets
import socket
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import Database
from tracker.scheduling.models import SchedulerInstance
from tracker.sql import delete_rows, insert_into

EVERY: Final = 5.0  # seconds
SILENT_AFTER: Final = timedelta(seconds=20)
FORGOTTEN_AFTER: Final = timedelta(days=1)
# It can wait: a page that is five seconds behind does no harm.
LOCK_TIMEOUT: Final = 1.0


class Registration:
    """One scheduler's line in the list of those that run. Make it after a fork."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._started_at = clock.now()
        self._name = f"{socket.gethostname()[:60]}, {os.getpid()}, {secrets.token_hex(3)}"

    def renew(self, leads: bool) -> None:
        """Write that it runs, and whether it leads. Raises what the database raises."""
        at = clock.now()
        values = {"seen_at": at, "leads": leads}
        with self._database.writing(lock_timeout=LOCK_TIMEOUT) as session:
            statement = insert_into(session, SchedulerInstance).values(name=self._name, started_at=self._started_at, **values)
            session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
            delete_rows(session, SchedulerInstance, SchedulerInstance.seen_at < at - FORGOTTEN_AFTER)

    def leave(self) -> None:
        """Delete the line: the scheduler stops in order."""
        with self._database.writing(lock_timeout=LOCK_TIMEOUT) as session:
            delete_rows(session, SchedulerInstance, SchedulerInstance.name == self._name)


def list_instances(session: Session) -> Sequence[SchedulerInstance]:
    """Every scheduler that was there within a day, the leader first, then by when they were seen."""
    return session.scalars(
        select(SchedulerInstance).order_by(
            SchedulerInstance.leads.desc(), SchedulerInstance.seen_at.desc(), SchedulerInstance.name
        )
    ).all()
