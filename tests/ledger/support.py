"""What the tests of the history share: small events, and tampering as somebody would who has the database's password."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from tests.support.databases import as_owner
from tracker import ledger
from tracker.db import Database
from tracker.ledger import SYSTEM, Actor
from tracker.ledger.anchors import Anchor
from tracker.ledger.findings import Report
from tracker.ledger.models import Event
from tracker.ledger.reading import one_moment
from tracker.ledger.verify import verify

CHIEF = Actor(None, frozenset({"chief", "editor", "viewer"}))


def record_some(database: Database, number: int, *, subject: str = "thing:1") -> None:
    """Seal this many small events, each with a text, in a transaction of its own."""
    for _ in range(number):
        with database.writing() as session:
            note(session, "a word", subject=subject)


def note(session: Session, words: str, *, subject: str = "thing:1", **data: Any) -> None:
    """Record one event with a text in it."""
    ledger.record(session, subject, "thing.noted", actor=SYSTEM, data={"words": ledger.Text(words), **data})


def checked(database: Database, *, rows: bool = False, anchors: list[Anchor] | None = None) -> Report:
    """The outcome of verifying all of it."""
    with one_moment(database) as session:
        return verify(session, rows=rows, anchors=anchors)


def sequence(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Event.seq).order_by(Event.seq)))


@contextmanager
def tampering(database: Database) -> Generator[Connection]:
    """A transaction behind the tracker's back: triggers dropped, foreign keys off."""
    with as_owner(database) as owner, owner.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        if database.is_sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute("PRAGMA ignore_check_constraints=ON")
        try:
            with connection.execution_options(writing=True).begin():
                _drop_guards(connection)
                yield connection
        finally:
            if database.is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")
                raw.execute("PRAGMA ignore_check_constraints=OFF")


def _drop_guards(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        return
    connection.execute(text("ALTER TABLE event_texts DROP CONSTRAINT IF EXISTS fk_event_texts_seq_event"))
    found = connection.execute(
        text("SELECT tgname, tgrelid::regclass::text AS on_table FROM pg_trigger WHERE NOT tgisinternal")
    ).all()
    for trigger in found:
        connection.execute(text(f"DROP TRIGGER {trigger.tgname} ON {trigger.on_table}"))
