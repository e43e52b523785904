"""The real command under a clock that is set while it runs: back an hour, and forward 30 days."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import events_of, make_claim
from tests.support.processes import wait_until
from tracker.db import Database
from tracker.review import ticks

KEY = "k3y-f0r-t3sts-0123456789abcdefghijkl"
LIBRARIES = [
    *(Path(folder) for folder in [os.environ.get("TRACKER_TEST_FAKETIME", "")] if folder),
    *Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"),
    *Path("/usr/lib/faketime").glob("libfaketimeMT.so.1"),
]


def last_tick(database: Database) -> datetime | None:
    with database.reading() as session:
        tick = ticks.latest(session).get("flag")
        return tick.at if tick else None


@pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed; tests/test_scheduler.py sets the clock another way")
def test_the_command_goes_on_when_the_machines_clock_is_set(database: Database, database_url: str, tmp_path: Path):
    claim = make_claim(database, "open", review_on=date.today() + timedelta(days=20), deadline_on=None)  # noqa: DTZ011
    offset = tmp_path / "offset"
    offset.write_text("+0\n")
    environment = os.environ | {
        "TRACKER_HOME": str(tmp_path),
        "TRACKER_DATABASE_URL": database_url,
        "TRACKER_SECRET_KEY": KEY,
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    command = [sys.executable, "-m", "tracker", "scheduler"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until(lambda: last_tick(database) is not None)
            for leap, shift in (("-1h", timedelta(hours=-1)), ("+30d", timedelta(days=30)), ("+0", timedelta())):
                offset.write_text(f"{leap}\n")
                wait_until(lambda shift=shift: _is_near(last_tick(database), datetime.now(UTC) + shift))  # type: ignore[misc]
        finally:
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=60)[1]

    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert [e.kind for e in events_of(database, claim)].count("claim.flag") == 1


def _is_near(moment: datetime | None, expected: datetime) -> bool:
    return moment is not None and abs(moment - expected) < timedelta(minutes=5)
