"""A form does its work once."""

import threading
from collections import Counter

import pytest
from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tests.support.web import AppFactory, Client, SignIn
from tracker.accounts.models import Setting
from tracker.accounts.roles import Role
from tracker.db import Database
from tracker.errors import Invalid
from tracker.web.access import needs
from tracker.web.database import writing
from tracker.web.idempotency import run_once
from tracker.web.models import FormToken

done_by: Counter[str] = Counter()


@pytest.fixture
def app(new_app: AppFactory) -> Flask:
    """The application with a form that counts how often it did its work."""
    app = new_app()
    done_by.clear()

    def work(which: str) -> ResponseReturnValue:
        with writing() as session, run_once(session) as done:
            if request.form.get("text") == "refuse":
                raise Invalid("No.")
            done_by[which] += 1
            session.add(Setting(key=f"{which}-{done_by[which]}-{request.form.get('text')}", value=1))
            if request.form.get("text") == "again":
                return "filled in wrongly", 422
            return done(f"/somewhere/{which}/{done_by[which]}")

    app.add_url_rule("/work/<which>", "work", needs(Role.EDITOR)(work), methods=["POST"])
    return app


def send(browser: Client, token: str | None = "a token", text: str = "x", which: str = "one") -> tuple[int, str | None]:
    data = {"text": text} | ({"form_token": token} if token is not None else {})
    answer = browser.post(f"/work/{which}", data=data)
    return answer.status_code, answer.location


def test_four_clicks_do_it_once_and_get_the_same_answer(sign_in: SignIn):
    browser = sign_in()
    assert [send(browser) for _ in range(4)] == [(303, "/somewhere/one/1")] * 4
    assert done_by["one"] == 1


def test_clicks_at_the_same_moment_do_it_once(sign_in: SignIn, database: Database):
    browser = sign_in()
    token = browser.csrf_token()
    cookie = browser.cookie()
    answers: list[tuple[int, str | None]] = []
    start = threading.Barrier(4)

    def click() -> None:
        own = browser.application.test_client()
        own.set_cookie("session", cookie)
        start.wait()
        answer = own.post("/work/one", data={"text": "x", "form_token": "t", "csrf_token": token}, csrf=False)
        answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, "/somewhere/one/1")] * 4
    with database.reading() as session:
        assert len(session.scalars(select(Setting.key).where(Setting.key.like("one-%"))).all()) == 1


def test_another_form_another_editor_and_another_content_are_other_work(sign_in: SignIn):
    ann, ben = sign_in(), sign_in()
    assert send(ann) == (303, "/somewhere/one/1")
    assert send(ann, token="another") == (303, "/somewhere/one/2")
    assert send(ann, which="two") == (303, "/somewhere/two/1")
    assert send(ben) == (303, "/somewhere/one/3")
    # Back, something else typed, sent again: nothing of it may be lost.
    assert send(ann, text="second thoughts") == (303, "/somewhere/one/4")
    assert send(ann) == (303, "/somewhere/one/1")


def test_a_form_that_was_refused_can_be_sent_again(sign_in: SignIn, database: Database):
    browser = sign_in()
    assert send(browser, text="refuse")[0] == 422
    assert send(browser, text="again")[0] == 422
    assert send(browser, text="again")[0] == 422
    assert done_by["one"] == 2
    with database.reading() as session:
        assert session.scalars(select(FormToken)).all() == []


def test_without_a_token_each_time_counts(sign_in: SignIn):
    browser = sign_in()
    assert [send(browser, token=None)[1] for _ in range(2)] == ["/somewhere/one/1", "/somewhere/one/2"]
    assert [send(browser, token="")[1] for _ in range(2)] == ["/somewhere/one/3", "/somewhere/one/4"]


@pytest.mark.parametrize("token", ["x" * 100_000, "'; DROP TABLE form_token; --", "\u202e", " "])
def test_any_token_will_do(sign_in: SignIn, token: str):
    browser = sign_in()
    assert send(browser, token=token) == send(browser, token=token) == (303, "/somewhere/one/1")
