"""A passkey confirms who is there before what is dangerous, in place of password and code."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.factories import events_of, make_editor
from tests.support.authenticator import Authenticator, add_passkey
from tests.support.databases import Backend
from tests.support.passkeys import enter
from tests.support.web import PASSWORD, Client, SignIn
from tracker import clock
from tracker.accounts import passkeys, people, second_factor
from tracker.accounts.models import Editor
from tracker.accounts.routes import reauthentication
from tracker.db import Database

NewClient = Callable[[], Client]
At = Callable[[datetime], None]


@pytest.fixture
def backend() -> Backend:
    """What is stored, and that a challenge counts once, is asked of both."""
    return "sqlite"


@pytest.fixture
def inside(sign_in: SignIn, ann: Editor, clock_at: At) -> Client:
    """A browser in which Ann signed in with her password a while ago."""
    browser = sign_in(ann)
    clock_at(clock.now() + timedelta(seconds=reauthentication.SECONDS + 1))
    return browser


@pytest.mark.parametrize("path", ["/people/1", "/account/tokens", "/settings/passkeys"])
def test_passkey_confirms_who_is_there(inside: Client, phone: Authenticator, path: str) -> None:
    assert inside.get(path).location == f"/confirm?next={path}"
    assert "Confirm with a passkey" in inside.get(f"/confirm?next={path}").text
    answer = enter(inside, phone, "/confirm/passkey", onward=path)
    assert (answer.status_code, answer.location) == (303, path)
    assert inside.get(path).status_code == 200


def test_password_alone_does_not_confirm_who_has_a_second_factor(inside: Client, ann: Editor, database: Database) -> None:
    with database.writing() as session:
        code = second_factor.renew_codes(session, people.get(session, ann.id), actor=ann.actor)[0]
    assert inside.post("/confirm", data={"password": PASSWORD, "next": "/people/1"}).status_code == 422
    assert inside.post("/confirm", data={"password": PASSWORD, "code": "000000"}).status_code == 422
    assert inside.get("/people/1").status_code == 303
    assert inside.post("/confirm", data={"password": PASSWORD, "code": code}).status_code == 303
    assert inside.get("/people/1").status_code == 200


def test_passkey_of_another_editor_confirms_nothing(inside: Client, database: Database) -> None:
    ben, device = make_editor(database, "Ben"), Authenticator()
    with database.writing() as session:
        add_passkey(session, people.get(session, ben.id), device)
    assert enter(inside, device, "/confirm/passkey").status_code == 422
    assert inside.get("/people/1").status_code == 303


def test_confirming_with_passkeys_is_limited(inside: Client, phone: Authenticator) -> None:
    for _ in range(10):
        assert inside.post("/confirm/passkey", data={"answer": "{}"}).status_code == 422
    assert enter(inside, phone, "/confirm/passkey").status_code == 429
    assert inside.get("/people/1").status_code == 303


@pytest.mark.parametrize("what", ["codes", "off"])
def test_passkey_replaces_password_and_code_for_the_second_factor(
    inside: Client, ann: Editor, phone: Authenticator, database: Database, what: str
) -> None:
    with database.writing() as session:
        own = people.get(session, ann.id)
        own.tf_primary_method = second_factor.METHOD
    assert inside.post(f"/settings/second-factor/{what}").status_code == 422
    enter(inside, phone, "/confirm/passkey")
    assert inside.post(f"/settings/second-factor/{what}").status_code == (200 if what == "codes" else 303)
    kind = {"codes": "editor.recovery_codes", "off": "editor.authenticator_off"}[what]
    assert events_of(database, ann)[-1].kind == kind
    with database.reading() as session:
        own = people.get(session, ann.id)
        assert second_factor.is_on(own)
        assert len(passkeys.list_of(session, ann.id)) == 1


def test_passkey_replaces_the_code_for_a_new_token(inside: Client, phone: Authenticator) -> None:
    enter(inside, phone, "/confirm/passkey")
    given = {"name": "Bot", "scopes": ["read"], "days": "30"}
    assert inside.post("/account/tokens", data=given).status_code == 200


def test_signing_in_with_the_password_forgets_the_passkey_of_before(sign_in: SignIn, ann: Editor, phone: Authenticator) -> None:
    browser = sign_in(ann)
    enter(browser, phone, "/confirm/passkey")
    sign_in(ann, client=browser)
    assert browser.post("/account/tokens", data={"name": "Bot", "scopes": ["read"], "days": "30"}).status_code == 422
