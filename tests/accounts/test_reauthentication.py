"""Pages that give or take access ask for the password again when it was typed long ago; a trusted proxy's header signs in."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
import time_machine

from tests.factories import make_editor
from tests.support.web import PASSWORD, AppFactory, Client, SignIn
from tracker import clock
from tracker.accounts.models import Editor
from tracker.accounts.routes import reauthentication
from tracker.config import SignInSettings
from tracker.db import Database

LATER = timedelta(seconds=reauthentication.SECONDS + 1)
PROXY = "10.0.0.1"


@pytest.mark.parametrize("path", ["/people/EDITOR", "/settings/newsroom", "/record/erase"])
def test_dangerous_page_asks_again_after_a_while_and_leads_back(sign_in: SignIn, database: Database, path: str) -> None:
    boss = make_editor(database, roles=("viewer", "editor", "chief", "admin"))
    browser = sign_in(boss)
    path = path.replace("EDITOR", str(boss.id))
    assert browser.get(path).status_code == 200
    with time_machine.travel(clock.now() + LATER):
        answer = browser.get(path)
        assert (answer.status_code, answer.location) == (303, f"/confirm?next={path}")
        wrong = browser.post("/confirm", data={"password": "wrong", "next": path})
        assert wrong.status_code == 422
        assert browser.get(path).status_code == 303
        right = browser.post("/confirm", data={"password": PASSWORD, "next": path})
        assert (right.status_code, right.location) == (303, path)
        assert browser.get(path).status_code == 200


def test_dangerous_endpoints_exist(new_app: AppFactory) -> None:
    assert set(new_app().view_functions) >= reauthentication.DANGEROUS


def test_dangerous_form_does_nothing_when_the_password_is_old(sign_in: SignIn, database: Database) -> None:
    browser = sign_in("admin")
    other = make_editor(database, roles=("editor",))
    with time_machine.travel(clock.now() + LATER):
        assert browser.post(f"/people/{other.id}/disable").location.startswith("/confirm")
    with database.reading() as session:
        assert session.get_one(Editor, other.id).active


def test_ordinary_pages_do_not_ask_again(sign_in: SignIn) -> None:
    browser = sign_in("editor")
    with time_machine.travel(clock.now() + LATER):
        assert [browser.get(path).status_code for path in ("/queue", "/claims", "/settings")] == [200, 200, 200]


def test_wrong_passwords_at_the_confirmation_are_limited(sign_in: SignIn) -> None:
    browser = sign_in("admin")
    answers = [browser.post("/confirm", data={"password": "wrong", "next": "/people"}) for _ in range(30)]
    assert "Too many tries" in answers[-1].text


@pytest.fixture
def behind_proxy(new_app: AppFactory) -> Callable[..., Any]:
    """`behind_proxy("/settings", user="ada@example.org")` asks as a proxy does; `address` is the peer's."""
    settings = {"sign_in": SignInSettings(user_header="X-Remote-User"), "trusted_proxies": (ip_network(PROXY),)}
    app = new_app(**settings)

    def ask(path: str, user: str = "", address: str = PROXY, client: Client | None = None) -> Any:
        browser = client or app.test_client()
        headers = {"X-Remote-User": user} if user else {}
        return browser.get(path, headers=headers, environ_base={"REMOTE_ADDR": address})

    ask.app = app  # type: ignore[attr-defined]
    return ask


def test_trusted_proxy_signs_in_the_editor_it_names(behind_proxy: Callable[..., Any], database: Database) -> None:
    make_editor(database, email="ada@example.org")
    answer = behind_proxy("/settings", "Ada@Example.org")
    assert answer.status_code == 200
    assert "ada@example.org" in answer.text


@pytest.mark.parametrize("address", ["10.0.0.2", "127.0.0.1", "203.0.113.7"])
def test_header_of_any_other_address_is_ignored(behind_proxy: Callable[..., Any], database: Database, address: str) -> None:
    make_editor(database, email="ada@example.org")
    assert behind_proxy("/settings", "ada@example.org", address).location.startswith("/login")


def test_header_without_an_active_account_signs_no_one_in(behind_proxy: Callable[..., Any], database: Database) -> None:
    make_editor(database, email="gone@example.org", active=False)
    for user in ("nobody@example.org", "gone@example.org", "", "not an address"):
        assert behind_proxy("/settings", user).location.startswith("/login")


def test_header_of_another_editor_changes_the_session(behind_proxy: Callable[..., Any], database: Database) -> None:
    for name in ("ada", "ben"):
        make_editor(database, name, email=f"{name}@example.org")
    browser = behind_proxy.app.test_client()  # type: ignore[attr-defined]
    assert "ada@example.org" in behind_proxy("/settings", "ada@example.org", client=browser).text
    assert "ben@example.org" in behind_proxy("/settings", "ben@example.org", client=browser).text


def test_header_is_ignored_where_it_is_not_configured(new_app: AppFactory, database: Database) -> None:
    make_editor(database, email="ada@example.org")
    browser = new_app(trusted_proxies=(ip_network(PROXY),)).test_client()
    answer = browser.get("/settings", headers={"X-Remote-User": "ada@example.org"}, environ_base={"REMOTE_ADDR": PROXY})
    assert answer.location.startswith("/login")
