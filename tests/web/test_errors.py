"""Whatever goes wrong, there is a page that says what, shows what was typed, and gives nothing away."""

import errno
import sqlite3
from typing import Any

import pytest
import sqlalchemy.exc
from flask import Flask, abort, request
from flask.testing import FlaskClient
from werkzeug.exceptions import Unauthorized

from tests.web.support import Person, make_app
from tracker.errors import DiskFull, Forbidden, IllegalMove, Invalid, NotFound, Stale, Unavailable
from tracker.newsroom.settings import Newsroom

LONG = "What I wrote for half an hour.\nSecond line & <b>."
FROM_US = {"Sec-Fetch-Site": "same-origin"}


def app_that(fails: Any, *, csrf: bool = False, **kwargs: Any) -> Flask:
    app = make_app(**kwargs, WTF_CSRF_ENABLED=csrf, PROPAGATE_EXCEPTIONS=False)

    @app.route("/fails", methods=["GET", "POST"])
    def fails_() -> Any:
        if request.method == "POST":
            assert request.form is not None
        raise fails

    return app


def client_that(fails: Any, **kwargs: Any) -> FlaskClient:
    return app_that(fails, **kwargs).test_client()


def of_sqlite(text: str, code: int = sqlite3.SQLITE_BUSY, kind: Any = sqlite3.OperationalError) -> sqlalchemy.exc.DBAPIError:
    cause = kind(text)
    cause.sqlite_errorcode = code
    error: sqlalchemy.exc.DBAPIError = sqlalchemy.exc.DBAPIError.instance("INSERT …", {}, cause, sqlite3.DatabaseError)
    return error


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Invalid("Say why."), 422),
        (Forbidden("Not you."), 403),
        (NotFound(), 404),
        (Stale(), 409),
        (IllegalMove("No such move."), 409),
        (Unavailable("Not now."), 503),
    ],
)
def test_a_refusal_is_a_page_with_its_status_and_its_sentence(refusal: Any, status: int):
    answer = client_that(refusal).get("/fails")
    assert answer.status_code == status
    assert str(refusal) in answer.text


def test_refusal_is_shown_in_the_language_of_the_page():
    answer = client_that(NotFound()).get("/fails", headers={"Accept-Language": "fr"})
    assert "Introuvable, ou vous n’y avez pas accès." in answer.text
    assert "<title>Erreur\u202f: Page introuvable · Tracker</title>" in answer.text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 418, 422, 429, 500, 503])
