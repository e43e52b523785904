"""The short form of `make chaos`: a few seconds of it on each database."""

from pathlib import Path

from tests.chaos.children import Terms
from tests.chaos.trial import Trial
from tracker.config import Settings
from tracker.db import Database


def test_killed_schedulers_lose_nothing_and_plan_nothing_twice(database: Database, settings: Settings, tmp_path: Path):
    terms = Terms(deadline=3.0, lease=4.0)
    report = Trial(database, settings, tmp_path, seed=4, terms=terms).run(kills=4, seconds=300, claims=6)

    assert report.deaths >= 4, str(report)
    assert report.messages > 5, str(report)
    assert report.lost == [], str(report)
    assert report.second_rows == 0, str(report)
    assert report.unexplained == [], str(report)
