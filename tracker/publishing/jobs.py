"""What the scheduler runs for publication. A job asks the database what is due, so a late run makes up for missed ones."""

from collections.abc import Callable
from typing import Final

from tracker import clock
from tracker.claims.services import holds
from tracker.db import Database
from tracker.publishing import reports, services

BATCH: Final = 20


def forget_reports(database: Database, stopping: Callable[[], bool]) -> dict[str, object]:
    """Forget who sent the reports that are 12 months old."""
    forgotten = 0
    while not stopping():
        with database.writing() as session:
            done = reports.forget(session, clock.now(), limit=BATCH)
        forgotten += done
        if done < BATCH:
            break
    return {"forgotten": forgotten}


def publish(database: Database, stopping: Callable[[], bool]) -> dict[str, object]:
    """End the embargoes and publish the articles whose moment has come."""
    counts = {"released": 0, "published": 0}
    for name, work in (("released", holds.release_due), ("published", services.go_live_due)):
        while not stopping():
            with database.writing() as session:
                done = work(session, clock.now(), limit=BATCH)
            counts[name] += done
            if done < BATCH:
                break
    return dict(counts)
