"""A backup is put in the place of the database, as the documentation says: it works, and nothing of the past is mailed again."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from tests.factories import REVIEW_ON, make_claim, make_editor, on
from tests.ledger.support import checked
from tests.support import postgres_binaries
from tests.support.databases import TestDatabase
from tests.support.mail import Sink, smtp_sink
from tests.support.postgres import CHECKOUT
from tests.support.web import SignIn
from tracker.cli import command
from tracker.command_context import Context
from tracker.config import Settings
from tracker.db import Database
from tracker.ledger import anchors
from tracker.maintenance import checking
from tracker.notifications.channels.email import EmailChannel
from tracker.notifications.dispatcher import Dispatcher
from tracker.notifications.models import Reminder, State
from tracker.notifications.planning import plan_due

KEY = "k3y-f0r-t3sts-0123456789abcdefghijkl"
DOCUMENT = (CHECKOUT / "docs" / "backup.md").read_text("utf-8")


@pytest.fixture
def sink():
    with smtp_sink() as server:
        yield server


@pytest.fixture
def programs(backend: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL, client programs as new as the server, first in the PATH."""
    if backend != "postgresql":
        return
    database: Database = request.getfixturevalue("database")
    with database.reading() as session:
        wanted = int(session.scalar(sa.text("SHOW server_version_num")) or 0) // 10_000
    for folder in [*postgres_binaries._folders(), Path(shutil.which("pg_dump") or "/none").parent]:
        if all((folder / name).is_file() for name in ("pg_dump", "pg_restore")):
            said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False).stdout
            if (found := re.search(r"(\d+)", said)) and int(found[1]) >= wanted:
                monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
                return
    pytest.skip("no pg_dump as new as the server")


def tracker(url: str, home: Path, *arguments: str) -> Result:
    environment = {"TRACKER_HOME": str(home), "TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": KEY}
    done = CliRunner().invoke(command, arguments, obj=Context(environment))
    assert done.exit_code == 0, done.output + done.stderr
    return done


def scheduler(database: Database, sink: Sink, home: Path) -> None:
    """One round of what sends mail."""
    plan_due(database, email=True)
    settings = Settings(home, "", KEY, smtp_url=sink.url, mail_from="t@example.org", base_url="https://tracker.example.org")
    Dispatcher(database, EmailChannel.from_settings(settings), workers=1).round()


def restore(backup: Path, own: TestDatabase, new_database: Callable[..., TestDatabase]) -> tuple[str, Database]:
    """What the documentation tells to do, for either database; the new address."""
    if own.url.startswith("sqlite"):
        file = Path(str(sa.make_url(own.url).database))
        old = file.parent / "old"
        old.mkdir()
        for each in file.parent.glob(f"{file.name}*"):
            each.rename(old / each.name)
        shutil.copyfile(backup, file)
        return own.url, own.open()
    fresh = new_database("postgresql", migrated=False)
    url = sa.make_url(fresh.url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = re.search(r"pg_restore (--.*) --dbname=", DOCUMENT)
    assert options
    subprocess.run(["pg_restore", *options[1].split(), f"--dbname={url}", str(backup)], check=True, capture_output=True)
    return fresh.url, fresh.open()


@pytest.fixture
def story(programs, database: Database, own_database: TestDatabase, sink: Sink, tmp_path: Path, clock_at, new_database):
    """A backup on the eve of a review; on the day itself, a mail goes out and an anchor is dropped; then the disk breaks."""
    ann = make_editor(database, "Ann Archer", email="ann@example.org")
    make_claim(database, "open", owner=ann, review_on=REVIEW_ON)
    clock_at(on(REVIEW_ON - timedelta(days=1), 7))
    scheduler(database, sink, tmp_path)
    with database.writing() as session:
        anchors.drop(session, tmp_path, date(2024, 3, 10))
    backup = tmp_path / "backup"
    tracker(own_database.url, tmp_path, "db", "backup", str(backup))
    clock_at(on(REVIEW_ON, 9))
    tracker(own_database.url, tmp_path, "flag-due")
    scheduler(database, sink, tmp_path)
    with database.writing() as session:
        anchors.drop(session, tmp_path, REVIEW_ON)
    assert sink.mails, "something was sent that day"
    database.dispose()
    clock_at(on(REVIEW_ON, 12))
    url, restored = restore(backup, own_database, new_database)
    return url, restored, len(sink.mails)


def test_the_restored_database_is_sound(story, tmp_path: Path):
    url, database, _ = story
    assert {finding.about for finding in checking.check(database) if finding.fault} == set()
    assert checked(database, rows=True).ok
    tracker(url, tmp_path, "db", "restored")
    report = checked(database, rows=True, anchors=anchors.read_all((tmp_path / anchors.FILE).read_text().splitlines()))
    assert report.ok, report.findings
    assert report.anchors == 1


def test_nothing_of_the_past_is_mailed_again_and_what_comes_later_is(story, sink: Sink, tmp_path: Path, clock_at):
    url, database, sent = story
    said = tracker(url, tmp_path, "db", "restored").output
    assert re.search(r"^[1-9]\d* mails? held back", said, re.MULTILINE)
    tracker(url, tmp_path, "flag-due")
    for _ in range(2):
        scheduler(database, sink, tmp_path)
    assert len(sink.mails) == sent
    with database.reading() as session:
        held = session.scalars(sa.select(Reminder).where(Reminder.state == State.FAILED)).all()
        assert {row.reason for row in held} == {"restored"}
    clock_at(on(REVIEW_ON + timedelta(days=7), 9))
    scheduler(database, sink, tmp_path)
    assert len(sink.mails) > sent


def test_without_the_command_mails_would_go_out_twice(story, sink: Sink, tmp_path: Path):
    _, database, sent = story
    scheduler(database, sink, tmp_path)
    assert len(sink.mails) > sent, "as the documentation warns"


def test_the_anchors_of_lost_lines_are_kept_apart(story, tmp_path: Path):
    url, database, _ = story
    said = tracker(url, tmp_path, "db", "restored").output
    (kept,) = tmp_path.glob("anchors-until-*.jsonl")
    assert str(kept) in said
    assert [each.date for each in anchors.read_all(kept.read_text().splitlines())] == [date(2024, 3, 10), REVIEW_ON]
    report = checked(database, anchors=anchors.read_all(kept.read_text().splitlines()))
    assert not report.ok
    again = tracker(url, tmp_path, "db", "restored").output
    assert "Lines are lost" not in again


def test_restore_ends_sessions_and_is_recorded(database: Database, sign_in: SignIn, database_url: str, tmp_path: Path):
    browser = sign_in("editor")
    assert browser.get("/queue").status_code == 200
    tracker(database_url, tmp_path, "db", "restored")
    assert browser.get("/queue").status_code == 303
    page = sign_in(browser.editor).get("/record")  # type: ignore[attr-defined]
    assert "The database was restored from a backup that ended at entry" in page.text


def test_a_backup_whose_history_does_not_verify_is_not_settled(sqlite_database: Database, tmp_path: Path):
    from tests.ledger.support import tampering

    make_claim(sqlite_database)
    with tampering(sqlite_database) as connection:
        connection.exec_driver_sql("UPDATE event SET actor = 'editor:7' WHERE seq = 1")
    url = sqlite_database.url.render_as_string()
    environment = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": KEY}
    done = CliRunner().invoke(command, ["db", "restored"], obj=Context(environment))
    assert done.exit_code == 1
    assert "Line 1" in done.stderr
