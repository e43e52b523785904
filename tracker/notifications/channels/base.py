"""What a channel is: it turns leased rows of the outbox into one message, and hands that message over."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from tracker.net.attempts import Attempt
from tracker.notifications.models import Reminder
from tracker.notifications.recipients import Directory
from tracker.notifications.revalidation import Decision


@dataclass(frozen=True)
class Prepared:
    """A `message` made of leased rows: those `included` in it, the `decisions` on all, and those `released` to be sent alone.

    `message` is None where nothing is to be sent; then nothing is included.
    """

    message: Any = None
    included: tuple[int, ...] = ()
    delivered_to_id: int | None = None
    decisions: dict[int, Decision] = field(default_factory=dict)
    released: tuple[int, ...] = ()


class Channel(Protocol):
    """A way out. Several threads use one channel at once."""

    name: str  # as in the outbox
    one_by_one: bool  # whether a recipient is sent one message at a time, so that a silent one blocks one thread at most

    def together(self, session: Session, first: Reminder, now: Directory) -> tuple[Reminder, list[Reminder]]:
        """The rows that go out in one message with `first`: the leader and those batched under it. The caller is writing; rows
        other than `first` must be locked."""

    def prepare(self, session: Session, leader: Reminder, rows: list[Reminder], now: Directory) -> Prepared:
        """Look once more whether it is still so, and write the message. May raise anything: then the rows are set aside."""

    def send(self, message: Any, attempt: Attempt) -> None:
        """Hand a message over; it is sent when this returns. Calls `attempt.hand_over` before the receiver may accept it, and
        `attempt.answered` at once when it has. Raises Temporary or Permanent."""

    def note(self, session: Session, message: Any, at: datetime, error: Exception | None) -> None:
        """What became of a try. `error` None: it was accepted, and the rows are marked already; otherwise in the transaction that
        gives them back or sets them aside."""


@dataclass
class DeliveryStats:
    """What a round came to, in messages but for `cancelled`, which counts reasons to send one."""

    sent: int = 0
    cancelled: int = 0
    retried: int = 0
    set_aside: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, **counts: int) -> None:
        """Count something; from any thread."""
        with self._lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)

    def as_dict(self) -> dict[str, object]:
        """For a tick."""
        return {name: getattr(self, name) for name in ("sent", "cancelled", "retried", "set_aside")}
