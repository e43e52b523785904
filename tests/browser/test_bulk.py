"""Rows of the queue chosen by key or by finger, and what is done to them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.factories import fresh, make_editor
from tracker.claims.models import Claim
from tracker.db import Database

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True, "locale": "fr-FR"}


@pytest.fixture
def claims(make_claim: Callable[..., Any]) -> list[Claim]:
    """Four claims that are due."""
    return [make_claim("due") for _ in range(4)]


def test_rows_are_chosen_with_x_and_handed_over(desk: Desk, claims: list[Claim], axe: Callable[..., None], database: Database):
    to = make_editor(database, "Tom Adeyemi")
    page = desk("editor")
    page.goto("/queue")
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("#chosen")).to_have_text("3 of 4 selected")
    page.get_by_text("Assign…").click()
    axe(page)
    page.locator("#bk-owner_id").select_option(label="Tom Adeyemi")
    page.get_by_role("button", name="Reassign").click()
    expect(page.get_by_role("status").first).to_contain_text("Done for 3 claims.")
    assert [fresh(database, claim).owner_id for claim in claims] == [to.id, to.id, to.id, None]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_without_scripts_does_it_too(desk: Desk, claims: list[Claim], scheme: str, database: Database):
    page = desk("editor", color_scheme=scheme, java_script_enabled=False, **PHONE)
    page.goto("/queue")
    page.get_by_label("Sélectionner la prévision 1").check()
    page.get_by_text("Reporter la vérification…", exact=True).click()
    page.locator("button[value=postpone]").click()
    expect(page.locator("#problems")).to_be_visible()
    page.locator("#bk-review_on").fill("1 septembre 2199")
    page.locator("#bk-reason").fill("Le vote est reporté.")
    page.locator("button[value=postpone]").click()
    expect(page.get_by_role("status").first).to_contain_text("Fait pour 1 prévision.")
    assert str(fresh(database, claims[0]).review_on) == "2199-09-01"
