"""Is the database sound? Each question is asked apart, so that one bad answer does not hide the next."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from tracker import schema
from tracker.db import Database
from tracker.maintenance.rights import build_condition
from tracker.schema_state import find_missing_rights

SQLITE_OLDEST = (3, 40)
POSTGRESQL_OLDEST = 15
# Tables whose rows may not change behind the tracker's back; each has triggers that see to it.
GUARDED = ("article_text", "event", "event_texts", "postscript", "verdict", "verdict_decision")


@dataclass(frozen=True)
class Finding:
    """One question and what is wrong; `fault` None when nothing is."""

    about: str
    fault: str | None


def check(database: Database) -> Iterator[Finding]:
    """Ask every question in turn. What cannot be answered because the schema is another is left out."""
    yield Finding("version", _version(database))
    revision = _revision(database)
    yield Finding("revision", revision)
    questions: list[tuple[str, Callable[[Database], str | None]]] = [("integrity", _integrity)]
    if revision is None:
        questions += [
            ("drift", lambda database: _all(schema.drift(database))),
            ("guards", _guards),
            ("rights", lambda database: find_missing_rights(database, build_condition())),
        ]
    for about, ask in questions:
        yield Finding(about, ask(database))


def _version(database: Database) -> str | None:
    if database.is_sqlite:
        if sqlite3.sqlite_version_info >= SQLITE_OLDEST:
            return None
        return f"SQLite {sqlite3.sqlite_version} is too old; {'.'.join(map(str, SQLITE_OLDEST))} or newer is needed"
    with database.engine.connect() as connection:
        number = int(connection.scalar(sa.text("SHOW server_version_num")) or 0)
        encoding = connection.scalar(sa.text("SHOW server_encoding"))
    if number < POSTGRESQL_OLDEST * 10_000:
        return f"PostgreSQL {number // 10_000} is too old; {POSTGRESQL_OLDEST} or newer is needed"
    return None if encoding == "UTF8" else f"the database's encoding is {encoding}; UTF8 is needed"


def _revision(database: Database) -> str | None:
    try:
        schema.check_current(database)
    except schema.SchemaError as error:
        return str(error)
    return None


def _integrity(database: Database) -> str | None:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            faults = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(20)") if row[0] != "ok"]
            faults += [f"{row[0]} row {row[1]} points nowhere" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
        else:
            faults = [
                f"index {name} is not valid; REINDEX it"
                for name in connection.scalars(sa.text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"))
            ]
    return _all(faults)


def _guards(database: Database) -> str | None:
    query = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    )
    with database.engine.connect() as connection:
        guarded = {table for name, table in connection.execute(sa.text(query)) if name.startswith("guard_")}
    return _all([f"{table} has lost its guards" for table in GUARDED if table not in guarded])


def _all(faults: list[str]) -> str | None:
    return "; ".join(" ".join(fault.split()) for fault in faults) or None
