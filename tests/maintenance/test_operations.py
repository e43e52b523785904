"""How the installation fares, for whoever looks after it: the operations page and what a probe is told."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import event, select

from tests.support.web import Client, SignIn
from tracker import clock
from tracker.db import Database
from tracker.notifications import outbox
from tracker.notifications.models import Reminder, State
from tracker.notifications.outbox import PendingMessage
from tracker.scheduling import heartbeats, scheduler_instances
from tracker.scheduling.models import SchedulerInstance


def set_aside(database: Database, number: int = 1) -> None:
    with database.writing() as session:
        at = clock.now()
        outbox.enqueue(session, [PendingMessage("test", f"editor:{number}", f"editor:{number}", "email", 0, "once", at)], at)
        row = session.scalars(select(Reminder).order_by(Reminder.id.desc())).first()
        assert row is not None
        outbox.mark_failed_unleased(session, row.id, at, "550 <b>no such user</b>")


def test_what_was_set_aside_is_shown_with_its_reason_and_can_be_tried_again(sign_in: SignIn, database: Database):
    set_aside(database)
    admin = sign_in("admin")
    page = admin.get("/operations").text
    assert "The message could not be written." in page
    assert "550 &lt;b&gt;no such user" in page
    assert admin.post("/operations/again/1").status_code == 303
    with database.reading() as session:
        assert session.get_one(Reminder, 1).state is State.PLANNED
    assert admin.post("/operations/again/1").status_code == 409
    assert "No message has failed." in admin.get("/operations").text


def test_schedulers_jobs_and_the_queue_by_age_are_shown(sign_in: SignIn, database: Database, clock_at: Callable[..., None]):
    now = datetime(2024, 3, 13, 9, tzinfo=UTC)
    clock_at(now - timedelta(hours=2))
    scheduler_instances.Registration(database).renew(leads=False)
    with database.writing() as session:
        outbox.enqueue(session, [PendingMessage("test", "editor:1", "editor:1", "email", 0, "x", clock.now())], clock.now())
    clock_at(now)
    scheduler_instances.Registration(database).renew(leads=True)
    heartbeats.record(database, "flag", {"flagged": 3})
    page = sign_in("admin").get("/operations").text

    assert re.findall(r"(active|on standby|not responding)\s*</td>", page) == ["active", "not responding"]
    assert "flagged=3" in page
    row = re.search(r"E-mail</th>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    assert re.findall(r"<td[^>]*>(\d+)</td>", row[1]) == ["0", "0", "1", "0", "0", "0", "0"]
    assert database.url.database not in page


def test_a_scheduler_that_ended_in_order_or_long_ago_is_not_shown(database: Database, clock_at: Callable[..., None]):
    clock_at(date(2024, 3, 1))
    scheduler_instances.Registration(database).renew(leads=True)
    clock_at(date(2024, 3, 13))
    mine, other = scheduler_instances.Registration(database), scheduler_instances.Registration(database)
    mine.renew(leads=False)
    other.renew(leads=True)
    other.renew(leads=True)
    other.leave()
    with database.reading() as session:
        assert [(row.leads, row.seen_at.day) for row in session.scalars(select(SchedulerInstance))] == [(False, 13)]


def test_the_page_asks_as_much_when_much_was_set_aside(sign_in: SignIn, database: Database):
    admin, counts = sign_in("admin"), []
    admin.get("/operations")
    for number in range(3):
        asked: list[str] = []
        listen = lambda *given, asked=asked: asked.append(given[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listen)
        admin.get("/operations")
        event.remove(database.engine, "before_cursor_execute", listen)
        counts.append(len(asked))
        set_aside(database, number + 1)
    assert len(set(counts)) == 1


def test_a_probe_sees_the_queue_and_no_secret(client: Client, database: Database):
    heartbeats.record(database, "flag", {})
    set_aside(database)
    with database.writing() as session:
        before = clock.now() - timedelta(seconds=90)
        outbox.enqueue(session, [PendingMessage("test", "editor:9", "editor:9", "email", 0, "x", before)], before)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    queue = answer.json["queue"]
    assert (queue["waiting"], queue["set_aside"]) == (1, 1)
    assert 89 <= queue["oldest_seconds"] <= 120
    assert "editor" not in answer.text
