"""Opening the database for work: it must be there, and of the revision this tracker was written for."""

from pathlib import Path

from sqlalchemy.engine import make_url

from tracker import schema
from tracker.config import Settings
from tracker.db import Database
from tracker.schema import SchemaError


def open_database(settings: Settings) -> Database:
    """The existing database of these settings; it refuses to write once another tracker has migrated it. Raises SchemaError."""
    require_database(settings)
    database = Database(settings.database_url, must_exist=True)
    try:
        database.insist_on(schema.check_current(database))
    except BaseException:
        database.dispose()
        raise
    return database


def require_database(settings: Settings) -> None:
    """Raise SchemaError if these settings name a file of SQLite that is not there."""
    file = make_url(settings.database_url).database
    if settings.is_sqlite and not Path(file or "").exists():
        raise SchemaError(f"There is no database at {file} yet. Run: tracker db upgrade")
