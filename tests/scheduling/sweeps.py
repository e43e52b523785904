"""Sweeps in processes of their own; one can be told to kill itself at a chosen point."""

import os
import signal
from datetime import date
from typing import Any

from sqlalchemy import event

from tracker.db import Database
from tracker.scheduling import jobs


class KillAt:
    """Counts the points of a sweep (before and after each statement and each commit) and dies by SIGKILL at one of them."""

    def __init__(self, database: Database, number: int) -> None:
        self._left = number
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(database.engine, name, self._point)
        event.listen(database.sessions, "after_commit", self._point)

    def _point(self, *_event: Any) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def sweep(url: str, day: date, batch: int, kill_at: int = 0) -> None:
    """Flag what is due; at point `kill_at`, counted from 1, die."""
    database = Database(url)
    if kill_at:
        KillAt(database, kill_at)
    jobs.flag_due(database, day, batch=batch)
    database.dispose()
