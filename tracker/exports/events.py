"""The event history as a table: one row an event, with its hash, so that each line can be found again in the chain."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from tracker.exports.query import Filters
from tracker.ledger import reading

COLUMNS = ("seq", "at", "actor", "subject", "kind", "event", "prev_hash", "hash")


def rows(session: Session, _filters: Filters | None = None) -> Iterator[list[Any]]:
    """Every event, in order. `event` is the hashed JSON, byte for byte, with free texts as hashes."""
    for batch in reading.lines(session):
        for line in batch:
            yield [line.seq, _moment(line.at), line.actor, line.subject, line.kind, line.canonical, line.prev_hash, line.hash]


def _moment(raw: object) -> object:
    # SQLite gives the stored text; its space is the only thing that is not ISO 8601.
    return f"{raw[:10]}T{raw[11:]}Z" if isinstance(raw, str) else raw
