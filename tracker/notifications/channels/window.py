"""One message at a time between being handed over and being marked, so that one death has one message repeated at most.

A receiver may accept a message from the moment its body goes out; until that is marked, whoever dies leaves a message that goes
out again. So all that a process sends takes turns in one window; connecting and greeting stay outside. Who waits for a turn does
so for a receiver that says nothing no longer than the patience, and for several of them no longer than thrice that, for those
that hang must delay no other.
"""

import threading
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 2.0  # seconds
_GLANCE: Final = 0.1
_SEVERAL: Final = 3


class Window:
    """Several threads use it at once. Whoever enters is named by an object of its own."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._glances = max(1, round(patience / _GLANCE))
        self._changed = threading.Condition()
        self._inside: object | None = None
        self._is_answered = False

    def enter(self, who: object, go_on: Callable[[], object]) -> bool:
        """Wait for a turn, and take it; whether somebody who hangs had to give way.

        `go_on` is asked now and again and raises when there is no use in waiting any more.
        """
        silent = in_all = 0
        with self._changed:
            go_on()
            waited_for = self._inside
            # Glances are counted, and not the time: a process that stood still knows nothing of what was answered meanwhile. What
            # was answered is waited for without end, for it is the database that is slow, and nobody else gets on without it.
            while self._inside is not None and silent < self._glances and in_all < _SEVERAL * self._glances:
                was_woken = self._changed.wait(_GLANCE)
                if self._inside is not waited_for:
                    waited_for, silent = self._inside, 0
                elif not was_woken and not self._is_answered:
                    silent, in_all = silent + 1, in_all + 1
                go_on()
            gave_way = self._inside is not None
            self._inside, self._is_answered = who, False
            return gave_way

    def answered(self, who: object) -> None:
        """The receiver has accepted or refused, or is waited for no more: only the mark is wanting."""
        with self._changed:
            if self._inside is who:
                self._is_answered = True

    def leave(self, who: object) -> None:
        """It is marked, or it failed. Also for who is not inside any more, or never was."""
        with self._changed:
            if self._inside is who:
                self._inside = None
                self._changed.notify()


# That of this process.
WINDOW: Final = Window()
