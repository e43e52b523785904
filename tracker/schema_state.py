"""Whether the database is there and its schema the one that the code was written for. Asked at every start,
so without Alembic, which takes a tenth of a second to import."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from tracker import paths
from tracker.config import Settings
from tracker.db import WORKS_FROM, Database, fits
from tracker.errors import OperatorError

_FILE: Final = re.compile(r"(\d{4})_\w+\.py")


class SchemaError(OperatorError):
    """The database's schema does not fit this version of the tracker; one line tells what to do."""


@dataclass(frozen=True)
class State:
    """Which revision the database has (None: empty) and which one the code wants.

    `works_from`: the oldest revision whose code still works on this database; None where it does not say.
    """

    current: str | None
    wanted: str
    works_from: str | None = None

    @property
    def is_current(self) -> bool:
        return self.current == self.wanted

    @property
    def fits(self) -> bool:
        """Whether this code can work on it: it is its own, or a newer one that was made for older code to go on."""
        return self.is_current or fits(self.wanted, self.current, self.works_from)


def state(database: Database) -> State:
    """Read the database's revision; changes nothing."""
    wanted = max(list_revisions(), default="")
    with database.engine.connect() as connection:
        tables = sa.inspect(connection)
        if not tables.has_table("alembic_version"):
            return State(None, wanted)
        current = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        asks = current is not None and current > wanted and tables.has_table("schema_fit")
        return State(current, wanted, connection.scalar(sa.text(WORKS_FROM)) if asks else None)


def check_current(database: Database) -> str:
    """The database's revision, which is the one the code was written for; raises SchemaError if it is any other."""
    found = state(database)
    if found.fits:
        return found.wanted
    if found.current is not None and found.current not in list_revisions():
        raise SchemaError(
            f"The database is at revision {found.current}, newer than this tracker knows ({found.wanted}). Update the tracker."
        )
    raise SchemaError(
        f"The database is at revision {found.current or 'none'}; this tracker needs {found.wanted}. Run: tracker db upgrade"
    )


def list_revisions() -> set[str]:
    """The revisions that this code knows. Each is the number at the start of its file's name, and they form one line."""
    names = (_FILE.fullmatch(path.name) for path in (paths.migrations_dir() / "versions").iterdir())
    return {name[1] for name in names if name}


def open_database(settings: Settings) -> Database:
    """The existing database of these settings; it refuses to write once another tracker has migrated it. Raises SchemaError."""
    require_database(settings)
    database = Database(settings.database_url, must_exist=True)
    try:
        database.require_revision(check_current(database))
        if (missing := find_missing_rights(database, "has_table_privilege(c.oid, 'SELECT')")) is not None:
            raise SchemaError(missing)
    except BaseException:
        database.dispose()
        raise
    return database


def find_missing_rights(database: Database, needed: str) -> str | None:
    """What to tell of the tables on PostgreSQL for which `needed`, a condition on `pg_class c`, does not hold; None for none.

    An upgrade makes tables on which the application's account has no right until `tracker db rights` gives them.
    """
    if database.is_sqlite:
        return None
    # Those of the owner of our tables: others may keep their own in this schema.
    tables = (
        "SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND relowner = (SELECT relowner FROM pg_class WHERE oid = 'public.alembic_version'::regclass)"
    )
    with database.engine.connect() as connection:
        missing = connection.scalars(sa.text(f"{tables} AND NOT ({needed}) ORDER BY relname")).all()
        if not missing:
            return None
        account = connection.scalar(sa.text("SELECT current_user"))
    return (
        f"The account {account} lacks rights on {', '.join(missing)}. "
        f"As the owner of the tables, run: tracker db rights --app {account} --apply"
    )


def require_database(settings: Settings) -> None:
    """Raise SchemaError if these settings name a file of SQLite that is not there."""
    file = make_url(settings.database_url).database
    if settings.is_sqlite and not Path(file or "").exists():
        raise SchemaError(f"There is no database at {file} yet. Run: tracker db upgrade")
