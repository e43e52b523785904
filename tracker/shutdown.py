"""How a process that keeps running is asked to stop: by a signal, by another thread, or by the end of its parent."""

import os
import select
import signal
from types import FrameType


class Stop:
    """Whether this process has been asked to stop. Safe to ask from a signal handler, where locks are not."""

    def __init__(self) -> None:
        self.asked = False
        self._parent: int | None = None
        self._heard, self._signalled = os.pipe()
        os.set_blocking(self._signalled, False)

    def ask(self) -> None:
        """Ask, and wake the waiting thread."""
        self.asked = True
        try:
            os.write(self._signalled, b".")
        except BlockingIOError:
            return  # it has been asked often enough

    def on_signals(self) -> None:
        """Let SIGTERM and Ctrl-C ask. A second one ends the process as it usually does. For the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def by_parent(self, parent: int) -> None:
        """Let the parent ask, given by its id: by SIGTERM or by being gone. What a terminal sends to all is its affair."""
        self._parent = parent
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def wait(self, seconds: float) -> bool:
        """Wait so long or until asked; whether asked."""
        if not self.asked:
            select.select([self._heard], [], [], seconds)
            if self._parent is not None and os.getppid() != self._parent:
                self.asked = True
        return self.asked

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.asked:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.ask()
