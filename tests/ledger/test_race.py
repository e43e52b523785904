"""Sixteen writers in two processes: nobody is locked out, and the chain neither forks nor gaps.

Three seconds in the suite; `TRACKER_RACE_SECONDS=20 pytest tests/ledger/test_race.py -s` runs longer and says what it saw.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from tests.ledger.support import checked
from tracker.claims.models import Topic
from tracker.db import Database
from tracker.ledger.models import Event

CHECKOUT = Path(__file__).resolve().parents[2]
PROCESSES, THREADS = 2, 8
SECONDS = float(os.environ.get("TRACKER_RACE_SECONDS", "3"))


def test_sixteen_writers_in_two_processes_leave_one_chain(database: Database, database_url: str):
    command = [sys.executable, "-m", "tests.ledger.writers", database_url, str(THREADS), str(SECONDS)]
    running = [subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    verified = 0
    while any(process.poll() is None for process in running):
        report = checked(database)
        assert report.findings == [], "whoever verifies meanwhile sees one moment"
        assert report.last.seq >= verified
        verified = report.last.seq
    told = []
    for process in running:
        said, _ = process.communicate(timeout=SECONDS + 120)
        assert process.returncode == 0
        told.append(json.loads(said))
    print(database.engine.dialect.name, told)
    assert [each["errors"] for each in told] == [{}] * PROCESSES
    committed = sum(each["committed"] for each in told)
    assert committed > 0
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == committed
        forks = select(Event.prev_hash).group_by(Event.prev_hash).having(func.count() > 1)
        assert session.scalars(forks).all() == []
        assert 0 < (session.scalar(select(func.count()).select_from(Topic)) or 0) <= committed
    report = checked(database)
    assert report.ok
    assert report.last.seq == committed
