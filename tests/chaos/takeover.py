"""How soon another takes over from a leader that is lost: the real command, three times, with its default settings."""

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from tests.support.processes import wait_until
from tests.support.relay import Relay
from tracker import clock
from tracker.db import Database
from tracker.scheduling import heartbeats
from tracker.scheduling.models import SchedulerInstance

SCHEDULERS: Final = 3
JOB: Final = "flag"
WITHIN: Final = 20.0  # seconds, as promised
KILLED, STOPPED = "killed", "stopped"
ENDED, SILENT = "cut off, its connections ended", "cut off, its connections silent"


@dataclass
class _Running:
    """One scheduler; on PostgreSQL with a way of its own to the server."""

    process: subprocess.Popen[bytes]
    relay: Relay | None
    stack: ExitStack

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.stack.close()


class TakeOvers:
    """Loses leaders, again and again."""

    def __init__(self, database: Database, folder: Path, seed: int) -> None:
        self._database, self._folder, self._dice = database, folder, random.Random(seed)
        self._running: list[_Running] = []

    def run(self, times: int) -> dict[str, list[float]]:
        """The seconds from each loss to the first tick of another, by what happened to the leader."""
        ways = [KILLED, STOPPED] if self._database.is_sqlite else [KILLED, STOPPED, ENDED, SILENT]
        found: dict[str, list[float]] = {way: [] for way in ways}
        try:
            for way in ways * times:
                leader = self._leader()
                with self._lose(leader, way):
                    lost_at = clock.now()
                    begun = time.monotonic()
                    # What it was writing in its last moment does not count.
                    wait_until(lambda since=lost_at: self._last_tick() > since + timedelta(milliseconds=50), 120)  # type: ignore[misc]
                    found[way].append(time.monotonic() - begun)
                print(f"  {way}: {found[way][-1]:.2f} s", flush=True)
        finally:
            for each in self._running:
                each.close()
        return found

    def _leader(self) -> _Running:
        """Who leads, at some moment between two ticks, when whoever came back last has long been told so."""
        while True:
            leader = self._settle()
            time.sleep(self._dice.uniform(6, 11))
            if self._settle() is leader:
                return leader

    def _settle(self) -> _Running:
        """Three that run, one of which leads, as they say themselves; that one."""
        for each in [each for each in self._running if each.process.poll() is not None]:
            each.close()
            self._running.remove(each)
        while len(self._running) < SCHEDULERS:
            self._running.append(self._start())
        found: list[_Running] = []

        def is_settled() -> bool:
            said = self._said_since(clock.now() - timedelta(seconds=8))
            found[:] = [each for each in self._running if said.get(each.process.pid)]
            return len(found) == 1 and all(each.process.pid in said for each in self._running)

        wait_until(is_settled, 120)
        return found[0]

    def _said_since(self, moment: datetime) -> dict[int, bool]:
        with self._database.reading() as session:
            rows = session.scalars(select(SchedulerInstance).where(SchedulerInstance.seen_at > moment)).all()
            return {int(row.name.split(", ")[1]): row.leads for row in rows}

    def _last_tick(self) -> datetime:
        with self._database.reading() as session:
            return heartbeats.latest(session)[JOB].at

    def _start(self) -> _Running:
        stack, relay = ExitStack(), None
        url = self._database.url
        if not self._database.is_sqlite:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="relay-")))
            relay = Relay(folder, Path(str(url.query["host"])))
            stack.callback(relay.close)
            url = url.update_query_dict({"host": str(folder)})
        environment = os.environ | {
            "TRACKER_HOME": str(self._folder),
            "TRACKER_DATABASE_URL": url.render_as_string(hide_password=False),
            "TRACKER_SECRET_KEY": "only for trials " * 4,
        }
        with (self._folder / "said").open("ab") as said:
            process = subprocess.Popen([sys.executable, "-m", "tracker", "scheduler"], env=environment, stdout=said, stderr=said)
        return _Running(process, relay, stack)

    @contextmanager
    def _lose(self, leader: _Running, way: str) -> Generator[None]:
        if way == KILLED:
            leader.process.kill()
            yield
        elif way == STOPPED:
            leader.process.send_signal(signal.SIGSTOP)
            yield
            leader.process.send_signal(signal.SIGCONT)
        else:
            assert leader.relay is not None
            (leader.relay.cut if way == ENDED else leader.relay.hold)()
            yield
            leader.relay.mend()


def told(found: dict[str, list[float]]) -> str:
    """The figures in words."""
    return "\n".join(
        f"  {way}: median {statistics.median(times):.1f} s, longest {max(times):.1f} s of {len(times)}"
        for way, times in found.items()
    )
