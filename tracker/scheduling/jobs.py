"""What the scheduler runs. A job asks the database what is due and remembers nothing, so a late run makes up for missed ones."""

from collections.abc import Callable
from pathlib import Path

from tracker.db import Database
from tracker.ledger import anchors
from tracker.scheduling import flagging

Result = dict[str, object]
Stopping = Callable[[], bool]


def flag(database: Database, stopping: Stopping) -> Result:
    """Put onto the desk what is due today in the newsroom's zone."""
    today = flagging.newsroom_day(database)
    return {"day": today.isoformat(), "flagged": flagging.flag_due(database, today, stopping=stopping)}


def anchor(home: Path, database: Database, _stopping: Stopping) -> Result:
    """Drop the day's anchor of the history in the home folder, once a day of the newsroom."""
    today = flagging.newsroom_day(database)
    with database.writing() as session:
        dropped = anchors.drop(session, home, today)
    return {"day": today.isoformat(), "line": dropped.seq if dropped else 0}
