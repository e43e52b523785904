"""The bell: what it shows, how much of it is unread, and its page."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_editor
from tests.notifications.harness import ON_ONE, Office
from tests.notifications.test_reminders import DAY, a_claim, act, leave, propose
from tests.support.web import Client, SignIn
from tracker import clock
from tracker.accounts.models import Editor
from tracker.claims.services import moves
from tracker.notifications import in_app

DUE = date(2024, 3, 13)


@pytest.fixture
def ines(office: Office) -> Editor:
    office.go(date(2024, 1, 2))
    return make_editor(office.database, "Inès", email="ines@example.org")


def ring(office: Office) -> None:
    office.plan(email=False)
    in_app.deliver_in_app(office.database)


def counts(session: Session, office: Office, editor: Editor) -> in_app.BellCounts:
    return in_app.count(session, editor.id, clock.today(office.zone), with_sample=False)


def unread(office: Office, editor: Editor) -> int:
    with office.database.reading() as session:
        return counts(session, office, editor).unread


def test_it_counts_what_is_unread_and_still_so(office: Office, ines: Editor):
    one, _other = a_claim(office, ines), a_claim(office, ines)
    a_claim(office, make_editor(office.database))
    office.go(DUE)
    ring(office)
    ring(office)
    assert unread(office, ines) == 2

    act(office, one, moves.postpone, DUE + 30 * DAY, "Later.", actor=ines)
    assert unread(office, ines) == 1
    with office.database.writing() as session:
        last = max(row.id for row in office.rows())
        assert in_app.read(session, ines.id, up_to=last) == 2
        assert in_app.read(session, ines.id, up_to=last) == 0
    assert unread(office, ines) == 0
    office.go(DUE + 7 * DAY)
    ring(office)
    assert unread(office, ines) == 1


def test_bell_counts_what_waits_whether_read_or_not(office: Office, ines: Editor, sign_in: SignIn):
    mine = a_claim(office, ines)
    a_claim(office, ines, review_on=DUE + 9 * DAY)
    a_claim(office, make_editor(office.database))
    tom = make_editor(office.database, "Tom")
    asked = a_claim(office, tom)

    def waiting() -> tuple[int, int]:
        with office.database.reading() as session:
            found = counts(session, office, ines)
        return found.reviews, found.signatures

    assert waiting() == (0, 0)
    office.go(DUE)
    assert waiting() == (1, 0)
    propose(office, asked, by=tom, signer=ines)
    assert waiting() == (1, 1)
    page = sign_in(ines).get("/reminders").text
    assert "1 claim to check" in page
    assert "1 verdict to sign off" in page
    assert "2 wait for you" in page
    act(office, mine, moves.postpone, DUE + 30 * DAY, "Later.", actor=ines)
    assert waiting() == (0, 1)


@ON_ONE
def test_bell_counts_at_most_99_of_a_kind(office: Office, ines: Editor, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(in_app, "COUNTED", 2)
    for _ in range(4):
        a_claim(office, ines)
    office.go(DUE)
    ring(office)
    with office.database.reading() as session:
        assert counts(session, office, ines) == in_app.BellCounts(unread=3, reviews=3)


def test_what_was_settled_stays_as_something_that_was(office: Office, ines: Editor):
    claim = a_claim(office, ines)
    office.go(DUE)
    ring(office)
    propose(office, claim, by=ines)

    with office.database.reading() as session:
        (shown,) = in_app.recent(session, ines.id, "en").rows
    assert (shown.notice.step, shown.holds, shown.is_read) == ("on_the_day", False, False)


def test_stand_in_notification_names_the_owner(office: Office, ines: Editor):
    tom = make_editor(office.database, "Tom")
    a_claim(office, ines)
    office.go(DUE)
    leave(office, ines, DUE, tom)
    ring(office)

    with office.database.reading() as session:
        assert [shown.notice.absent_owner for shown in in_app.recent(session, tom.id, "en").rows] == ["Inès"]
    assert unread(office, ines) == 0


SignIn = Callable[..., Client]


def test_its_page_shows_the_last_and_the_head_of_every_page_counts_them(office: Office, ines: Editor, sign_in: SignIn):
    a_claim(office, ines, statement="The summit will bring <a deal>.")
    office.go(DUE)
    ring(office)
    browser = sign_in(ines)

    page = browser.get("/reminders")
    assert page.status_code == 200
    assert "Ready to check" in page.text
    assert "The summit will bring &lt;a deal&gt;." in page.text
    assert 'href="/claims/1"' in page.text
    assert "E-mail is off." in page.text
    assert "1 unread" in browser.get("/queue").text


def test_reading_marks_what_the_page_showed_and_nothing_newer(office: Office, ines: Editor, sign_in: SignIn):
    a_claim(office, ines)
    office.go(DUE)
    ring(office)
    browser = sign_in(ines)
    (seen,) = office.rows()
    a_claim(office, ines, statement="Newer.")
    ring(office)

    answer = browser.post("/reminders", data={"up_to": str(seen.id)})
    assert (answer.status_code, answer.location) == (303, "/reminders")
    assert unread(office, ines) == 1
    for nonsense in ("", "x", "-1", "²", "9" * 20, "9" * 30):
        assert browser.post("/reminders", data={"up_to": nonsense}).status_code == 303


def test_one_editor_reads_nothing_of_another(office: Office, ines: Editor, sign_in: SignIn):
    a_claim(office, ines)
    office.go(DUE)
    ring(office)
    browser = sign_in("editor")

    assert "Ready to check" not in browser.get("/reminders").text
    browser.post("/reminders", data={"up_to": "1000"})
    assert unread(office, ines) == 1


def test_signed_out_there_is_no_bell(client: Client):
    assert client.get("/reminders").status_code == 303
    assert "/reminders" not in client.get("/login").text


def test_with_a_mail_server_the_page_does_not_complain(
    office: Office, ines: Editor, new_app: Callable[..., Any], sign_in: SignIn
):
    browser = sign_in(ines, client=new_app(smtp_url="smtp://localhost").test_client())
    page = browser.get("/reminders")

    assert "E-mail is off" not in page.text
    assert "No reminders yet." in page.text


def test_reminders_beyond_the_page_are_named(office: Office, ines: Editor, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(in_app, "SHOWN", 2)
    a_claim(office, ines, statement="The first comes.")
    a_claim(office, ines, statement="The second comes.")
    office.go(DUE)
    ring(office)
    client = sign_in(ines)
    assert "newest reminders are shown" not in client.get("/reminders").text

    a_claim(office, ines, statement="The third comes.")
    ring(office)

    page = client.get("/reminders").text
    assert "Only the 2 newest reminders are shown." in page
    assert "The third comes." in page
    assert "The first comes." not in page
