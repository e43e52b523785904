"""ETags of claims, kept by this process, so that a program that has a claim is answered without reading it.

Whatever a claim shows is changed by an event of the history: a kept ETag holds while every event behind it is about other claims.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.api.resources import Reader
from tracker.ledger.models import Event
from tracker.ledger.reading import Head

KEPT_MOST: Final = 10_000
# More events than these since an ETag was kept: reading the claim costs less.
EVENTS_MOST: Final = 100
_SINCE: Final = (
    select(Event.seq, Event.hash, Event.subject).where(Event.seq >= bindparam("seq")).order_by(Event.seq).limit(EVENTS_MOST + 1)
)


@dataclass(frozen=True)
class View:
    """What was asked for: a claim, with what was included, by whom."""

    claim_id: int
    includes: frozenset[str]
    reader: Reader


class KnownETags:
    """The ETags of the claims that were asked for last. Threads share it; the worst of a race is that one is forgotten."""

    def __init__(self) -> None:
        self._kept: dict[View, tuple[Head, str]] = {}

    def find(self, session: Session, view: View) -> str:
        """The ETag of a claim as it is now; "" where that is not known."""
        head, etag = self._kept.get(view, (None, ""))
        if head is None:
            return ""
        rows = session.connection().execute(_SINCE, {"seq": head.seq}).all()
        # The hash tells another database, or one that was restored, from the one that the ETag was of.
        if not rows or len(rows) > EVENTS_MOST or rows[0].hash != head.hash:
            return ""
        own = f"claim:{view.claim_id}"
        if any(row.subject == own or not row.subject.startswith("claim:") for row in rows[1:]):
            return ""
        if len(rows) > 1:
            self._kept[view] = (Head(rows[-1].seq, rows[-1].hash), etag)
        return etag

    def keep(self, view: View, head: Head, etag: str) -> None:
        """Keep the ETag of a claim that was read after this was the head of the history."""
        if len(self._kept) >= KEPT_MOST:
            self._kept.clear()
        self._kept[view] = (head, etag)
