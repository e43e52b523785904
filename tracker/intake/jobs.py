"""What the scheduler does for texts: read pages and files, and forget those that no article came of."""

import zlib
from collections.abc import Callable
from typing import Final

from tracker.db import Database
from tracker.intake import services
from tracker.intake.extraction import Extraction, extract_text
from tracker.intake.models import ArticleSource, SourceState
from tracker.net.bounds import FetchError, Limits
from tracker.net.fetching import fetch
from tracker.net.ssrf_guard import Guard

PUBLIC: Final = Guard()


def read_sources(
    database: Database, stopping: Callable[[], bool], *, guard: Guard = PUBLIC, limits: Limits | None = None
) -> dict[str, object]:
    """Read the sources that wait, oldest first. Safe to run late, twice, or in parallel.

    No transaction is open while a page or a file is read.
    """
    read = 0
    while not stopping():
        with database.writing() as session:
            source = services.take_next(session)
            taken = (source.id, source.attempts, source.url, source.state) if source is not None else None
        if taken is None:
            break
        source_id, attempt, url, state = taken
        if state == SourceState.RUNNING:
            _read(database, source_id, attempt, url, guard, limits)
        read += 1
    return {"read": read}


def delete_expired(database: Database, _stopping: Callable[[], bool]) -> dict[str, object]:
    """Delete old sources without an article."""
    with database.writing() as session:
        return {"deleted": services.delete_expired_sources(session)}


def _read(database: Database, source_id: int, attempt: int, url: str, guard: Guard, limits: Limits | None) -> None:
    if url:
        try:
            page = fetch(url, guard, limits)
        except FetchError as error:
            with database.writing() as session:
                services.store_failure(session, source_id, attempt, error)
            return
        with database.writing() as session:
            services.store_page(session, source_id, attempt, page)
        found = extract_text(page.body, charset=page.charset, media_type=page.media_type, url=page.url)
    else:
        found = _extract_stored(database, source_id)
    with database.writing() as session:
        services.store_text(session, source_id, attempt, found)


def _extract_stored(database: Database, source_id: int) -> Extraction:
    with database.reading() as session:
        packed = session.get_one(ArticleSource, source_id).packed or zlib.compress(b"")
    return extract_text(zlib.decompress(packed))
