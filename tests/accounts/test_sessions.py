"""How long a session lasts, who can see and end it, and what noting its use may cost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from tests.factories import make_editor
from tests.support.web import Client, SignIn
from tracker.accounts import sessions
from tracker.accounts.models import EditorSession
from tracker.accounts.sessions import Ended
from tracker.db import Database

START = datetime(2024, 3, 11, 8, 0, tzinfo=UTC)
ClockAt = Callable[[date | datetime], None]


def is_in(browser: Client) -> bool:
    return browser.get("/settings").status_code == 200


def rows(database: Database) -> list[EditorSession]:
    with database.reading() as session:
        return list(session.scalars(select(EditorSession).order_by(EditorSession.created_at)))


def test_an_idle_session_ends(sign_in: SignIn, clock_at: ClockAt):
    clock_at(START)
    browser = sign_in()
    clock_at(START + timedelta(hours=11, minutes=59))
    assert is_in(browser)
    clock_at(START + timedelta(hours=23, minutes=58))
    assert is_in(browser)


def test_one_that_lay_idle_too_long_is_over(sign_in: SignIn, clock_at: ClockAt):
    clock_at(START)
    browser = sign_in()
    clock_at(START + timedelta(hours=12))
    assert not is_in(browser)


def test_no_session_lives_longer_than_a_day_however_busy(sign_in: SignIn, clock_at: ClockAt):
    clock_at(START)
    browser = sign_in()
    for hour in range(4, 24, 4):
        clock_at(START + timedelta(hours=hour))
        assert is_in(browser)
    clock_at(START + timedelta(hours=24))
    assert not is_in(browser)


def test_one_who_asked_to_stay_signed_in_does_for_two_idle_weeks_and_sixty_days_at_most(sign_in: SignIn, clock_at: ClockAt):
    clock_at(START)
    browser, idle = sign_in(keep="y"), sign_in(keep="y")
    for day in range(10, 60, 10):
        clock_at(START + timedelta(days=day))
        assert is_in(browser)
    assert not is_in(idle)
    clock_at(START + timedelta(days=60))
    assert not is_in(browser)


def test_seen_at_is_written_every_few_minutes_and_not_on_each_request(sign_in: SignIn, clock_at: ClockAt, database: Database):
    clock_at(START)
    browser = sign_in()
    for minutes, seen in ((1, 0), (4, 0), (5, 5), (9, 5), (10, 10)):
        clock_at(START + timedelta(minutes=minutes))
        assert is_in(browser)
        assert rows(database)[0].seen_at == START + timedelta(minutes=seen)


def test_pages_are_read_where_nothing_can_be_written(sign_in: SignIn, clock_at: ClockAt, database: Database):
    clock_at(START)
    browser = sign_in()
    # As a database that was made read-only under the tracker.
    setting = "PRAGMA query_only=ON" if database.is_sqlite else "SET default_transaction_read_only = on"

    def make_read_only(connection: Any, _record: object) -> None:
        connection.cursor().execute(setting)
        connection.commit()

    event.listen(database.engine, "connect", make_read_only)
    database.dispose()
    clock_at(START + timedelta(hours=1))
    assert is_in(browser)
    answer = browser.post("/settings", data={"language": "fr", "theme": "dark"})
    assert answer.status_code == 503
    assert is_in(browser)


def test_a_page_does_not_wait_for_a_writer(sign_in: SignIn, clock_at: ClockAt, database: Database):
    clock_at(START)
    browser = sign_in()
    clock_at(START + timedelta(hours=1))
    with database.writing() as session, ThreadPoolExecutor(1) as elsewhere:
        session.execute(text("DELETE FROM form_token"))
        assert elsewhere.submit(is_in, browser).result(timeout=20)


def test_account_page_lists_own_sessions_only(sign_in: SignIn):
    ann, ben = sign_in("editor"), sign_in("editor")
    page = ann.get("/settings", headers={"User-Agent": "<b>Evil</b>/1"}).text
    assert page.count("This one") == 1
    assert "Sign out everywhere else" not in page
    again = sign_in(ann.editor)  # type: ignore[attr-defined]
    page = ann.get("/settings").text
    assert page.count('name="session"') == 2
    del ben, again


def test_a_browser_cannot_write_into_the_page_by_its_name(client: Client, database: Database, sign_in: SignIn):
    editor = make_editor(database)
    client.environ_base["HTTP_USER_AGENT"] = "<script>alert(1)</script>\u202e" + "x" * 1000
    page = sign_in(editor, client=client).get("/settings").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_ending_one_session_ends_that_one(sign_in: SignIn, database: Database):
    here = sign_in()
    there, elsewhere = sign_in(here.editor), sign_in(here.editor)  # type: ignore[attr-defined]
    with there.session_transaction() as cookie:
        theirs = sessions.hash_sid(cookie["sid"])
    assert here.post("/settings/sessions", data={"session": theirs}).status_code == 303
    assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, True)
    assert {row.ended_because for row in rows(database)} == {None, "revoked"}


def test_ending_all_others_keeps_this_one(sign_in: SignIn):
    here = sign_in()
    there = sign_in(here.editor)  # type: ignore[attr-defined]
    stranger = sign_in()
    assert here.post("/settings/sessions", data={"session": "others"}).status_code == 303
    assert (is_in(here), is_in(there), is_in(stranger)) == (True, False, True)


def test_session_of_another_editor_cannot_be_ended(sign_in: SignIn):
    ann, ben = sign_in("admin"), sign_in("editor")
    with ben.session_transaction() as cookie:
        theirs = sessions.hash_sid(cookie["sid"])
    assert ann.post("/settings/sessions", data={"session": theirs}).status_code == 303
    assert is_in(ben)


@pytest.mark.parametrize("sent", [{}, {"session": ""}, {"session": "x" * 1000}])
def test_a_session_that_was_not_named_is_not_ended(sign_in: SignIn, sent: dict[str, str]):
    here = sign_in()
    assert here.post("/settings/sessions", data=sent).status_code == 422
    assert is_in(here)


def test_rows_of_sessions_long_over_are_forgotten(database: Database, clock_at: ClockAt):
    editor = make_editor(database)
    clock_at(START)
    with database.writing() as session:
        old = sessions.start(session, editor)
        sessions.end(session, sessions.hash_sid(old), Ended.SIGNED_OUT)
    clock_at(START + timedelta(days=91))
    with database.writing() as session:
        sessions.start(session, editor)
        assert sessions.forget_old(session) == 1
    assert len(rows(database)) == 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.1", "curl/8.1"),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_a_person_calls_it(agent: str, name: str):
    assert sessions.browser_name(agent) == name
