"""What a channel is: it turns leased rows of the outbox into one message, and hands that message over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from tracker import clock
from tracker.notifications.channels.send_slot import SendSlot
from tracker.notifications.models import Reminder
from tracker.notifications.recipients import Directory
from tracker.notifications.revalidation import Decision


class Temporary(Exception):
    """A failure that may pass: the receiver is away, busy or silent. The text is stored in the outbox."""


class Permanent(Exception):
    """It will never work: the other side refused this message for good."""


class Attempt:
    """One attempt to send a message, with a deadline after which nothing more may be started.

    `slot`: where it takes turns with the others of this process; to be closed, then, when its outcome is marked.
    """

    def __init__(self, seconds: float, slot: SendSlot | None = None) -> None:
        self._ends = clock.monotonic() + seconds
        self._slot = slot or SendSlot()
        self._over = False
        self._cut: Callable[[], None] | None = None

    def left(self) -> float:
        """How many seconds there are left, more than none. Raises Temporary if the time is over."""
        left = self._ends - clock.monotonic()
        if self._over or left <= 0:
            raise Temporary("no answer in time")
        return left

    def is_over(self) -> bool:
        """Whether the time is over."""
        return self._over or clock.monotonic() >= self._ends

    def hand_over(self) -> None:
        """To be called before the first byte after which the receiver may accept: waits until no other message of this process is
        between there and its mark. Raises Temporary if the time is over."""
        self._slot.enter(self, self.left)

    def answered(self) -> None:
        """To be called as soon as the receiver has accepted, and when the try is over."""
        self._slot.answered(self)

    def close(self) -> None:
        """What became of it is marked."""
        self._slot.leave(self)

    def cut_by(self, cut: Callable[[], None]) -> None:
        """What to call, from another thread, to end the try when the time is over; may be called more than once."""
        self._cut = cut

    def cut(self) -> None:
        """End it."""
        self._over = True
        if self._cut is not None:
            self._cut()


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
