"""Reading the whole history in order, however long it is: one consistent moment, a batch of lines at a time."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

from sqlalchemy import and_, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType, TypeEngine

from tracker.db import Database
from tracker.ledger.chain import GENESIS
from tracker.ledger.models import ChainHead, Event, EventTexts
from tracker.sql import AnySelect, read_columns

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
_SELECTED = select(*(type_coerce(column, _RAW) for column in (*_COLUMNS, EventTexts.texts)))
_OF_EVENT = EventTexts.seq == Event.seq
_QUERY = _SELECTED.outerjoin(EventTexts, _OF_EVENT)


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
    query: AnySelect = _QUERY
    while found := read_columns(session, query.order_by(Event.seq).limit(BATCH)).all():
        yield [Line._make(row) for row in found]
        query = _behind(found[-1][0])


def lines_after(session: Session, seq: int, *, until: int, limit: int) -> list[Line]:
    """The next lines behind a number, up to and including `until`."""
    query = _behind(seq).where(Event.seq <= until).order_by(Event.seq).limit(limit)
    return [Line._make(row) for row in session.execute(query)]


def _behind(seq: int) -> AnySelect:
    # The number is asked of the texts as well, which always holds: PostgreSQL merges the two tables, and would begin at the
    # first of the texts.
    query: Any = _SELECTED.outerjoin(EventTexts, and_(_OF_EVENT, EventTexts.seq > seq)).where(Event.seq > seq)
    return cast(AnySelect, query)


def lines_upon(session: Session, prev_hash: str, *, most: int = 10) -> list[Line]:
    """The lines, wherever they stand, that say they were sealed upon this hash. Reads the whole table."""
    return [Line._make(row) for row in session.execute(_QUERY.where(Event.prev_hash == prev_hash).limit(most))]
