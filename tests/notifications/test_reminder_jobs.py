"""The jobs of the reminders in a scheduler that really runs."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.factories import change_settings, make_article, make_claim, make_editor
from tests.notifications.harness import Office
from tests.support.processes import wait_until
from tracker import clock
from tracker.accounts.models import Editor
from tracker.notifications import jobs
from tracker.notifications.jobs import Sending
from tracker.scheduler import Scheduler, jobs_of, message_jobs
from tracker.scheduling import heartbeats
from tracker.scheduling.job_runner import Job


@contextmanager
def running(office: Office) -> Generator[None]:
    work = [Job(job, 0.2, work) for job, work in message_jobs(office.settings).items()]
    made = Scheduler(office.database, jobs=work, leadership_poll_every=0.1)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield
    finally:
        made.stop()
        thread.join(60)
        assert not thread.is_alive()


@pytest.fixture
def ines(office: Office) -> Editor:
    """An editor for whom every hour of today has come, by the real clock."""
    change_settings(office.database, digest_hour=0)
    editor = make_editor(office.database, "Inès", email="ines@example.org")
    office.preferences(editor, digest="off")
    return editor


def due_now(office: Office, owner: Editor, statement: str = "It rains.") -> None:
    today = clock.today("Europe/Paris")
    article = make_article(office.database, published_on=today - timedelta(days=60))
    make_claim(office.database, "open", article=article, owner=owner, review_on=today, deadline_on=None, statement=statement)


def test_a_running_scheduler_sends_what_is_due_once_and_ticks(office: Office, ines: Editor):
    due_now(office, ines)

    with running(office):
        wait_until(lambda: len(office.sink.mails) > 0)
        wait_until(lambda: office.rows(channel="email", state="sent") != [])
        with office.database.reading() as session:
            assert set(heartbeats.latest(session)) >= {"remind"}
        due_now(office, ines, "It snows.")
        wait_until(lambda: len(office.sink.mails) > 1)

    assert office.arrived() == [("ines", "Ready to check: It rains."), ("ines", "Ready to check: It snows.")]
    assert office.rung(ines) == ["on_the_day", "on_the_day"]


def test_hung_mail_server_does_not_block_in_app_or_planning(office: Office, ines: Editor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tracker.notifications.dispatcher.SHUTDOWN_GRACE", 0.5)
    office.sink.hangs = lambda _address: True
    due_now(office, ines)

    with running(office):
        wait_until(lambda: office.rows(channel="email", state="leased") != [])
        due_now(office, ines, "It snows.")
        took = wait_until(lambda: office.rung(ines) == ["on_the_day", "on_the_day"])
    assert took < 20
    assert office.arrived() == []
    # Asked to stop, it gave up early, and the message waits for another try.
    assert [row.state for row in office.rows(channel="email")] == ["planned", "planned"]


def test_every_installation_has_its_jobs(office: Office):
    assert {"remind", "mail"} <= {job.id for job in jobs_of(office.settings)}
    sending = jobs.build_jobs(office.settings)["mail"]
    assert isinstance(sending, Sending)
    assert sending(office.database, lambda: False) == {"sent": 0, "cancelled": 0, "retried": 0, "set_aside": 0}