def test_every_status_has_a_page(status: int):
    app = make_app(PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/fails", "fails", lambda: abort(status))
    answer = app.test_client().get("/fails")
    assert answer.status_code == status
    assert "<h1" in answer.text
    assert "%(" not in answer.text


def test_a_route_can_say_it_better():
    app = make_app()
    app.add_url_rule("/fails", "fails", lambda: abort(404, "There is no article under this address."))
    assert "There is no article under this address." in app.test_client().get("/fails").text


def test_a_ready_answer_passes():
    app = make_app()
    app.add_url_rule("/fails", "fails", lambda: abort(app.response_class("as it is", 418)))
    assert app.test_client().get("/fails").text == "as it is"


def test_a_wrong_method_names_the_right_ones():
    answer = make_app(WTF_CSRF_ENABLED=False).test_client().put("/queue")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_address_of_a_form_leads_to_the_page_above_it_when_it_is_opened():
    app = make_app()
    app.add_url_rule("/articles/<int:key>/sort", "sort", lambda key: "the page")
    app.add_url_rule("/articles/<int:key>/sort/<int:place>", "sorted", lambda key, place: "done", methods=["POST"])
    answer = app.test_client().get("/articles/9/sort/7")
    assert answer.status_code == 405
    assert 'href="/articles/9/sort"' in answer.text
    assert "Nothing was changed." in answer.text


def test_address_of_a_form_without_a_page_above_it_has_no_such_link():
    app = make_app()
    app.add_url_rule("/alone/<int:key>", "alone", lambda key: "done", methods=["POST"])
    assert "Open the page above it" not in app.test_client().get("/alone/7").text


def test_page_above_an_address_is_of_this_host():
    app = make_app()
    app.add_url_rule("/claims/<int:key>", "claim", lambda key: "the page")
    app.add_url_rule("/claims/<int:key>/verdicts", "judged", lambda key: "done", methods=["POST"])
    answer = app.test_client().get("/", environ_overrides={"PATH_INFO": "//claims/7/verdicts"})
    assert answer.status_code == 405
    assert 'href="/claims/7"' in answer.text
    assert 'href="//' not in answer.text


@pytest.mark.parametrize("fails", [Stale(), Invalid("x"), RuntimeError("x"), of_sqlite("database is locked")])
def test_what_was_typed_is_shown_again(fails: Exception):
    page = client_that(fails).post("/fails", data={"rationale": LONG, "known_on": "26 mars"}).text
    assert "Second line &amp; &lt;b&gt;." in page
    assert 'value="26 mars"' in page
    assert "Reason" in page  # the label of the form's field, not its name


def test_secrets_and_what_a_form_carries_are_not_shown_again():
    data = {"password": "hunter22", "new_password": "x9y8z7", "code": "123456", "csrf_token": "tok", "version": "3", "a": "kept"}
    page = client_that(RuntimeError()).post("/fails", data=data).text
    assert "kept" in page
    for secret in ("hunter22", "x9y8z7", "123456", "tok<", 'value="tok"'):
        assert secret not in page


def test_a_failure_has_an_incident_and_no_trace(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]):
    answer = client_that(RuntimeError("secret detail")).get("/fails")
    assert answer.status_code == 500
    incident = answer.text.partition("name the incident ")[2][:9]
    assert len(incident) == 9
    for given_away in ("secret detail", "Traceback", "RuntimeError", "tests/web"):
        assert given_away not in answer.text
    assert incident in capsys.readouterr().out + caplog.text


def test_a_test_sees_the_failure_itself():
    app = app_that(RuntimeError("seen"))
    app.config["PROPAGATE_EXCEPTIONS"] = None
    with pytest.raises(RuntimeError, match="seen"):
        app.test_client().get("/fails")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("database is locked", sqlite3.SQLITE_BUSY),
        ("database or disk is full", sqlite3.SQLITE_FULL),
        ("attempt to write a readonly database", sqlite3.SQLITE_READONLY),
        ("unable to open database file", sqlite3.SQLITE_CANTOPEN),
    ],
)
def test_outage_answers_503_with_form_to_resend(text: str, code: int):
    data = {"rationale": LONG, "form_token": "t" * 24, "topics": ["a", "b"]}
    answer = client_that(of_sqlite(text, code)).post("/fails", data=data, headers=FROM_US)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert text not in answer.text
    again = answer.text.partition('<form class="stack" method="post" action="/fails">')[2].partition("</form>")[0]
    assert "Second line &amp; &lt;b&gt;." in again
    assert "t" * 24 in again
    assert again.count('name="topics"') == 2
    assert 'name="csrf_token"' in again


def test_full_disk_answers_503_naming_it_without_claiming_to_know_the_outcome():
    full = OSError(errno.ENOSPC, "No space left on device")
    answer = client_that(full).post("/fails", data={"rationale": LONG}, headers=FROM_US)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "The server’s disk is full. Tell your server administrator." in answer.text
    assert "may not have been saved" in answer.text


def test_refusal_for_a_full_disk_is_sure_that_nothing_was_stored():
    answer = client_that(DiskFull()).post("/fails", data={"rationale": LONG}, headers=FROM_US)
    assert answer.status_code == 503
    assert "The server’s disk is full, and nothing was stored." in answer.text
    assert "may not have been saved" not in answer.text


def test_other_error_of_a_file_is_a_failure_of_ours():
    assert client_that(OSError(errno.ENOENT, "gone")).get("/fails").status_code == 500


def test_a_mistake_with_the_database_is_a_failure_of_ours():
    assert client_that(of_sqlite("UNIQUE", sqlite3.SQLITE_CONSTRAINT, sqlite3.IntegrityError)).get("/fails").status_code == 500


