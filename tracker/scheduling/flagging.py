"""The sweep: every open claim whose review day has come goes onto the desk."""

from collections.abc import Callable
from datetime import date

from tracker import clock
from tracker.claims import lifecycle
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.newsroom import settings

# Short enough that an editor who saves at the same time does not notice.
BATCH = 500


def newsroom_day(database: Database) -> date:
    """The calendar day it is now in the newsroom."""
    with database.reading() as session:
        return clock.today(settings.load(session).zone)


def flag_due(database: Database, today: date, *, batch: int = BATCH, stopping: Callable[[], bool] = lambda: False) -> int:
    """Flag every open claim with `review_on` up to `today`; return how many. Safe to run twice, late, or in parallel.

    Works in transactions of at most `batch` claims; ends early, between two of them, once `stopping()` is true. A claim that
    someone else is changing at this moment is left for the next sweep.
    """
    flagged = 0
    # Asked in a reading transaction first: most sweeps find nothing, and need not wait for a writer's turn to see that.
    while not stopping() and _any_due(database, today):
        with database.writing() as session:
            done = lifecycle.flag_batch(session, today, limit=batch, at=clock.now())
        if not done:
            break
        flagged += done
    return flagged


def _any_due(database: Database, today: date) -> bool:
    with database.reading() as session:
        return session.scalar(lifecycle.overdue(today).order_by(Claim.review_on).limit(1)) is not None
