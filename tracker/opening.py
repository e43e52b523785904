"""Opening the database for work: it must be there, and of the revision this tracker was written for."""

from pathlib import Path

from tracker import schema
from tracker.config import Settings
from tracker.db import Database
from tracker.schema import SchemaError


def open_database(settings: Settings) -> Database:
    """The existing database of these settings; it refuses to write once another tracker has migrated it. Raises SchemaError."""
    database = Database(settings.database_url, must_exist=True)
    if database.is_sqlite and not Path(database.url.database or "").exists():
        raise SchemaError(f"There is no database at {database.url.database} yet. Run: tracker db upgrade")
    try:
        database.insist_on(schema.check_current(database))
    except BaseException:
        database.dispose()
        raise
    return database
