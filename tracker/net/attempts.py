"""One attempt to hand a message over: its deadline, its turn, and the two ways in which it can fail.

A receiver may accept a message as soon as its body is sent; until that is stored, a crash makes the message go out again. All
threads of a process therefore take turns in one slot, so that a crash duplicates one message at most; connecting stays outside.
A thread waits for a silent receiver no longer than the patience, and for several of them no longer than three times that:
receivers that hang must delay no others.
"""

import threading
from collections.abc import Callable
from typing import Final

from tracker import clock

PATIENCE: Final = 2.0  # seconds
_POLL_SECONDS: Final = 0.1
_SEVERAL: Final = 3


class SendSlot:
    """A mutex whose holder can be overtaken. Thread-safe; each user passes an object that identifies it."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._polls = max(1, round(patience / _POLL_SECONDS))
        self._changed = threading.Condition()
        self._inside: object | None = None
        self._is_answered = False

    def enter(self, user: object, go_on: Callable[[], object]) -> bool:
        """Wait for the slot and take it; return whether a hanging holder was overtaken.

        `go_on` is called now and then and raises when waiting has become useless.
        """
        silent = in_all = 0
        with self._changed:
            go_on()
            waited_for = self._inside
            # Count polls instead of elapsed time: after SIGSTOP the clock has jumped although no answer could have been read. A
            # holder with an answer is waited for without limit: then the database is slow, and no other thread could store
            # either.
            while self._inside is not None and silent < self._polls and in_all < _SEVERAL * self._polls:
                was_woken = self._changed.wait(_POLL_SECONDS)
                if self._inside is not waited_for:
                    waited_for, silent = self._inside, 0
                elif not was_woken and not self._is_answered:
                    silent, in_all = silent + 1, in_all + 1
                go_on()
            gave_way = self._inside is not None
            self._inside, self._is_answered = user, False
            return gave_way

    def answered(self, user: object) -> None:
        """Note that the receiver has answered or was given up: only storing the result is left."""
        with self._changed:
            if self._inside is user:
                self._is_answered = True

    def leave(self, user: object) -> None:
        """Free the slot after storing the result. Does nothing for a user that does not hold it."""
        with self._changed:
            if self._inside is user:
                self._inside = None
                self._changed.notify()


# The slot of this process.
SEND_SLOT: Final = SendSlot()


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
