"""Whether the tracker can do its work: the database answers, its schema is the right one, the scheduler has ticked lately."""

from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock, schema
from tracker.db import Database
from tracker.errors import Refusal
from tracker.review import ticks

# The job that every newsroom waits for.
SWEEP: Final = "flag"


@dataclass(frozen=True)
class Health:
    """What was found, each part by itself."""

    database: bool = False
    schema: bool = False
    scheduler: bool = False

    @property
    def is_ready(self) -> bool:
        return self.database and self.schema and self.scheduler

    def as_dict(self) -> dict[str, bool]:
        """For a probe to read."""
        return {"ready": self.is_ready, **asdict(self)}


def look(database: Database) -> Health:
    """Look at each part; never raises."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except (SQLAlchemyError, Refusal):
        return Health()
    try:
        if not schema.state(database).is_current:
            return Health(database=True)
        with database.reading() as session:
            ticking = ticks.are_fresh(session, (SWEEP,), at=clock.now())
    except (SQLAlchemyError, Refusal):
        return Health(database=True)
    return Health(database=True, schema=True, scheduler=ticking)
