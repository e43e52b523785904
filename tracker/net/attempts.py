"""One attempt to hand a message over: its deadline, its turn, and the two ways in which it can fail."""

from collections.abc import Callable

from tracker import clock
from tracker.net.send_slot import SendSlot


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
