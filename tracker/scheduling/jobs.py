"""What the scheduler runs. A job asks the database what is due and remembers nothing, so a late run makes up for missed ones."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from tracker import clock
from tracker.claims import lifecycle
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.ledger import anchors
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


Result = dict[str, object]
Stopping = Callable[[], bool]


def flag(database: Database, stopping: Stopping) -> Result:
    """Put onto the desk what is due today in the newsroom's zone."""
    today = newsroom_day(database)
    return {"day": today.isoformat(), "flagged": flag_due(database, today, stopping=stopping)}


def anchor(home: Path, database: Database, _stopping: Stopping) -> Result:
    """Drop the day's anchor of the history in the home folder, once a day of the newsroom."""
    today = newsroom_day(database)
    with database.writing() as session:
        dropped = anchors.drop(session, home, today)
    return {"day": today.isoformat(), "line": dropped.seq if dropped else 0}
