"""Clearing the traces that erased text leaves on disk and in memory."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from tracker.db import Database
from tracker.engines import BUSY_TIMEOUT_MS
from tracker.word_caches import WORDS

_PATIENCE_MS: Final = 2_000
_CHUNK: Final = 4 * 1024 * 1024


def scrub(database: Database, erased: Iterable[str] = ()) -> bool:
    """Clear the traces that erased texts leave; True if the database's own files hold none of them any more.

    In memory, what this process has worked out from words is forgotten, see `tracker.word_caches`.

    On SQLite, freed space is overwritten at once (`secure_delete`), but the full-text indexes keep words of deleted rows until
    they are merged, a page that was split may keep a copy, and the write-ahead log keeps old pages until it is emptied, which
    waits for readers. False means that one is still reading; call again. On PostgreSQL old row versions stay until a vacuum, and
    the log until it is recycled; see docs/history.md.
    """
    WORDS.empty()
    if not database.is_sqlite:
        return False
    with database.writing() as session:
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")).all():
            session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))  # noqa: S608
    is_clean = _empty_log(database)
    if any(_is_in_files(database, each) for each in erased):
        with database.engine.connect() as connection:
            connection.connection.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
        is_clean = _empty_log(database)
    return is_clean


def _empty_log(database: Database) -> bool:
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        # An editor waits for the answer; a reader may be at it for minutes.
        raw.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
        try:
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return bool(busy == 0)


def _is_in_files(database: Database, erased: str) -> bool:
    """Whether the bytes of a text are in the database file; long texts by their beginning, which fits on a page."""
    wanted = erased.encode()[:64]
    path = Path(database.url.database or "")
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(_CHUNK):
            if wanted in before + chunk:
                return True
            before = chunk[-len(wanted) :]
    return False
