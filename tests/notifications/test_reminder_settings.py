"""Settings of reminders: preferences, leave, the newsroom's working days; the command."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from tests.factories import change_settings, events_of, make_claim, make_editor
from tests.notifications.harness import Office
from tests.support.databases import Backend, TestDatabase
from tests.support.mail import Sink
from tracker import schema
from tracker.accounts.models import Editor
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database
from tracker.errors import Forbidden, Invalid
from tracker.ledger.reading import one_moment
from tracker.ledger.verify import verify
from tracker.newsroom import settings as newsroom
from tracker.notifications import preferences, recipients
from tracker.notifications.models import Reminder
from tracker.notifications.planning import plan_due
from tracker.notifications.preferences import Preferences

TODAY = date(2024, 3, 13)


# --- preferences ---


def test_editor_has_default_preferences(database: Database, make_editor: Callable[..., Editor]):
    editor = make_editor()
    with database.reading() as session:
        assert preferences.load(session, editor.id) == Preferences()


def test_preferences_change_only_named_fields(database: Database, make_editor: Callable[..., Editor]):
    editor = make_editor()
    with database.writing() as session:
        preferences.change(session, editor.id, digest="weekly", hour=17, unowned=True)
    with database.writing() as session:
        assert preferences.change(session, editor.id, hour=None) == Preferences(digest="weekly", unowned=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "hourly"},
        {"hour": 24},
        {"hour": -1},
        {"hour": True},
        {"hour": "8"},
        {"late": "yes"},
        {"late": None},
        {"other": True},
    ],
)
def test_what_is_no_wish_is_refused(database: Database, make_editor: Callable[..., Editor], wrong: dict[str, Any]):
    editor = make_editor()
    with pytest.raises(Invalid) as refused, database.writing() as session:
        preferences.change(session, editor.id, **wrong)
    assert refused.value.field in wrong


# --- leave ---


def go(database: Database, editor: Editor, until: date | None, stand_in: Editor | None, actor: Editor | None = None) -> None:
    with database.writing() as session:
        row = session.get_one(Editor, editor.id)
        by = session.get_one(Editor, (actor or editor).id).actor
        preferences.set_leave(session, row, until, stand_in.id if stand_in else None, actor=by)


def test_leave_is_in_the_history_and_ends_by_itself(office: Office):
    office.go(TODAY)
    ines, tom = make_editor(office.database), make_editor(office.database)
    go(office.database, ines, TODAY + timedelta(days=3), tom)
    go(office.database, ines, TODAY + timedelta(days=3), tom)

    (event,) = (e for e in events_of(office.database, ines) if e.kind == "editor.leave")
    assert json.loads(event.canonical)["data"] == {"away_until": "2024-03-16", "stand_in": tom.id}
    for day, is_away in ((TODAY + timedelta(days=3), True), (TODAY + timedelta(days=4), False)):
        office.go(day)
        with office.database.reading() as session:
            assert recipients.load_directory(session).people[ines.id].is_away is is_away
    go(office.database, ines, None, None)
    with one_moment(office.database) as session:
        assert verify(session).findings == []
        assert session.get_one(Editor, ines.id).stand_in_id is None


def test_leave_needs_a_future_day_and_an_able_stand_in(office: Office):
    office.go(TODAY)
    database = office.database
    ines, tom = make_editor(database), make_editor(database)
    viewer, gone = make_editor(database, roles=["viewer"]), make_editor(database, active=False)
    away = make_editor(database)
    go(database, away, TODAY, tom)
    later = TODAY + timedelta(days=1)
    for until, stand_in, field in (
        (TODAY - timedelta(days=1), tom, "away_until"),
        (later, None, "stand_in_id"),
        (later, ines, "stand_in_id"),
        (later, viewer, "stand_in_id"),
        (later, gone, "stand_in_id"),
        (later, away, "stand_in_id"),
    ):
        with pytest.raises(Invalid) as refused:
            go(database, ines, until, stand_in)
        assert refused.value.field == field


def test_a_chief_sends_others_on_leave_and_an_editor_does_not(office: Office):
    office.go(TODAY)
    ines, tom, ada = (make_editor(office.database, roles=[role]) for role in ("editor", "editor", "chief"))

    with pytest.raises(Forbidden):
        go(office.database, ines, TODAY, ada, actor=tom)
    go(office.database, ines, TODAY, tom, actor=ada)


# --- the newsroom ---


def test_the_newsrooms_days_and_address_are_kept_in_one_form(database: Database):
    change_settings(
        database,
        desk_address="  Desk@Example.org",
        digest_hour=7,
        working_days="2121",
        holidays="2024-12-25,2024-05-01 2024-05-01",
    )
    with database.reading() as session:
        now = newsroom.load(session)
    assert (now.desk_address, now.working_days, now.holidays) == ("desk@example.org", "12", "2024-05-01 2024-12-25")
    assert now.weekdays == {1, 2}
    assert now.days_off == {date(2024, 5, 1), date(2024, 12, 25)}
    assert "desk@example.org" not in events_of(database, "newsroom:1")[-1].canonical
    change_settings(database, desk_address="")
    with one_moment(database) as session:
        assert verify(session).findings == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("desk_address", "desk"), ("desk_address", "a@b.org\nBcc: c@d.org"), ("digest_hour", 24), ("digest_hour", True),
        ("working_days", ""), ("working_days", "18"), ("holidays", "1 May"), ("holidays", "2024-02-30"),
        ("holidays", " ".join(f"{year}-01-01" for year in range(2000, 2401))),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_by_name(database: Database, name: str, value: Any):
    with pytest.raises(Invalid) as refused:
        change_settings(database, **{name: value})
    assert refused.value.field == name


# --- the command ---


def remind(office: Office, **environment: str) -> str:
    context = Context(
        {
            "TRACKER_HOME": str(office.settings.home),
            "TRACKER_DATABASE_URL": office.settings.database_url,
            "TRACKER_SECRET_KEY": office.settings.secret_key + "abcdefgh",
            **environment,
        }
    )
    done = CliRunner().invoke(command, ["remind"], obj=context)
    assert done.exit_code == 0, done.output
    return done.output


def test_remind_command_runs_once_and_prints_counts(office: Office, sink: Sink):
    office.go(date(2024, 1, 2))
    editor = make_editor(office.database)
    office.preferences(editor, digest="off")
    make_claim(office.database, "open", owner=editor, review_on=TODAY)
    office.go(TODAY)

    assert remind(office, TRACKER_SMTP_URL=sink.url, TRACKER_MAIL_FROM="t@example.org").splitlines() == [
        "planned: 2", "cancelled: 0", "shown in the bell: 1", "sent: 1", "to be tried again: 0", "set aside: 0",
    ]  # fmt: skip
    assert len(sink.mails) == 1
    # Without an address of its own, it leads to the machine it runs on.
    assert "http://localhost:8000/claims/1" in sink.mails[0].text


def test_remind_command_names_a_missing_mail_server(office: Office):
    assert "E-mail is off, because TRACKER_SMTP_URL is not set" in remind(office)


# --- a newsroom from before ---


def test_a_newsroom_from_before_is_reminded_of_what_waits_and_of_nothing_else(
    backend: Backend, new_database: Callable[..., TestDatabase], clock_at: Callable[[datetime], None]
):
    database = new_database(backend, migrated=False).open()
    schema.upgrade(database, "0001")
    with database.engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement))
    schema.upgrade(database)
    assert schema.drift(database) == []
    clock_at(datetime.combine(TODAY, time(9), UTC))

    assert plan_due(database, email=False).planned == 2

    with database.reading() as session:
        assert session.execute(select(Reminder.subject, Reminder.recipient, Reminder.step).order_by(Reminder.subject)).all() == [
            ("claim:1", "editor:1", "on_the_day"), ("claim:2", "editor:1", "late_7"),
        ]  # fmt: skip
        editor = session.get_one(Editor, 1)
        assert (editor.away_until, editor.stand_in_id, editor.name) == (None, None, "Old")
    assert plan_due(database, email=False).planned == 0


def _old_claim(number: int, status: str, review_on: str) -> str:
    return (
        "INSERT INTO claim (id, article_id, statement, language, attribution, certainty, made_on, review_on, status, due_cycle,"
        f" owner_id, created_at, updated_at) VALUES ({number}, 1, 'It rains.', 'en', 'article', 'flat', '2024-01-15',"
        f" '{review_on}', '{status}', 1, 1, '2024-01-15 12:00:00', '2024-01-15 12:00:00')"
    )


OLD_ROWS = (
    "INSERT INTO editor (id, email, name, created_at, fs_uniquifier)"
    " VALUES (1, 'old@example.org', 'Old', '2024-01-01 12:00:00', 'x')",
    "INSERT INTO editor_role SELECT 1, id FROM role WHERE name = 'editor'",
    "INSERT INTO article (id, title, language, published_on, created_at)"
    " VALUES (1, 'Old', 'en', '2024-01-15', '2024-01-15 12:00:00')",
    _old_claim(1, "open", "2024-03-13"),
    _old_claim(2, "due", "2024-03-01"),
    _old_claim(3, "open", "2024-06-01"),
    _old_claim(4, "draft", "2024-03-13"),
    _old_claim(5, "withdrawn", "2024-03-13"),
)
