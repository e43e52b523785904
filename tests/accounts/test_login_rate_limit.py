"""Guessing passwords is slow; it shuts out whoever guesses and nobody else."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import make_editor
from tests.support.web import AppFactory, Client, SignIn
from tracker.accounts import login_rate_limit
from tracker.accounts.models import Editor, SignInLimit
from tracker.db import Database

START = datetime(2024, 3, 11, 8, 0, tzinfo=UTC)
WRONG = "not the password at all"
ClockAt = Callable[[date | datetime], None]


def attempt(client: Client, email: str, password: str = WRONG, address: str = "203.0.113.7") -> int:
    data = {"email": email, "password": password, "csrf_token": client.csrf_token()}
    return client.post("/login", data=data, csrf=False, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let wrong passwords be found wrong at once: here it is counted, not hashed."""
    monkeypatch.setattr("flask_security.forms.hash_password", lambda _: "")
    monkeypatch.setattr("tracker.accounts.models.Editor.verify_and_update_password", lambda _self, typed: typed != WRONG)


@pytest.mark.usefixtures("quick")
def test_hundred_tries_are_limited_without_locking_others_out(
    new_client: Callable[[], Client], sign_in: SignIn, database: Database
):
    ann, ben = make_editor(database), make_editor(database)
    home = sign_in(ann)
    home.post("/logout")
    attacker = new_client()
    answers = [attempt(attacker, ann.email) for _ in range(100)]
    assert answers.count(422) == login_rate_limit.PER_ACCOUNT_AND_ADDRESS
    assert answers.count(429) == 100 - login_rate_limit.PER_ACCOUNT_AND_ADDRESS
    # The right password does not help from there any more: it could have been a guess.
    assert attempt(attacker, ann.email, "the right one") == 429
    # A colleague at the same address, and the owner of the account, at another and on a browser that has been here before.
    with database.writing() as session:
        for editor in (ann, ben):
            session.get_one(Editor, editor.id).password = "x"
    assert attempt(new_client(), ben.email, "the right one") == 303
    assert attempt(new_client(), ann.email, "the right one", "198.51.100.1") == 303
    assert attempt(home, ann.email, "the right one") == 303


@pytest.mark.usefixtures("quick")
def test_limit_answer_names_the_wait_alike_for_unknown_accounts(client: Client, database: Database):
    ann = make_editor(database, password="irrelevant here")
    for email in (ann.email, "nobody@example.org"):
        for _ in range(login_rate_limit.PER_ACCOUNT_AND_ADDRESS):
            client.sign_in(email, WRONG)
    known, unknown = client.sign_in(ann.email, WRONG), client.sign_in("nobody@example.org", WRONG)
    assert known.status_code == unknown.status_code == 429
    assert known.headers["Retry-After"] == unknown.headers["Retry-After"] == "900"
    assert "Wait 15 minutes, then try again." in known.text
    shown, other = (re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text).split("<main")[1] for answer in (known, unknown))
    assert "Wait 15 minutes" in other
    assert shown.replace(ann.email, "nobody@example.org") == other


@pytest.mark.usefixtures("quick")
def test_after_the_wait_one_may_try_again(client: Client, database: Database, clock_at: ClockAt):
    clock_at(START)
    ann = make_editor(database, password="irrelevant here")
    for _ in range(login_rate_limit.PER_ACCOUNT_AND_ADDRESS):
        attempt(client, ann.email)
    clock_at(START + timedelta(minutes=14, seconds=59))
    assert attempt(client, ann.email, "right") == 429
    clock_at(START + timedelta(minutes=15))
    assert attempt(client, ann.email, "right") == 303


@pytest.mark.usefixtures("quick")
def test_signing_in_clears_what_mistyping_had_counted(new_client: Callable[[], Client], database: Database):
    ann = make_editor(database, password="irrelevant here")
    for _ in range(3):
        for _ in range(login_rate_limit.PER_ACCOUNT_AND_ADDRESS - 1):
            assert attempt(new_client(), ann.email) == 422
        assert attempt(new_client(), ann.email, "right") == 303


@pytest.mark.usefixtures("quick")
def test_many_addresses_that_share_the_work_are_slowed_together(new_client: Callable[[], Client], database: Database):
    ann = make_editor(database, password="irrelevant here")
    answers = [
        attempt(new_client(), ann.email, address=f"198.51.{n // 200}.{n % 200}") for n in range(login_rate_limit.PER_ACCOUNT + 5)
    ]
    assert answers.count(429) == 5


@pytest.mark.usefixtures("quick")
def test_one_password_tried_on_many_accounts_is_slowed_as_well(new_client: Callable[[], Client], database: Database):
    answers = [attempt(new_client(), f"someone{n}@example.org") for n in range(login_rate_limit.PER_ADDRESS + 5)]
    assert answers.count(429) == 5


@pytest.mark.usefixtures("quick")
def test_one_who_is_signed_in_cannot_clear_the_count_of_an_attacker(new_client: Callable[[], Client], database: Database):
    ann, mole = make_editor(database, password="x"), make_editor(database, password="x")
    inside, outside = new_client(), new_client()
    assert attempt(inside, mole.email, "right") == 303
    for _ in range(login_rate_limit.PER_ACCOUNT_AND_ADDRESS):
        assert attempt(outside, ann.email) == 422
        attempt(inside, ann.email, "whatever")
    assert attempt(outside, ann.email) == 429


@pytest.mark.usefixtures("quick")
def test_the_count_holds_across_processes(new_app: AppFactory, database: Database):
    ann = make_editor(database, password="irrelevant here")
    answers = [attempt(new_app().test_client(), ann.email) for _ in range(login_rate_limit.PER_ACCOUNT_AND_ADDRESS + 1)]
    assert answers[-1] == 429


def test_tries_made_at_the_same_moment_do_not_slip_through(database: Database):
    limits = login_rate_limit.limits_for_sign_in("ann@example.org", "203.0.113.7", None)
    admitted: list[int] = []

    def go() -> None:
        for _ in range(5):
            with database.writing() as session:
                admitted.append(login_rate_limit.admit(session, limits))

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admitted.count(0) == login_rate_limit.PER_ACCOUNT_AND_ADDRESS
    assert len(admitted) == 20


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("", "unix", False),
    ],
)
def test_what_counts_as_one_address(one: str, other: str, same: bool):
    assert (login_rate_limit.network(one) == login_rate_limit.network(other)) is same


def test_a_forged_device_cookie_gives_no_count_of_its_own(client: Client, database: Database):
    ann = make_editor(database, password="irrelevant here")
    codes = []
    for n in range(login_rate_limit.PER_ACCOUNT_AND_ADDRESS + 1):
        client.set_cookie("device", f"eyJhY2NvdW50IjoieCJ9.{n}")
        codes.append(attempt(client, ann.email))
    assert codes[-1] == 429


def test_counts_of_windows_that_are_over_are_forgotten(database: Database, clock_at: ClockAt):
    clock_at(START)
    with database.writing() as session:
        login_rate_limit.admit(session, login_rate_limit.limits_for_sign_in("ann@example.org", "203.0.113.7", None))
    clock_at(START + timedelta(minutes=15))
    with database.writing() as session:
        assert login_rate_limit.forget_old(session) == 3
        assert session.query(SignInLimit).count() == 0
