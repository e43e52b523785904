"""Inviting people: the link, who may, what is on record, and what ends it."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import events_of, make_editor
from tests.support.databases import BACKENDS, Backend
from tests.support.web import PASSWORD, AppFactory, Client, SignIn
from tracker import clock
from tracker.accounts import invitations, people
from tracker.accounts.models import Editor, Invitation
from tracker.db import Database
from tracker.errors import Forbidden, Gone, Invalid

FORM = {"name": "Ben Ode", "password": PASSWORD, "password_again": PASSWORD}


@pytest.fixture
def backend() -> Backend:
    """The tests that ask the database something ask both."""
    return "sqlite"


@pytest.fixture
def admin(database: Database) -> Editor:
    return make_editor(database, "Ada", roles=("admin",))


Invite = Callable[..., str]


@pytest.fixture
def invite(database: Database, admin: Editor) -> Invite:
    """`invite("ben@example.org", ["editor"])`: the path of the link."""

    def go(email: str = "ben@example.org", roles: tuple[str, ...] = ("editor",), by: Editor | None = None) -> str:
        with database.writing() as session:
            actor = people.get(session, (by or admin).id).actor
            path = invitations.invite(session, email, "Ben", roles, language="fr", actor=actor, by_mail=False)
        assert path is not None
        return path

    return go


def token(path: str) -> str:
    return path.rpartition("/")[2]


@pytest.mark.parametrize("backend", BACKENDS)
def test_accepted_invitation_creates_account_with_its_roles(invite: Invite, client: Client, database: Database, admin: Editor):
    path = invite(" Ben@Example.org", ("editor", "chief"))
    page = client.get(path)
    assert "ben@example.org" in page.text
    assert 'value="Ben"' in page.text
    answer = client.post(path, data={**FORM, "roles": "admin", "email": "eve@example.org"})
    assert (answer.status_code, answer.location) == (303, "/login")
    with database.reading() as session:
        ben = people.find(session, "ben@example.org")
        assert ben is not None
        assert {role.name for role in ben.roles} == {"editor", "chief"}
        assert (ben.name, ben.language) == ("Ben Ode", "fr")
    assert client.sign_in("ben@example.org").status_code == 303
    assert [event.kind for event in events_of(database, ben)] == ["editor.created", "editor.joined"]
    (asked,) = events_of(database, "invitation:1")
    assert (asked.kind, asked.actor) == ("editor.invited", f"editor:{admin.id}")
    assert '"roles":["chief","editor"]' in asked.canonical
    assert "ben@example.org" not in asked.canonical
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("backend", BACKENDS)
def test_of_two_who_accept_at_once_one_does(invite: Invite, app: Flask, database: Database):
    path = invite()
    browsers = [app.test_client() for _ in range(2)]
    tokens = [browser.csrf_token() for browser in browsers]
    ready, statuses = threading.Barrier(2), []

    def send(number: int) -> None:
        ready.wait()
        statuses.append(browsers[number].post(path, data={**FORM, "csrf_token": tokens[number]}, csrf=False).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 410]


def test_it_is_good_for_seven_days(invite: Invite, client: Client, clock_at: Callable[[datetime], None]):
    path, now = invite(), clock.now()
    clock_at(now + timedelta(days=6, hours=23))
    assert client.get(path).status_code == 200
    clock_at(now + timedelta(days=7, minutes=1))
    assert client.get(path).status_code == 410


def test_a_new_link_ends_the_one_before_and_a_withdrawn_one_opens_nothing(
    invite: Invite, client: Client, database: Database, admin: Editor
):
    first = invite()
    with database.writing() as session:
        second = invitations.again(session, 1, actor=admin.actor, by_mail=False)
    assert client.get(first).status_code == 410
    assert client.get(str(second)).status_code == 200
    with database.writing() as session:
        invitations.withdraw(session, 1, actor=admin.actor)
    assert client.post(str(second), data=FORM).status_code == 410
    kinds = [event.kind for event in events_of(database, "invitation:1")]
    assert kinds == ["editor.invited", "editor.invited_again", "editor.invitation_withdrawn"]
    invite()  # the same address can be asked again


@pytest.mark.parametrize("how", ["disabled", "no admin any more"])
def test_an_invitation_does_not_outlive_the_rights_of_who_sent_it(
    invite: Invite, client: Client, database: Database, admin: Editor, how: str
):
    other = make_editor(database, roles=("admin",))
    path = invite(by=other)
    with database.writing() as session:
        them = people.get(session, other.id)
        if how == "disabled":
            people.disable(session, them, actor=admin.actor)
        else:
            people.set_roles(session, them, ["chief"], actor=admin.actor)
    assert client.get(path).status_code == 410
    assert client.post(path, data=FORM).status_code == 410
    with database.reading() as session:
        assert people.find(session, "ben@example.org") is None
        ended = session.get_one(Invitation, 1).ended_because
    assert ended == ("withdrawn" if how == "disabled" else None)


@pytest.mark.parametrize("backend", BACKENDS)
def test_address_is_invited_once(invite: Invite, database: Database):
    make_editor(database, email="ann@example.org")
    make_editor(database, email="gone@example.org", active=False)
    invite()
    for email in ("ben@example.org", "ann@example.org", "gone@example.org", "BEN@example.org"):
        with pytest.raises(Invalid) as refused:
            invite(email)
        assert refused.value.field == "email"


@pytest.mark.parametrize("role", ["viewer", "editor", "chief"])
def test_only_admins_invite(role: str, invite: Invite, database: Database):
    with pytest.raises(Forbidden):
        invite(by=make_editor(database, roles=(role,)))
    with database.reading() as session:
        assert session.scalars(select(Invitation)).all() == []


@pytest.mark.parametrize("purpose", ["welcome", "reset"])
def test_a_link_does_nothing_but_what_it_is_for(invite: Invite, client: Client, purpose: str):
    other = f"/{purpose}/{token(invite())}"
    assert client.get(other).status_code in {404, 410}
    assert client.post(other, data=FORM).status_code in {404, 410}


def test_a_password_that_cannot_be_taken_keeps_the_link(invite: Invite, client: Client):
    path = invite()
    for wrong, says in (
        ({"password": "ben@example.org", "password_again": "ben@example.org"}, "too easy to guess"),
        ({"password_again": "another one entirely"}, "The two passwords are not the same."),
        ({"name": ""}, "This cannot be empty."),
    ):
        answer = client.post(path, data={**FORM, **wrong})
        assert answer.status_code == 422
        assert says in answer.text
    assert client.post(path, data=FORM).status_code == 303


def test_invitation_does_not_take_over_an_account_created_since(invite: Invite, client: Client, database: Database):
    path = invite()
    ben = make_editor(database, email="ben@example.org", password="nine yellow tricycles")
    assert client.post(path, data=FORM).status_code == 409
    assert client.sign_in(ben.email, PASSWORD).status_code == 422


# --- the pages ---


def test_without_mail_the_link_is_shown_once(sign_in: SignIn, client: Client, database: Database):
    browser = sign_in("admin")
    asked = {"email": "ben@example.org", "name": "Ben", "roles": ["editor"], "language": "en"}
    page = browser.post("/people", data=asked)
    assert page.status_code == 200
    assert "It is shown only now" in page.text
    link = page.text.partition('value="http://localhost')[2].partition('"')[0]
    assert client.get(link).status_code == 200
    listed = browser.get("/people").text
    assert "ben@example.org" in listed
    assert token(link) not in listed
    renewed = browser.post("/people/invitations/1/again")
    assert token(link) not in renewed.text
    assert client.get(link).status_code == 410
    assert browser.post("/people/invitations/1/withdraw").location == "/people"
    assert "ben@example.org" not in browser.get("/people").text
    assert browser.post("/people/invitations/1/withdraw").status_code == 404


def test_with_mail_no_page_shows_a_link(new_app: AppFactory, database: Database):
    make_editor(database, email="ada@example.org", roles=("admin",), password=PASSWORD)
    browser = new_app(smtp_url="smtp://localhost:1").test_client()
    browser.sign_in("ada@example.org")
    asked = {"email": "ben@example.org", "name": "Ben", "roles": ["editor"], "language": "en"}
    answer = browser.post("/people", data=asked)
    assert (answer.status_code, answer.location) == (303, "/people")
    text = browser.get("/people").text
    assert "e-mail being sent" in text
    assert "/invitation/" not in text


def test_a_link_is_not_found_by_its_hash(invite: Invite, database: Database):
    path = invite()
    with database.reading() as session:
        assert invitations.look(session, token(path)).email == "ben@example.org"
        from tracker.accounts import links

        with pytest.raises(Gone):
            invitations.look(session, links.hash_of(token(path)))
