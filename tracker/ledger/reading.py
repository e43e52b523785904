"""Reading the whole history in order, however long it is: one consistent moment, a batch of lines at a time."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType, TypeEngine

from tracker.db import Database
from tracker.ledger.chain import GENESIS
from tracker.ledger.models import ChainHead, Event, EventTexts

BATCH = 1_000


class Head(NamedTuple):
    """The last line of the chain; seq 0 before there is any."""

    seq: int
    hash: str


class Line(NamedTuple):
    """One event as the database holds it, untouched: a changed row may hold anything."""

    seq: int
    at: Any  # text on SQLite, an aware moment on PostgreSQL
    actor: Any
    subject: Any
    kind: Any
    canonical: Any
    prev_hash: Any
    hash: Any
    texts: Any  # JSON text; None where the event has no texts


_RAW: TypeEngine[Any] = NullType()  # no conversion, which would stumble over what was tampered with
_COLUMNS = (Event.seq, Event.at, Event.actor, Event.subject, Event.kind, Event.canonical, Event.prev_hash, Event.hash)
_QUERY = select(*(type_coerce(column, _RAW) for column in (*_COLUMNS, EventTexts.texts))).outerjoin(
    EventTexts, EventTexts.seq == Event.seq
)


@contextmanager
def one_moment(database: Database) -> Generator[Session]:
    """A session for reading that sees the database as it is now, while others write."""
    with database.reading() as session:
        if not database.is_sqlite:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
        yield session


def head(session: Session) -> Head:
    """The last sequence number and hash. A history without its head row is an empty one."""
    row = session.execute(select(ChainHead.seq, ChainHead.hash).where(ChainHead.id == 1)).one_or_none()
    return Head(row.seq, row.hash) if row else Head(0, GENESIS)


def lines(session: Session) -> Iterator[list[Line]]:
    """All lines by number, a batch at a time."""
    query = _QUERY.order_by(Event.seq).limit(BATCH)
    after: int | None = None
    while found := session.execute(query if after is None else query.where(Event.seq > after)).all():
        yield [Line._make(row) for row in found]
        after = found[-1][0]


def lines_after(session: Session, seq: int, *, until: int, limit: int) -> list[Line]:
    """The next lines behind a number, up to and including `until`."""
    query = _QUERY.where(Event.seq > seq, Event.seq <= until).order_by(Event.seq).limit(limit)
    return [Line._make(row) for row in session.execute(query)]


def lines_upon(session: Session, prev_hash: str, *, most: int = 10) -> list[Line]:
    """The lines, wherever they stand, that say they were sealed upon this hash. Reads the whole table."""
    return [Line._make(row) for row in session.execute(_QUERY.where(Event.prev_hash == prev_hash).limit(most))]
