"""Jobs as the scheduler calls them. The sweep itself is in `test_flagging`."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from tests.factories import change_settings, make_claim
from tracker.config import Settings
from tracker.db import Database
from tracker.ledger import anchors
from tracker.ledger.reading import one_moment
from tracker.ledger.verify import verify
from tracker.scheduler import jobs_of
from tracker.scheduling import jobs


def never() -> bool:
    return False


def test_the_history_is_anchored_once_a_day_of_the_newsroom(
    database: Database, tmp_path: Path, clock_at: Callable[[date | datetime], None]
):
    change_settings(database, timezone="Pacific/Kiritimati")
    make_claim(database)

    for hour in (8, 9, 10, 11):  # midnight there is at ten
        clock_at(datetime(2024, 3, 10, hour, tzinfo=UTC))
        jobs.anchor(tmp_path, database, never)

    kept = anchors.read_all((tmp_path / anchors.FILE).read_text().splitlines())
    assert [anchor.date for anchor in kept] == [date(2024, 3, 10), date(2024, 3, 11)]
    with one_moment(database) as session:
        assert verify(session, anchors=kept).findings == []


def test_every_job_of_an_installation_runs_on_an_empty_newsroom(database: Database, tmp_path: Path):
    for job in jobs_of(Settings(home=tmp_path, database_url="", secret_key="")):
        assert isinstance(job.work(database, never), dict)
