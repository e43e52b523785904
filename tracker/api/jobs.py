"""What the scheduler does for the API: forget answers that no program repeats any more."""

from collections.abc import Callable

from tracker import clock
from tracker.api import idempotency
from tracker.db import Database


def tidy(database: Database, _stopping: Callable[[], bool]) -> dict[str, object]:
    """Delete kept answers that are over a day old. Safe to run at any time."""
    with database.writing() as session:
        return {"requests": idempotency.forget_old(session, clock.now())}
