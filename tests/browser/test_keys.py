"""The desk by keyboard, key presses counted: what a review and a signature cost, and where keys do nothing."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tests.factories import fresh, make_editor, verdicts_of
from tracker.claims.enums import Outcome, Stance
from tracker.claims.models import Claim
from tracker.db import Database

KNOWN_ON = date(2024, 3, 1)
COUNT = """
    sessionStorage.presses ??= 0;
    addEventListener("keydown", e => {
        if (!["Control", "Meta", "Shift", "Alt"].includes(e.key)) sessionStorage.presses++;
    }, true);
"""


@pytest.fixture
def claims(make_claim: Callable[..., Any], make_evidence: Callable[..., Any]) -> list[Claim]:
    """Three claims that are due, oldest first, each with a source against and one for it."""
    made = [
        make_claim("due", statement=f"The {what} will close.", review_on=date(2024, 3, 11 + n), deadline_on=date(2024, 3, 10))
        for n, what in enumerate(("ferry", "bridge", "mint"))
    ]
    for claim in made:
        make_evidence(claim, Stance.CONTRADICTS, published_on=KNOWN_ON)
        make_evidence(claim, Stance.SUPPORTS, published_on=KNOWN_ON)
    return made


def counted(page: Page) -> Page:
    page.add_init_script(COUNT)
    return page


def presses(page: Page) -> int:
    """How many keys were pressed since the first page; a chord is one, and words put into a field at once are none."""
    return int(page.evaluate("Number(sessionStorage.presses)"))


def press_code(page: Page, code: str, key: str) -> None:
    """A key as a keyboard of another layout sends it, which the driver cannot type."""
    page.evaluate(
        "([code, key]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {code, key, bubbles: true}))",
        [code, key],
    )


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim().slice(0, 80)"))


def test_a_due_claim_is_reviewed_from_the_queue_with_three_presses(desk: Desk, claims: list[Claim], database: Database):
    page = counted(desk("editor"))
    page.goto("/queue")
    page.keyboard.press("j")
    page.keyboard.press("3")
    expect(page.locator("#vd-rationale")).to_be_focused()
    page.keyboard.insert_text("It runs to this day, says the port.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("Proposed: refuted.")
    assert presses(page) == 3
    proposed = verdicts_of(database, claims[0])[-1]
    assert (proposed.outcome, proposed.known_on) == (Outcome.REFUTED, KNOWN_ON)
    assert proposed.rationale == "It runs to this day, says the port."


def test_a_claim_that_came_true_takes_one_more_press_and_its_day(desk: Desk, claims: list[Claim], database: Database):
    page = counted(desk("editor"))
    page.goto("/queue")
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.locator("#vd-rationale")).to_be_focused()
    page.keyboard.insert_text("The last ferry left at noon.")
    page.keyboard.press("Tab")
    expect(page.locator("#vd-occurred_from")).to_be_focused()
    page.keyboard.insert_text("1 mar 2024")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("Proposed: confirmed.")
    assert presses(page) == 4
    assert verdicts_of(database, claims[0])[-1].outcome is Outcome.CONFIRMED


def test_a_colleagues_verdict_is_signed_from_the_queue_with_three_presses(
    desk: Desk, make_claim: Callable[..., Any], database: Database
):
    claim = make_claim("proposed")
    page = counted(desk("editor"))
    page.goto("/queue")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_focused()
    page.wait_for_load_state()  # the browser itself puts the focus there, maybe before there are any keys
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("Signed.")
    assert presses(page) == 3
    assert fresh(database, claim).status == "resolved"


def test_j_and_k_move_the_focus_and_go_on_from_claim_to_claim(desk: Desk, claims: list[Claim]):
    page = desk("editor")
    page.goto("/queue")
    for key, expected in (("j", "ferry"), ("j", "bridge"), ("j", "mint"), ("j", "mint"), ("k", "bridge")):
        page.keyboard.press(key)
        assert expected in focused(page)
    expect(page.locator("tr[aria-current]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/claims/{claims[1].id}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/claims/{claims[2].id}")
    page.keyboard.press("j")
    expect(page.locator("#said .said")).to_have_text("This is the last one.")
    page.keyboard.press("k")
    expect(page).to_have_url(f"/claims/{claims[1].id}")
    page.goto("/claims")
    page.keyboard.press("j")
    assert "mint" in focused(page)


def test_a_french_keyboard_gives_verdicts_with_its_number_row(desk: Desk, claims: list[Claim]):
    page = desk("editor", locale="fr-FR")
    page.goto(f"/claims/{claims[0].id}")
    for code, key, verdict in (("Digit2", "é", "partly_confirmed"), ("Digit3", '"', "refuted"), ("Numpad5", "5", "void")):
        press_code(page, code, key)
        expect(page.locator(f"[value={verdict}]")).to_be_checked()
        expect(page.locator("#vd-rationale")).to_be_focused()
        page.keyboard.press("Escape")
    assert page.locator("#vd-rationale").input_value() == ""


@pytest.mark.parametrize(
    ("key", "leads_to"), [("e", "/evidence#add-ev"), ("d", "/postpone"), ("o", "/assign"), ("i", "/edit"), ("w", "#verdict")]
)
def test_each_letter_opens_its_form_from_the_queue(desk: Desk, claims: list[Claim], key: str, leads_to: str):
    page = desk("editor")
    page.goto("/queue")
    page.keyboard.press(key)
    expect(page.locator("#said .said")).to_have_text("Choose a claim first, with J or K.")
    page.keyboard.press("j")
    page.keyboard.press(key)
    expect(page).to_have_url(f"/claims/{claims[0].id}{leads_to}")
    if key == "e":
        expect(page.locator("#ev-url")).to_be_focused()


@pytest.mark.parametrize(("key", "leads_to"), [("d", "/postpone"), ("o", "/assign"), ("i", "/edit")])
def test_each_letter_opens_its_form_from_the_claim(desk: Desk, claims: list[Claim], key: str, leads_to: str):
    page = desk("editor")
    page.goto(f"/claims/{claims[0].id}")
    page.keyboard.press(key)
    expect(page).to_have_url(f"/claims/{claims[0].id}{leads_to}")


def test_letters_go_places_and_a_question_mark_lists_them(desk: Desk, axe: Callable[..., None]):
    page = desk("editor")
    page.clock.set_fixed_time("2024-03-12")  # however long it takes until the second letter is pressed
    page.goto("/articles")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("n?")
    expect(page.locator("#q")).to_have_value("n?")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    axe(page)
    page.keyboard.press("n")
    expect(page).to_have_url("/queue")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("n")
    expect(page).to_have_url("/articles/new")


def test_keys_do_nothing_inside_fields_or_with_another_key_held(desk: Desk, claims: list[Claim]):
    page = desk("editor")
    page.goto(f"/claims/{claims[0].id}")
    page.locator("#vd-rationale").focus()
    page.keyboard.type("edit 123 gq")
    expect(page.locator("#vd-rationale")).to_have_value("edit 123 gq")
    expect(page.locator("#verdict [type=radio]:checked")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+e")
    page.keyboard.press("Control+i")
    expect(page).to_have_url(f"/claims/{claims[0].id}")


def test_switched_off_shortcuts_do_nothing(desk: Desk, claims: list[Claim], database: Database):
    page = desk(make_editor(database, shortcuts=False))
    page.goto("/queue")
    expect(page.get_by_role("complementary", name="Keyboard shortcuts")).to_have_count(0)
    for key in ("j", "3", "?", "n", "/"):
        page.keyboard.press(key)
    expect(page).to_have_url("/queue")
    assert page.evaluate("document.activeElement === document.body")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_hints_can_be_hidden_and_lead_to_the_switch(desk: Desk, claims: list[Claim], database: Database):
    page = desk(make_editor(database, key_hints=False))
    page.goto("/queue")
    expect(page.get_by_role("complementary", name="Keyboard shortcuts")).to_have_count(0)
    page.keyboard.press("j")
    assert "ferry" in focused(page)
    shown = desk("editor")
    shown.goto(f"/claims/{claims[0].id}")
    shown.get_by_role("link", name="Turn shortcuts off").click()
    expect(shown).to_have_url("/settings#display")


def test_a_reader_has_no_key_that_changes_anything(desk: Desk, claims: list[Claim]):
    page = desk("viewer")
    page.goto("/queue")
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.locator("#said .said")).to_have_text("Your role does not allow this.")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/claims/{claims[0].id}")
    page.keyboard.press("2")
    expect(page.locator("#said .said")).to_have_text("No verdict can be given here now.")


def test_without_scripts_an_address_still_chooses_the_verdict(desk: Desk, claims: list[Claim]):
    page = desk("editor", java_script_enabled=False)
    page.goto(f"/claims/{claims[0].id}?verdict=refuted#verdict")
    expect(page.get_by_label("Refuted", exact=False).first).to_be_checked()
    expect(page.locator("#vd-known_on")).to_have_value("1 Mar 2024")
    page.locator("#vd-rationale").fill("It runs to this day.")
    page.get_by_role("button", name="Propose verdict").click()
    expect(page.get_by_role("status").first).to_contain_text("Proposed: refuted.")
    page.goto("/keys")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keyboard shortcuts")


def test_queue_panel_follows_the_focus(desk: Desk, claims: list[Claim]):
    page = desk("editor", viewport={"width": 1680, "height": 900})
    page.goto("/queue")
    page.keyboard.press("j")
    page.keyboard.press("j")
    panel = page.get_by_role("complementary", name="Claim details")
    expect(panel.get_by_role("heading")).to_have_text("The bridge will close.")
    assert "bridge" in focused(page)
    panel.get_by_role("link", name="Refuted").click()
    expect(page.locator("#vd-rationale")).to_be_focused()
    expect(page.locator("[value=refuted]")).to_be_checked()


def test_space_opens_the_drawer_which_follows_the_focus(desk: Desk, claims: list[Claim]):
    page = desk("editor")
    page.goto("/queue")
    drawer = page.locator("#peek")
    page.keyboard.press("j")
    expect(drawer).to_be_hidden()
    page.keyboard.press("Space")
    expect(drawer.get_by_role("heading")).to_be_visible()
    first = drawer.get_by_role("heading").text_content()
    page.keyboard.press("j")
    expect(drawer.get_by_role("heading")).not_to_have_text(first or "")
    page.keyboard.press("Space")
    expect(drawer).to_be_hidden()


def test_chevron_opens_the_drawer_and_its_button_closes_it(desk: Desk, claims: list[Claim]):
    page = desk("editor")
    page.goto("/queue")
    page.get_by_role("link", name="Show details of claim").first.click()
    drawer = page.locator("#peek")
    expect(drawer.get_by_role("heading")).to_be_visible()
    drawer.get_by_role("button", name="Close").click()
    expect(drawer).to_be_hidden()
    assert page.url.endswith("/queue")


def test_u_takes_back_what_was_just_done(desk: Desk, claims: list[Claim], database: Database):
    owner = make_editor(database, "Tom Adeyemi")
    page = desk("editor")
    page.goto(f"/claims/{claims[0].id}")
    page.keyboard.press("u")
    expect(page.locator("#said .said")).to_have_text("There is nothing to undo here.")
    page.keyboard.press("o")
    page.get_by_label("Owner").select_option(label="Tom Adeyemi")
    page.get_by_role("button", name="Reassign", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Owner: Tom Adeyemi.")
    assert fresh(database, claims[0]).owner_id == owner.id
    page.wait_for_load_state()
    page.keyboard.press("u")
    expect(page.get_by_role("status").first).to_contain_text("Undone.")
    assert fresh(database, claims[0]).owner_id is None


def test_next_claim_of_a_filtered_queue_opens_by_button_and_by_key(desk: Desk, claims: list[Claim], database: Database):
    page = desk("editor")
    page.goto("/queue?owner=nobody")
    page.keyboard.press("j")
    page.keyboard.press("3")
    expect(page.locator("#vd-rationale")).to_be_focused()
    page.keyboard.insert_text("It runs to this day, says the port.")
    page.get_by_role("button", name="Propose and next").click()

    expect(page).to_have_url(re.compile(rf"/claims/{claims[1].id}\?list=owner%3Dnobody#verdict$"))
    expect(page.get_by_role("status").first).to_contain_text("Proposed: refuted.")
    assert verdicts_of(database, claims[0])[-1].outcome is Outcome.REFUTED
    page.keyboard.press("d")
    page.wait_for_url("**/postpone?list=*")
    page.locator("#review_on").fill("1 Jan 2090")
    page.locator("#reason").fill("Delayed.")
    page.get_by_role("button", name="Move and next").click()
    expect(page).to_have_url(re.compile(rf"/claims/{claims[2].id}\?list="))
    page.goto("/queue?owner=nobody")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/claims/{claims[2].id}\?list="))
