"""What the scheduler runs. A job asks the database what is due and remembers nothing, so a late run makes up for missed ones."""

from collections.abc import Callable

from tracker.db import Database
from tracker.review import flagging

Result = dict[str, object]
Stopping = Callable[[], bool]


def flag(database: Database, stopping: Stopping) -> Result:
    """Put onto the desk what is due today in the newsroom's zone."""
    today = flagging.newsroom_day(database)
    return {"day": today.isoformat(), "flagged": flagging.flag_due(database, today, stopping=stopping)}
