"""Processes that publish what is planned are killed at every stage of it: it is public late; never early, in part or twice."""

import os
import signal
from datetime import datetime, timedelta

from sqlalchemy import event, func, select

from tests.factories import make_article, make_claim
from tests.public.sample import AT, make_sample, publish
from tests.support.processes import process
from tests.support.web import Client
from tracker import clock, wiring
from tracker.db import Database, load_models
from tracker.ledger.models import Event
from tracker.publishing import jobs

MOMENT = AT + timedelta(days=1)  # when the sample's embargo ends
STAGES = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)
CLAIMS = 12


def publish_once(url: str, at: datetime, stage: int) -> None:
    """What the scheduler does at a moment; killed, as by kill -9, at its statement of this number, or where it commits (0)."""
    load_models()
    wiring.wire()
    clock.now = lambda: at  # the process is a traveller's
    database = Database(url)
    left = [stage]

    def count(*_given: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def die(*_given: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if stage > 0:
        event.listen(database.engine, "before_cursor_execute", count)
    elif stage == 0:
        event.listen(database.engine, "commit", die)
    jobs.publish(database, lambda: False)


def run(database: Database, at: datetime, stage: int) -> int:
    """The exit code of such a process."""
    with process(publish_once, database.url.render_as_string(hide_password=False), at, stage) as child:
        return child.wait()


def count_events(database: Database, kind: str) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Event.kind == kind)) or 0


def test_article_is_public_late_whole_and_once_though_publishers_are_killed(client: Client, database: Database):
    article = make_article(database)
    claims = [make_claim(database, "open", article=article, statement=f"Number {n}.") for n in range(CLAIMS)]
    publish(database, article.id, go_live_at=MOMENT)
    before = count_events(database, "publication.published")
    paths = [f"/public/en/claims/{claim.id}" for claim in claims]
    assert run(database, MOMENT - timedelta(microseconds=1), -1) == 0
    assert {client.get(path).status_code for path in paths} == {404}
    killed = 0
    for stage in (*STAGES, 0):
        code = run(database, MOMENT, stage)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        killed += 1
        assert {client.get(path).status_code for path in paths} == {404}
    assert killed > 5
    assert [run(database, MOMENT, -1) for _ in range(2)] == [0, 0]
    assert {client.get(path).status_code for path in paths} == {200}
    assert count_events(database, "publication.published") == before + 1


def test_verdict_is_released_late_and_once_though_publishers_are_killed(client: Client, database: Database):
    held = make_sample(database).claims["held"]
    before = count_events(database, "verdict.released")
    path = f"/public/en/claims/{held}.json"
    assert run(database, MOMENT - timedelta(microseconds=1), -1) == 0
    assert client.get(path).json["claim"]["verdicts"] == []
    killed = 0
    for stage in (*STAGES, 0):
        code = run(database, MOMENT, stage)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        released = count_events(database, "verdict.released") - before
        assert len(client.get(path).json["claim"]["verdicts"]) == released  # all of it, or nothing
        assert (f"claims/{held}" in client.get("/public/en/verdicts.atom").text) == bool(released)
        if released:
            break  # killed after the release, while it looked for articles to publish
        killed += 1
    assert killed > 5
    assert [run(database, MOMENT, -1) for _ in range(2)] == [0, 0]
    assert len(client.get(path).json["claim"]["verdicts"]) == 1
    assert client.get("/public/en/verdicts.atom").text.count(f"/public/en/claims/{held}") == 1
    assert count_events(database, "verdict.released") == before + 1
