"""Processes of their own for tests, forked from one that has imported everything: they start in milliseconds, not in seconds."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.support.preloaded"])


class Process:
    """A process that calls a function; what it writes to stdout and stderr is in `said`."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        self._folder = TemporaryDirectory(prefix="tracker-process-")
        self._output = Path(self._folder.name) / "said"
        self._process = _context.Process(target=_run, args=(self._output, work, arguments), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    @property
    def said(self) -> str:
        return self._output.read_text() if self._output.exists() else ""

    @property
    def ended(self) -> bool:
        return self._process.exitcode is not None

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def wait(self, seconds: float = 180) -> int:
        """Its exit code, negative for the signal that ended it."""
        self._process.join(seconds)
        assert self._process.exitcode is not None, "it has not ended"
        return self._process.exitcode

    def close(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self._folder.cleanup()


@contextmanager
def process(work: Callable[..., None], *arguments: Any) -> Generator[Process]:
    """A process for the length of a block."""
    made = Process(work, *arguments)
    try:
        yield made
    finally:
        made.close()


def wait_until(true: Callable[[], bool], seconds: float = 120) -> float:
    """Wait for something to come true; how long that took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, "it did not come true"
        time.sleep(0.01)
    return time.monotonic() - begun


def _run(output: Path, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    file = os.open(output, os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    # As in a terminal, also where the tests run under nohup or in the background of a script.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    work(*arguments)
