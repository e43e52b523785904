"""The real command under a clock that is set while it runs: back an hour, and forward 30 days."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import events_of, make_claim
from tests.support.databases import BACKENDS
from tests.support.fixtures import DatabaseFactory
from tests.support.processes import wait_until
from tracker.db import Database
from tracker.scheduling import heartbeats

KEY = "k3y-f0r-t3sts-0123456789abcdefghijkl"
LIBRARIES = [
    *(Path(folder) for folder in [os.environ.get("TRACKER_TEST_FAKETIME", "")] if folder),
    *Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"),
    *Path("/usr/lib/faketime").glob("libfaketimeMT.so.1"),
]


def last_tick(database: Database) -> datetime | None:
    with database.reading() as session:
        tick = heartbeats.latest(session).get("flag")
        return tick.at if tick else None


@pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed; tests/test_scheduler.py sets the clock another way")
def test_the_command_goes_on_when_the_machines_clock_is_set(database_factory: DatabaseFactory, tmp_path: Path):
    # On both systems at once, for what it takes is time.
    databases = [database_factory(backend) for backend in BACKENDS]
    review_on = date.today() + timedelta(days=20)  # noqa: DTZ011
    claims = [make_claim(database, "open", review_on=review_on, deadline_on=None) for database in databases]
    offset = tmp_path / "offset"
    offset.write_text("+0\n")
    running = [_start(database, offset) for database in databases]
    try:
        wait_until(lambda: all(last_tick(database) is not None for database in databases))
        for leap, shift in (("-1h", timedelta(hours=-1)), ("+30d", timedelta(days=30)), ("+0", timedelta())):
            offset.write_text(f"{leap}\n")
            for database in databases:
                wait_until(lambda own=database, by=shift: _is_near(last_tick(own), datetime.now(UTC) + by))  # type: ignore[misc]
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        told = [process.communicate(timeout=60)[1] for process in running]

    for process, said, database, claim in zip(running, told, databases, claims, strict=True):
        assert process.returncode == 0, said
        assert "Traceback" not in said
        assert [e.kind for e in events_of(database, claim)].count("claim.flag") == 1


def _start(database: Database, offset: Path) -> subprocess.Popen[str]:
    home = offset.with_name(database.engine.dialect.name)
    home.mkdir()
    environment = os.environ | {
        "TRACKER_HOME": str(home),
        "TRACKER_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "TRACKER_SECRET_KEY": KEY,
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    command = [sys.executable, "-m", "tracker", "scheduler"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def _is_near(moment: datetime | None, expected: datetime) -> bool:
    return moment is not None and abs(moment - expected) < timedelta(minutes=5)
