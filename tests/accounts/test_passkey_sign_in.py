"""Signing in with a passkey, alone or after the password, and what is refused."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pyotp import TOTP

from tests.factories import make_editor
from tests.support.authenticator import FLAG, Authenticator, add_passkey
from tests.support.databases import BACKENDS, Backend
from tests.support.passkeys import counter, enter, is_in, options
from tests.support.web import SECRET, Client, SignIn
from tracker import clock
from tracker.accounts import people, second_factor
from tracker.accounts.models import Editor, Passkey
from tracker.db import Database

NewClient = Callable[[], Client]
At = Callable[[datetime], None]


@pytest.fixture
def backend() -> Backend:
    """What is stored, and that a challenge counts once, is asked of both."""
    return "sqlite"


@pytest.mark.parametrize("backend", BACKENDS)
def test_passkey_signs_in_without_address_password_or_code(
    client: Client, ann: Editor, phone: Authenticator, database: Database
) -> None:
    asked = options(client, "/login/passkey")
    assert asked["userVerification"] == "required"
    assert "allowCredentials" not in asked
    answer = client.post("/login/passkey", data={"answer": phone.show(asked), "next": "/topics"})
    assert (answer.status_code, answer.location) == (303, "/topics")
    assert is_in(client)
    assert counter(database) == 2
    assert "Last used" in client.get("/settings/passkeys").text


def test_passkey_leads_to_no_other_site(client: Client, ann: Editor, phone: Authenticator) -> None:
    assert enter(client, phone, onward="//evil.example").location == "/"


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:81"},
        {"origin": "http://sub.localhost"},
        {"host": "evil.example"},
        {"challenge": "A" * 43},
        {"type_": "webauthn.create"},
        {"cross_origin": True},
        {"flags": FLAG.UP},
        {"flags": FLAG.UV},
        {"handle": b""},
        {"handle": b"x" * 32},
    ],
)
def test_passkey_does_not_sign_in_when_its_answer_is_not_right(
    client: Client, ann: Editor, phone: Authenticator, database: Database, changes: dict[str, Any]
) -> None:
    assert enter(client, phone, **changes).status_code == 422
    assert not is_in(client)
    assert counter(database) == 1


def test_forged_signature_does_not_sign_in(client: Client, ann: Editor, phone: Authenticator) -> None:
    thief = replace(Authenticator(), credential_id=phone.credential_id, handle=phone.handle, count=5)
    assert enter(client, thief).status_code == 422
    assert not is_in(client)


def test_unknown_passkey_does_not_sign_in(client: Client, ann: Editor) -> None:
    answer = enter(client, Authenticator(handle=b"x" * 32))
    assert answer.status_code == 422
    assert "not known here" in answer.text


@pytest.mark.parametrize("backend", BACKENDS)
def test_answer_counts_once_even_with_the_cookie_of_before(
    client: Client, new_client: NewClient, ann: Editor, database: Database
) -> None:
    device = Authenticator(count=None)
    with database.writing() as session:
        add_passkey(session, session.get_one(Editor, ann.id), device, "Synced")
    asked = options(client, "/login/passkey")
    cookie, csrf, answer = client.cookie(), client.csrf_token(), device.show(asked)
    assert client.post("/login/passkey", data={"answer": answer}).status_code == 303
    thief = new_client()
    thief.set_cookie("session", cookie)
    replayed = thief.post("/login/passkey", data={"answer": answer, "csrf_token": csrf})
    assert replayed.status_code == 422
    assert "took too long" in replayed.text
    assert not is_in(thief)


def test_answer_counts_in_the_browser_that_asked_alone(
    client: Client, new_client: NewClient, ann: Editor, phone: Authenticator
) -> None:
    asked, other = options(client, "/login/passkey"), new_client()
    options(other, "/login/passkey")
    assert other.post("/login/passkey", data={"answer": phone.show(asked)}).status_code == 422
    assert not is_in(other)


def test_failed_answer_uses_its_challenge_up(client: Client, ann: Editor, phone: Authenticator) -> None:
    asked = options(client, "/login/passkey")
    assert client.post("/login/passkey", data={"answer": phone.show(asked, flags=FLAG.UP)}).status_code == 422
    assert client.post("/login/passkey", data={"answer": phone.show(asked)}).status_code == 422
    assert not is_in(client)


def test_challenge_for_one_purpose_is_none_for_another(
    sign_in: SignIn, client: Client, ann: Editor, phone: Authenticator
) -> None:
    browser = sign_in(ann)
    asked = options(browser, "/confirm/passkey")
    assert browser.post("/login/passkey", data={"answer": phone.show(asked)}).status_code == 422


def test_challenge_expires(client: Client, ann: Editor, phone: Authenticator, clock_at: At) -> None:
    asked = options(client, "/login/passkey")
    clock_at(clock.now() + timedelta(minutes=5))
    assert client.post("/login/passkey", data={"answer": phone.show(asked)}).status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize("stored", [2, 3, 90])
def test_counter_that_goes_back_shows_a_copy(
    client: Client, ann: Editor, phone: Authenticator, database: Database, stored: int
) -> None:
    with database.writing() as session:
        session.query(Passkey).one().sign_count = stored
    answer = enter(client, phone)
    assert answer.status_code == 422
    assert "may have been copied" in answer.text
    assert not is_in(client)
    assert counter(database) == stored


def test_passkey_without_a_counter_signs_in_each_time(client: Client, ann: Editor, database: Database) -> None:
    device = Authenticator(count=None)
    with database.writing() as session:
        add_passkey(session, session.get_one(Editor, ann.id), device, "Synced")
    assert [enter(client, device).status_code for _ in range(2)] == [303, 303]


def test_passkey_of_a_disabled_account_does_not_sign_in(
    client: Client, ann: Editor, phone: Authenticator, database: Database
) -> None:
    boss = make_editor(database, roles=("admin",))
    with database.writing() as session:
        people.disable(session, people.get(session, ann.id), actor=boss.actor)
    answer = enter(client, phone)
    assert answer.status_code == 422
    assert "not known here" in answer.text
    assert not is_in(client)


def test_sign_in_with_passkeys_is_limited_by_address(client: Client, ann: Editor, phone: Authenticator) -> None:
    statuses = {client.post("/login/passkey", data={"answer": "{}"}).status_code for _ in range(50)}
    assert statuses == {422}
    refused = enter(client, phone)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    assert not is_in(client)


def test_known_browser_enters_by_passkey_when_its_address_has_used_up_its_tries(
    client: Client, ann: Editor, phone: Authenticator, new_client: NewClient
) -> None:
    assert enter(client, phone).status_code == 303
    client.post("/logout")
    other = new_client()
    for _ in range(50):
        other.post("/login/passkey", data={"answer": "{}"})
    assert enter(other, phone).status_code == 429
    assert enter(client, phone).status_code == 303
    assert is_in(client)


def test_known_browser_has_ten_tries_with_passkeys(client: Client, ann: Editor, phone: Authenticator) -> None:
    assert enter(client, phone).status_code == 303
    client.post("/logout")
    assert {client.post("/login/passkey", data={"answer": "{}"}).status_code for _ in range(10)} == {422}
    assert enter(client, phone).status_code == 429
    assert not is_in(client)


def test_staying_signed_in_is_kept_with_a_passkey(client: Client, ann: Editor, phone: Authenticator) -> None:
    asked = options(client, "/login/passkey")
    answer = client.post("/login/passkey", data={"answer": phone.show(asked), "keep": "y"})
    assert any(line.startswith("session=") and "Expires" in line for line in answer.headers.getlist("Set-Cookie"))


def test_passkey_needs_the_token_of_the_form(client: Client, ann: Editor, phone: Authenticator) -> None:
    asked = options(client, "/login/passkey")
    assert client.post("/login/passkey", data={"answer": phone.show(asked)}, csrf=False).status_code == 400
    assert client.post("/login/passkey/options", csrf=False).status_code == 400
    assert not is_in(client)


def test_password_asks_for_the_passkey_or_a_recovery_code(client: Client, ann: Editor, phone: Authenticator) -> None:
    assert client.sign_in(ann.email, next="/topics").location == "/login/code"
    assert not is_in(client)
    page = client.get("/login/code").text
    assert "Use one of your passkeys, or type one of your recovery codes." in page
    assert len(options(client, "/login/code/passkey")["allowCredentials"]) == 1
    answer = enter(client, phone, "/login/code/passkey")
    assert (answer.status_code, answer.location) == (303, "/topics")
    assert is_in(client)


def test_recovery_code_helps_when_the_passkey_is_lost(client: Client, ann: Editor, database: Database) -> None:
    with database.writing() as session:
        code = second_factor.renew_codes(session, people.get(session, ann.id), actor=ann.actor)[0]
    client.sign_in(ann.email)
    assert client.post("/login/code", data={"code": "000000"}).status_code == 422
    assert client.post("/login/code", data={"code": code}).status_code == 303
    assert is_in(client)


@pytest.mark.parametrize("backend", BACKENDS)
def test_form_after_a_failed_passkey_takes_a_code(client: Client, ann: Editor, database: Database) -> None:
    with database.writing() as session:
        code = second_factor.renew_codes(session, people.get(session, ann.id), actor=ann.actor)[0]
    client.sign_in(ann.email)
    refused = client.post("/login/code/passkey", data={"answer": "{}"})
    assert refused.status_code == 422
    [form] = re.findall(r'<form class="panel[^>]*>', refused.text)
    address = re.search(r'action="([^"]*)"', form)
    assert client.post(address[1] if address else refused.request.path, data={"code": code}).status_code == 303
    assert is_in(client)


def test_passkey_of_another_editor_is_no_second_step(client: Client, ann: Editor, database: Database) -> None:
    ben, device = make_editor(database, "Ben", email="ben@example.org"), Authenticator()
    with database.writing() as session:
        add_passkey(session, people.get(session, ben.id), device)
    client.sign_in(ann.email)
    answer = enter(client, device, "/login/code/passkey")
    assert answer.status_code == 422
    assert not is_in(client)


def test_second_step_is_for_who_has_just_given_the_password(client: Client, ann: Editor) -> None:
    assert client.post("/login/code/passkey/options").location == "/login"
    assert client.post("/login/code/passkey", data={"answer": "{}"}).location == "/login"


def test_second_step_is_limited_with_codes(client: Client, ann: Editor, phone: Authenticator) -> None:
    client.sign_in(ann.email)
    tried = [client.post("/login/code/passkey", data={"answer": "{}"}).status_code for _ in range(10)]
    assert set(tried) == {422}
    assert enter(client, phone, "/login/code/passkey").status_code == 429
    assert not is_in(client)


def test_key_of_an_app_that_waits_makes_no_codes(client: Client, ann: Editor, database: Database) -> None:
    keeper = second_factor.Keeper(SECRET)
    with database.writing() as session:
        own = people.get(session, ann.id)
        second_factor.begin(session, own, keeper)
        key = second_factor.key_to_scan(own, keeper)
        assert key is not None
        assert not second_factor.check(session, own, TOTP(key).at(clock.now()), keeper)
        second_factor.confirm(session, own, TOTP(key).at(clock.now()), keeper, actor=own.actor)
        assert second_factor.has_app(own)
