"""Names that a list has no room for are typed: by keyboard, on a phone, and without script."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tests.factories import fresh, make_claim, make_speaker, make_topic
from tracker.claims.models import Claim, Speaker
from tracker.claims.queries import choices
from tracker.db import Database

NARROW: Final = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
NAMED: Final = "[name=speaker_id-named]"


@pytest.fixture(autouse=True)
def _short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "MOST", 1)


@pytest.fixture
def last(database: Database) -> Speaker:
    """The speaker whom the list does not show."""
    make_speaker(database, "Ada Marsh")
    return make_speaker(database, "Zoe Young")


@pytest.fixture
def claim(database: Database, last: Speaker) -> Claim:
    return make_claim(database, quote="", quote_kind=None)


def _save_with_name(page: Page, name: str) -> None:
    page.locator(NAMED).fill(name)
    page.locator("[name=attribution][value=stated]").check()
    page.locator(NAMED).press("Enter")


def test_name_is_typed_by_keyboard(desk: Desk, database: Database, claim: Claim, last: Speaker, axe: Callable[..., None]):
    page = desk()
    page.goto(f"/claims/{claim.id}/edit")
    page.locator("[name=speaker_id]").focus()
    page.keyboard.press("Tab")
    expect(page.locator(NAMED)).to_be_focused()
    page.keyboard.type("zoe  young")
    page.locator("[name=attribution][value=stated]").check()
    axe(page)
    page.locator(NAMED).press("Enter")
    page.wait_for_url(f"**/claims/{claim.id}")
    assert fresh(database, claim).speaker_id == last.id


def test_unknown_name_is_kept_and_explained(desk: Desk, claim: Claim, axe: Callable[..., None]):
    page = desk()
    page.goto(f"/claims/{claim.id}/edit")
    _save_with_name(page, "Nemo Nil")
    expect(page.get_by_role("alert")).to_contain_text("No entry has the name “Nemo Nil”.")
    expect(page.locator(NAMED)).to_have_value("Nemo Nil")
    axe(page)


@pytest.mark.parametrize("options", [NARROW, {**NARROW, "java_script_enabled": False}], ids=["script", "no script"])
def test_name_is_typed_on_a_narrow_phone(desk: Desk, database: Database, claim: Claim, last: Speaker, options: dict[str, Any]):
    page = desk(**options)
    page.goto(f"/claims/{claim.id}/edit")
    box = page.locator(NAMED).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert box["height"] >= 24
    _save_with_name(page, "Zoe Young")
    page.wait_for_url(f"**/claims/{claim.id}")
    assert fresh(database, claim).speaker_id == last.id


def test_topics_are_typed_without_script_and_shown(desk: Desk, database: Database, claim: Claim):
    for number in range(3):
        make_topic(database, f"Topic {number}", f"Thème {number}")
    page = desk(java_script_enabled=False)
    page.goto(f"/claims/{claim.id}/topics")
    page.get_by_label("Topic 0").check()
    page.locator("[name=topics-named]").fill("topic 1; Topic 2")
    page.locator("[name=topics-named]").press("Enter")
    page.wait_for_url(f"**/claims/{claim.id}")
    for number in range(3):
        expect(page.get_by_role("main")).to_contain_text(f"Topic {number}")
