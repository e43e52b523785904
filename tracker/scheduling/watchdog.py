"""Notices jobs that should have been started and were not.

APScheduler computes its waiting times from the wall clock and stalls for an hour when that is set back an hour. The
watchdog counts by the monotonic clock, which cannot be set.
"""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tracker import clock

# A job that was woken in vain for this long, in seconds, will not wake any more.
STALLED_AFTER = 60.0


@dataclass
class _Watched:
    every: float
    started: float
    busy: bool = False
    missed: float | None = None  # since when it is known to be overdue


class Watchdog:
    """Watches jobs by their ids; each has one run at a time."""

    def __init__(self, every: Mapping[str, float], *, grace: float) -> None:
        """`every` gives the seconds between two starts of each job; one that is later than that by `grace` seconds is missed."""
        now = clock.monotonic()
        self._grace = grace
        self._watched = {job: _Watched(seconds, now) for job, seconds in every.items()}
        self._idle = threading.Condition()

    @contextmanager
    def running(self, job: str) -> Generator[None]:
        """A context for one run of a job: it has started and, until the context ends, is busy."""
        watched = self._watched[job]
        with self._idle:
            watched.started, watched.busy, watched.missed = clock.monotonic(), True, None
        try:
            yield
        finally:
            with self._idle:
                watched.busy = False
                self._idle.notify_all()

    def overdue(self) -> list[str]:
        """The jobs that are not running and whose next start is overdue; the caller wakes them."""
        now = clock.monotonic()
        found = {job: w for job, w in self._watched.items() if not w.busy and now - w.started > w.every + self._grace}
        for watched in found.values():
            watched.missed = now if watched.missed is None else watched.missed
        return list(found)

    def is_stalled(self) -> bool:
        """Whether some job does not start however often it is woken. One that ran for long, or a process that was stopped and
        goes on, was not woken yet.
        """
        now = clock.monotonic()
        return any(not w.busy and w.missed is not None and now - w.missed > STALLED_AFTER for w in self._watched.values())

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no job is running, `seconds` at most; return whether none is."""
        with self._idle:
            return self._idle.wait_for(lambda: not any(w.busy for w in self._watched.values()), seconds)
