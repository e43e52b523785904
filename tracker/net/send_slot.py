"""Serialise "send and commit" within a process, so that a crash can duplicate at most one message.

A receiver may accept a message as soon as its body is sent; until that is stored, a crash makes the message go out again. All
threads of a process therefore take turns in one slot; connecting stays outside. A thread waits for a silent receiver no longer
than the patience, and for several of them no longer than three times that: receivers that hang must delay no others.
"""

import threading
from collections.abc import Callable
from typing import Final

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
