"""A forgotten password: the same answer for everybody, a link that works once, and what it ends."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import events_of, make_editor
from tests.support.databases import Backend
from tests.support.web import PASSWORD, AppFactory, Client, SignIn
from tracker import clock
from tracker.accounts import links, password_reset, people
from tracker.accounts.links import Purpose
from tracker.accounts.models import Editor, OneTimeLink
from tracker.db import Database

NEW = "nine yellow tricycles"
BOTH = {"password": NEW, "password_again": NEW}


@pytest.fixture
def backend() -> Backend:
    """What the links ask of the database is asked of both elsewhere."""
    return "sqlite"


@pytest.fixture
def app(new_app: AppFactory) -> Flask:
    return new_app(smtp_url="smtp://localhost:1")


@pytest.fixture
def ann(database: Database) -> Editor:
    return make_editor(database, email="ann@example.org", password=PASSWORD)


@pytest.fixture
def link(database: Database, ann: Editor) -> str:
    return new_link(database, ann)


def new_link(database: Database, editor: Editor) -> str:
    """The path that a mail would carry."""
    with database.writing() as session:
        return links.path(Purpose.PASSWORD, links.give_token(links.make(session, Purpose.PASSWORD, editor_id=editor.id)))


def test_reset_request_is_answered_alike_for_every_address(client: Client, database: Database, ann: Editor):
    make_editor(database, email="off@example.org", active=False)
    answers = []
    for email in ("ann@example.org", "off@example.org", "nobody@example.org"):
        answer = client.post("/reset", data={"email": email})
        answers.append((answer.status_code, answer.text.replace(email, "X"), len(answer.headers)))
    texts = {text.partition("<main")[2] for _, text, _ in answers}
    assert {status for status, _, _ in answers} == {200}
    assert len(texts) == 1
    with database.reading() as session:
        rows = session.scalars(select(OneTimeLink)).all()
    # Not even the account was looked up: the job that mails does that.
    assert [(row.editor_id, row.token_hash, row.mail) for row in rows] == [(None, None, "wanted")] * 3


def test_asking_is_slowed_whether_or_not_there_is_an_account(client: Client, ann: Editor):
    for email in ("ann@example.org", "nobody@example.org"):
        statuses = [client.post("/reset", data={"email": email}).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]


def test_one_address_cannot_have_everybody_mailed(client: Client):
    statuses = {client.post("/reset", data={"email": f"e{n}@example.org"}).status_code for n in range(21)}
    assert statuses == {200, 429}


@pytest.mark.parametrize("typed", ["", "nobody", "a\x00@example.org", "a" * 300 + "@example.org", "a@b.org\nBcc: c@d.org"])
def test_what_is_no_address_is_refused(client: Client, database: Database, typed: str):
    assert client.post("/reset", data={"email": typed}).status_code in {200, 422}
    with database.reading() as session:
        assert not [row for row in session.scalars(select(OneTimeLink)) if "\n" in row.email or "\x00" in row.email]


def test_reset_page_without_mail_names_the_administrator(new_app: AppFactory):
    browser = new_app().test_client()
    assert "Ask your server administrator" in browser.get("/reset").text
    assert browser.post("/reset", data={"email": "ann@example.org"}).status_code == 422


def test_the_link_sets_a_password_once_and_ends_every_session(
    link: str, client: Client, sign_in: SignIn, ann: Editor, database: Database
):
    there = sign_in(ann, keep="y")
    assert client.get(link).status_code == 200
    answer = client.post(link, data=BOTH)
    assert (answer.status_code, answer.location) == (303, "/login")
    assert there.get("/settings").status_code == 303
    assert client.get("/settings").status_code == 303  # nobody is signed in by it
    assert client.post(link, data={"password": PASSWORD, "password_again": PASSWORD}).status_code == 410
    assert client.sign_in(ann.email, PASSWORD).status_code == 422
    assert client.sign_in(ann.email, NEW).status_code == 303
    last = events_of(database, ann)[-1]
    assert (last.kind, last.actor) == ("editor.password", f"editor:{ann.id}")


def test_it_ends_within_the_hour(link: str, client: Client, clock_at: Callable[[datetime], None]):
    clock_at(clock.now() + timedelta(minutes=61))
    assert client.get(link).status_code == 410
    assert client.post(link, data=BOTH).status_code == 410


@pytest.mark.parametrize("how", ["password", "disabled"])
def test_it_ends_when_the_password_changes_or_the_account_is_disabled(link: str, client: Client, database: Database, how: str):
    admin = make_editor(database, roles=("admin",))
    with database.writing() as session:
        ann = people.find(session, "ann@example.org")
        assert ann is not None
        if how == "password":
            people.set_password(session, ann, "four orange scooters", actor=admin.actor)
        else:
            people.disable(session, ann, actor=admin.actor)
    assert client.post(link, data=BOTH).status_code == 410


def test_a_password_that_cannot_be_taken_keeps_the_link(link: str, client: Client, ann: Editor):
    for wrong in ("short", "password1234", "ann@example.org"):
        assert client.post(link, data={"password": wrong, "password_again": wrong}).status_code == 422
    assert client.post(link, data={**BOTH, "password_again": "x"}).status_code == 422
    assert client.sign_in(ann.email).status_code == 303
    assert client.application.test_client().post(link, data=BOTH).status_code == 303


def test_reset_link_that_was_not_mailed_opens_no_account(database: Database, client: Client):
    with database.writing() as session:
        password_reset.ask(session, "nobody@example.org")
        token = links.give_token(session.scalars(select(OneTimeLink)).one())
    assert client.get(links.path(Purpose.PASSWORD, token)).status_code == 410


def test_the_mail_leads_to_where_the_settings_say_and_never_to_the_host_of_the_request(client: Client):
    # A made-up host is refused; and the page only notes that a link is wanted, so that no host of a request comes near the mail.
    answer = client.post("/reset", data={"email": "ann@example.org"}, headers={"Host": "evil.example"})
    assert answer.status_code == 400