class GonePerson(Person):
    """An editor whose row cannot be read any more."""

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        raise of_sqlite("disk I/O error", sqlite3.SQLITE_IOERR)

    @is_authenticated.setter
    def is_authenticated(self, value: bool) -> None: ...


@pytest.mark.parametrize("fails", [RuntimeError(), NotFound(), of_sqlite("x"), Unavailable("x")])
def test_error_pages_are_drawn_when_the_database_is_gone(fails: Exception):
    def newsroom() -> Newsroom:
        raise of_sqlite("disk I/O error", sqlite3.SQLITE_IOERR)

    answer = client_that(fails, person=GonePerson(), newsroom=newsroom).post("/fails", data={"rationale": LONG})
    assert answer.status_code in (404, 500, 503)
    assert "Second line" in answer.text
    assert "tracker.css" in answer.text


def test_error_pages_do_not_ask_other_extensions_for_their_part():
    app = app_that(Unavailable("Not now."))

    @app.context_processor
    def part() -> dict[str, Any]:
        raise of_sqlite("disk I/O error", sqlite3.SQLITE_IOERR)

    answer = app.test_client().post("/fails", data={"rationale": LONG})
    assert answer.status_code == 503
    assert "Second line" in answer.text


def test_a_lookup_that_fails_on_a_healthy_page_is_an_outage():
    def newsroom() -> Newsroom:
        raise of_sqlite("database is locked")

    assert make_app(newsroom=newsroom).test_client().get("/sheet").status_code == 503


def test_if_even_the_page_cannot_be_drawn_there_are_plain_words(monkeypatch: pytest.MonkeyPatch):
    def broken(*args: Any, **kwargs: Any) -> str:
        raise RuntimeError("templates are gone")

    monkeypatch.setattr("tracker.web.errors.typed", broken)
    answer = client_that(RuntimeError("x")).get("/fails")
    assert answer.status_code == 500
    assert answer.text.startswith("<!doctype html><title>Error</title><h1>Error 500</h1>")
    assert answer.headers["Content-Security-Policy"]


def form_again(page: str) -> str:
    return page.partition('<form class="stack" method="post" action="/sheet">')[2].partition("</form>")[0]


def test_a_form_without_its_token_is_kept_and_can_be_sent_again():
    client = make_app(person=Person()).test_client()
    answer = client.post("/sheet", data={"rationale": LONG, "version": "3"}, headers=FROM_US)
    assert answer.status_code == 400
    again = form_again(answer.text)
    assert "Second line" in again
    assert 'name="version"' in again
    token = again.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post("/sheet", data={"rationale": LONG, "csrf_token": token}).status_code == 422


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil"}]
)
def test_what_another_site_filled_in_is_not_offered_to_be_sent(headers: dict[str, str]):
    answer = make_app(person=Person()).test_client().post("/sheet", data={"rationale": LONG}, headers=headers)
    assert answer.status_code == 400
    assert "Second line" in answer.text  # it can be read and copied
    assert form_again(answer.text) == ""


def test_who_was_signed_out_while_writing_can_sign_in_and_send_it_again():
    page = client_that(Unauthorized()).post("/fails", data={"rationale": LONG}, headers=FROM_US).text
    assert '<form class="stack" method="post" action="/fails">' in page
    assert "Second line" in page


def test_an_older_browser_vouches_by_the_origin():
    answer = make_app().test_client().post("/sheet", data={"rationale": LONG}, headers={"Origin": "http://localhost"})
    assert "Second line" in form_again(answer.text)


def test_a_form_with_a_password_is_never_offered_to_be_sent_again():
    answer = make_app().test_client().post("/sheet", data={"email": "a@b.c", "password": "x"}, headers=FROM_US)
    assert answer.status_code == 400
    assert form_again(answer.text) == ""


def test_a_page_within_a_page_gets_the_notice_alone():
    answer = client_that(Stale()).post("/fails", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert "Someone else changed this claim" in answer.text
