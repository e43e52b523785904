"""What is planned for a moment is public at that moment or later, whatever clocks and schedulers do; never before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import make_claim
from tests.public.sample import AT, Sample, make_sample, publish
from tests.support.web import Client
from tracker.claims.services import holds
from tracker.db import Database
from tracker.publishing import jobs

PARIS = ZoneInfo("Europe/Paris")
MOMENT = AT + timedelta(hours=1)
PLACES = ("/public/en/", "/public/en/verdicts.atom", "/public/verdicts.csv", "/public/en/newest.json", "/public/sitemap-0.xml")


def status(client: Client, claim_id: int) -> int:
    return client.get(f"/public/en/claims/{claim_id}").status_code


@pytest.mark.parametrize(
    ("day", "time", "utc"),
    [
        (date(2024, 10, 27), "02:30", datetime(2024, 10, 27, 1, 30, tzinfo=UTC)),  # there are two; the second counts
        (date(2024, 3, 31), "02:30", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),  # there is none; clocks show 03:30
        (date(2024, 10, 27), "03:00", datetime(2024, 10, 27, 2, tzinfo=UTC)),
        (date(2024, 6, 2), "6h", datetime(2024, 6, 2, 4, tzinfo=UTC)),
    ],
)
def test_moment_of_a_night_on_which_clocks_change_is_the_later_one(day: date, time: str, utc: datetime):
    assert holds.read_moment(day, time, PARIS, "time") == utc


def test_clock_that_goes_back_an_hour_publishes_nothing_early(client: Client, database: Database, clock_at):
    claim = make_claim(database, "resolved")
    publish(database, claim.article_id, go_live_at=MOMENT)
    for minutes in (50, 59, -10, 30, 59):
        clock_at(AT + timedelta(minutes=minutes))
        jobs.publish(database, lambda: False)
        assert status(client, claim.id) == 404
    clock_at(MOMENT)
    jobs.publish(database, lambda: False)
    assert status(client, claim.id) == 200
    clock_at(MOMENT - timedelta(hours=1))
    assert status(client, claim.id) == 200


def test_stopped_scheduler_publishes_late_and_not_before_it_runs_again(client: Client, database: Database, clock_at):
    claim = make_claim(database, "resolved", statement="Late it is.")
    publish(database, claim.article_id, go_live_at=MOMENT)
    clock_at(MOMENT + timedelta(days=3))
    assert status(client, claim.id) == 404
    assert "Late it is." not in "".join(client.get(path).text for path in PLACES)
    jobs.publish(database, lambda: False)
    assert status(client, claim.id) == 200
    assert "Late it is." in client.get("/public/en/").text


def test_job_that_is_to_stop_publishes_nothing(client: Client, database: Database, clock_at):
    claim = make_claim(database, "resolved")
    publish(database, claim.article_id, go_live_at=MOMENT)
    clock_at(MOMENT)
    assert jobs.publish(database, lambda: True) == {"released": 0, "published": 0}
    assert status(client, claim.id) == 404
    assert jobs.publish(database, lambda: False) == {"released": 0, "published": 1}
    assert jobs.publish(database, lambda: False) == {"released": 0, "published": 0}


def test_held_verdict_is_nowhere_while_the_scheduler_is_stopped(client: Client, database: Database, clock_at):
    sample: Sample = make_sample(database)
    held = sample.claims["held"]
    clock_at(AT + timedelta(days=9))
    assert client.get(f"/public/en/claims/{held}.json").json["claim"]["verdicts"] == []
    assert f"\n{held}," not in client.get("/public/verdicts.csv").text
    assert f"claims/{held}" not in client.get("/public/en/verdicts.atom").text
    assert jobs.publish(database, lambda: False)["released"] == 1
    assert len(client.get(f"/public/en/claims/{held}.json").json["claim"]["verdicts"]) == 1
    assert f"\n{held}," in client.get("/public/verdicts.csv").text
    assert f"claims/{held}" in client.get("/public/en/verdicts.atom").text
