"""Signing in with a real browser, and the fixtures that spare the others doing so."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Desk, NewPage
from tests.support.web import PASSWORD

Axe = Callable[[Page], None]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_editor_signs_in_with_the_keyboard_alone(new_page: NewPage, make_editor: Any, scripts: bool):
    editor = make_editor(name="Inès Carpentier", password=PASSWORD)
    page = new_page(java_script_enabled=scripts)
    page.goto("/settings")
    page.get_by_label("Work e-mail").focus()
    page.keyboard.type(editor.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/settings")
    expect(page.locator("body")).to_contain_text("Inès Carpentier")


def test_a_wrong_password_is_refused_and_the_address_kept(page: Page, make_editor: Any):
    editor = make_editor(password=PASSWORD)
    page.goto("/login")
    page.get_by_label("Work e-mail").fill(editor.email)
    page.get_by_label("Password", exact=True).fill("eight green bicycles")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Work e-mail")).to_have_value(editor.email)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_the_door_is_accessible_and_fits(new_page: NewPage, axe: Axe, viewport: Any, locale: str, scheme: Any):
    page = new_page(viewport=viewport, locale=locale, color_scheme=scheme)
    page.goto("/login")
    assert page.locator("html").get_attribute("lang") == locale[:2]
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_page_of_the_desk_is_had_without_the_form(desk: Desk, axe: Axe):
    page = desk("editor")
    page.goto("/settings")
    expect(page).to_have_url("/settings")
    axe(page)


def test_two_editors_do_not_share_a_browser(desk: Desk, make_editor: Any):
    one, other = (desk(make_editor(name=name)) for name in ("Maud Ferrand", "Paul Oudin"))
    for page in (one, other):
        page.goto("/settings")
    expect(one.locator("body")).to_contain_text("Maud Ferrand")
    expect(one.locator("body")).not_to_contain_text("Paul Oudin")
    expect(other.locator("body")).to_contain_text("Paul Oudin")
