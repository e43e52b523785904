"""Signing in, one's account and the newsroom's settings, in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, NewPage
from tests.factories import make_editor
from tests.support.web import PASSWORD
from tracker.db import Database

Axe = Callable[..., None]


def test_an_editor_signs_in_looks_at_their_account_and_out_again(page: Page, database: Database):
    make_editor(database, "Inès Carpentier", email="ines@example.com", password=PASSWORD)
    page.goto("/settings")
    expect(page).to_have_url("/login?next=/settings")
    page.get_by_label("Work e-mail").fill("Ines@Example.com")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("address or password is wrong")
    expect(page.get_by_label("Work e-mail")).to_have_value("Ines@Example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/settings")
    page.get_by_text("Inès Carpentier, your account").locator("..").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url("/login")
    page.go_back()
    page.reload()
    expect(page).to_have_url("/login?next=/settings")


def test_it_works_without_scripts(new_page: NewPage, database: Database):
    make_editor(database, email="ines@example.com", password=PASSWORD)
    page = new_page(java_script_enabled=False)
    page.goto("/login?next=/settings")
    page.get_by_label("Work e-mail").fill("ines@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/settings")
    page.get_by_label("Français").check()
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre compte")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_password_is_changed_and_the_other_browser_is_out(desk: Desk, database: Database):
    editor = make_editor(database)
    here, there = desk(editor), desk(editor)
    here.goto("/change")
    here.get_by_label("Current password").fill(PASSWORD)
    here.get_by_label("New password", exact=True).fill("nine yellow tricycles")
    here.get_by_label("New password again").fill("nine yellow tricycles")
    here.get_by_role("button", name="Change password").click()
    expect(here.get_by_role("status")).to_contain_text("Your password is changed.")
    there.goto("/settings")
    expect(there).to_have_url("/login?next=/settings")


def test_one_session_is_ended_from_another(desk: Desk, database: Database):
    editor = make_editor(database)
    here, there = desk(editor), desk(editor)
    here.goto("/settings")
    here.get_by_role("button", name="Sign out there").click()
    expect(here.get_by_role("button", name="Sign out there")).to_have_count(0)
    there.goto("/settings")
    expect(there).to_have_url("/login?next=/settings")
