"""The record in a real browser: readable by everybody, erasing without scripts, and a dossier that prints."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.factories import make_claim, make_editor
from tracker.db import Database


@pytest.fixture
def story(database: Database) -> int:
    """The number of a claim with a verdict."""
    ann = make_editor(database, "Ann Archer")
    return make_claim(database, "under_review", owner=ann, proposer=ann).id


def test_words_are_erased_without_scripts(story: int, desk: Desk, axe):
    page = desk("chief", java_script_enabled=False)
    page.goto("/record/erase")
    page.get_by_label("Claim number").fill(str(story))
    page.get_by_label("Words to find").fill("arms deal")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("input[name=places]").first).to_be_checked()
    page.get_by_label("Reason").fill("A private person")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("This is removed for good")).to_be_visible()
    page.get_by_role("button", name="Erase this text").click()
    expect(page.get_by_text("The text is erased.")).to_be_visible()
    expect(page.get_by_text("[erased]").first).to_be_visible()


def test_a_dossier_prints_without_the_desk_around_it(story: int, desk: Desk, tmp_path: Path):
    page = desk("viewer")
    page.goto(f"/claims/{story}/dossier")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for hidden in (".mast", ".crumbs", ".btns"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.rec-t td')).color") == "rgb(0, 0, 0)"
    assert len(page.pdf(format="A4")) > 10_000
