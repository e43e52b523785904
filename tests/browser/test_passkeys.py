"""Passkeys in Chromium, with its virtual authenticator: added, used to sign in, as the second step and to confirm."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, NewPage
from tests.factories import make_editor
from tests.support.web import PASSWORD
from tracker.accounts.models import Editor, Passkey
from tracker.db import Database

KINDS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def live(serve: Callable[[Flask], str], app: Flask) -> str:
    """By name: browsers have no passkeys at an address of numbers."""
    return serve(app).replace("127.0.0.1", "localhost")


@pytest.fixture
def ann(database: Database) -> Editor:
    return make_editor(database, email="ann@example.org", roles=("admin",))


def device(page: Page, **changes: object) -> Callable[[str, dict[str, object]], dict[str, object]]:
    """Give a page's browser an authenticator; return what asks it for its credentials and the like."""
    connection = page.context.new_cdp_session(page)
    connection.send("WebAuthn.enable")
    number = connection.send("WebAuthn.addVirtualAuthenticator", {"options": KINDS | changes})["authenticatorId"]
    return lambda method, more: connection.send(f"WebAuthn.{method}", {"authenticatorId": number, **more})


def add(page: Page, name: str = "Phone") -> None:
    page.goto("/settings/passkeys")
    page.get_by_label("Name").last.fill(name)
    page.get_by_role("button", name="Add a passkey").press("Enter")


def test_passkey_is_added_and_signs_in_by_keyboard(desk: Desk, ann: Editor, axe: Callable[..., None], database: Database) -> None:
    page = desk(ann)
    ask = device(page)
    add(page)
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have saved them").click()
    expect(page.get_by_role("heading", name="Phone")).to_be_visible()
    axe(page)
    page.context.clear_cookies()
    page.goto("/login?next=/topics")
    axe(page)
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    expect(page).to_have_url("/topics")
    (stored,) = ask("getCredentials", {})["credentials"]  # type: ignore[misc]
    with database.reading() as session:
        row = session.query(Passkey).one()
        assert (row.sign_count, row.owner_id) == (stored["signCount"], ann.id)


def test_passkey_is_the_second_step_after_the_password(desk: Desk, ann: Editor) -> None:
    page = desk(ann)
    device(page)
    add(page)
    expect(page.locator(".codes li")).to_have_count(10)
    page.context.clear_cookies()
    page.goto("/login?next=/topics")
    page.get_by_label("Work e-mail").fill("ann@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url("/topics")


def test_passkey_confirms_who_is_there(desk: Desk, ann: Editor) -> None:
    page = desk(ann)
    device(page)
    add(page)
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto(f"/confirm?next=/people/{ann.id}")
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page).to_have_url(f"/people/{ann.id}")


def test_device_that_cannot_tell_who_it_is_adds_nothing(desk: Desk, ann: Editor, database: Database) -> None:
    page = desk(ann)
    device(page, isUserVerified=False)
    add(page)
    expect(page.locator("[data-passkey-status]")).to_have_text("No passkey was used. Try again, or use another way.")
    with database.reading() as session:
        assert session.query(Passkey).count() == 0


def test_device_holds_one_passkey_for_an_account(desk: Desk, ann: Editor, database: Database) -> None:
    page = desk(ann)
    device(page)
    add(page)
    expect(page.locator(".codes li")).to_have_count(10)
    add(page, "Phone again")
    expect(page.locator("[data-passkey-status]")).to_have_text("There is a passkey for this account on that device already.")
    with database.reading() as session:
        assert session.query(Passkey).count() == 1


def test_passkey_is_not_made_without_a_name(desk: Desk, ann: Editor) -> None:
    page = desk(ann)
    ask = device(page)
    add(page, "")
    expect(page.get_by_role("link", name="Name:")).to_be_visible()
    assert ask("getCredentials", {})["credentials"] == []


def test_pages_say_what_is_needed_without_scripts(new_page: NewPage, desk: Desk, ann: Editor) -> None:
    door, own = new_page(java_script_enabled=False), desk(ann, java_script_enabled=False)
    door.goto("/login")
    own.goto("/settings/passkeys")
    for page in (door, own):
        expect(page.get_by_text("Passkeys need JavaScript.")).to_be_visible()
        expect(page.locator("[data-passkey]")).to_be_hidden()
    door.get_by_label("Work e-mail").fill("ann@example.org")
    door.get_by_label("Password").fill(PASSWORD)
    door.get_by_role("button", name="Sign in").click()
    expect(door).to_have_url("/queue")
