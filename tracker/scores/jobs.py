"""Counting as days pass: claims ripen although they do not change."""

from collections.abc import Callable
from datetime import date

from tracker import clock
from tracker.db import Database
from tracker.newsroom import settings
from tracker.scores import cells


def count_ripe(database: Database, stopping: Callable[[], bool]) -> dict[str, object]:
    """Count again what ripened since the last day; everything, the first time. Safe to run late, twice, or to be interrupted."""
    with database.reading() as session:
        today = clock.today(settings.load(session).zone)
        state = cells.load_state(session)
        if state is not None and state.as_of == today and state.recount_from is None:
            return {"day": today.isoformat(), "articles": 0}
    return {"day": today.isoformat(), "articles": count_as_of(database, today, stopping)}


def count_as_of(database: Database, day: date, stopping: Callable[[], bool] = lambda: False) -> int:
    """Bring the cells to a day, some articles in each transaction; return how many articles were counted."""
    with database.writing() as session:
        cells.start_day(session, day)
    counted, after = 0, 0
    while not stopping():
        with database.writing() as session:
            ids = cells.find_articles_to_count(session, after)
            if not ids:
                cells.finish_day(session, day)
                break
            cells.rebuild(session, ids, day)
        counted, after = counted + len(ids), ids[-1]
    return counted
