"""A session that ended while somebody was typing: after signing in again, not one character is missing."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.factories import fresh, make_editor
from tests.support.web import PASSWORD
from tracker.db import Database

WORDS = "  Le traité « sera » signé… 👩‍👩‍👧 cafe\u0301\n\n\tligne 2 <b>&amp;</b> \"x\" 'y' \\ end " + "é" * 3_000


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_is_sent_after_signing_in_again(desk: Desk, make_claim, database: Database, scripts: bool):
    claim = make_claim("open")
    editor = make_editor(database, email="ines@example.com")
    page = desk(editor, java_script_enabled=scripts)
    page.goto(f"/claims/{claim.id}/edit")
    page.locator("#confirmed_if").fill(WORDS)
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in first, in a new tab").click()
    door = opened.value
    door.get_by_label("Work e-mail").fill("ines@example.com")
    door.get_by_label("Password").fill(PASSWORD)
    door.get_by_role("button", name="Sign in").click()
    expect(door).to_have_url("/queue")
    with page.expect_navigation():
        page.get_by_role("button", name="Send it again").click()
    if page.get_by_role("button", name="Send it again").count():  # the first page was still that of nobody
        page.get_by_role("button", name="Send it again").click()
    expect(page).to_have_url(f"/claims/{claim.id}")
    assert fresh(database, claim).confirmed_if == WORDS.strip()


def test_reason_is_still_there_when_a_form_could_not_be_opened(desk: Desk, make_claim, database: Database):
    claim = make_claim("due")
    editor = make_editor(database, email="ines@example.com")
    page = desk(editor)
    page.goto(f"/claims/{claim.id}?list=owner%3Dme")
    page.locator("#verdict textarea[name=rationale]").fill("Half a reason")
    page.context.clear_cookies()
    page.locator("a#add-check").click()
    page.get_by_label("Work e-mail").fill("ines@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#add-check [name=where_looked]")).to_be_visible()
    expect(page.locator("#verdict textarea[name=rationale]")).to_have_value("Half a reason")
