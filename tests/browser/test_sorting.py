"""From an article to ten tracked claims by keyboard, and sorting by mouse, by touch and without scripts."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.conftest import Desk
from tests.browser.hands import Hands, press
from tests.factories import make_article, make_editor, make_topic
from tests.intake.sorting import BODY, load_candidates, read_article
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.intake.models import CandidateState

DATA: Final = Path(__file__).parents[1] / "data"
ARTICLES: Final = {
    "en": ("harbour.en.txt", "en", "Osterhaven bets its future on a deeper harbour"),
    "fr": ("vallee.fr.txt", "fr", "La vallée de l’Orne noire rallume ses turbines"),
}
WANTED: Final = 10


@pytest.mark.parametrize("which", ARTICLES)
def test_ten_claims_of_a_long_article_are_tracked_in_two_minutes(desk: Desk, session: Session, which: str):
    file, language, title = ARTICLES[which]
    body = (DATA / file).read_text("utf-8").rstrip("\n")
    assert len(re.findall(r"[^\W_]+", body)) >= 1_500
    page = desk("editor")
    page.goto("/queue")
    hands = Hands(page)
    hands.press("n")
    page.wait_for_url("**/articles/new")
    hands.tab_to("body")
    hands.paste(body)
    hands.tab_to("title")
    hands.paste(title)
    hands.tab_to("published_on")
    hands.type("2 Dec 2024")
    if language == "fr":
        hands.tab_to("language")
        page.locator("[name=language]").first.evaluate("each => each.select?.()")
        hands.type("Fr")
    hands.press("Control+Enter")
    page.wait_for_url("**/sort")
    kept = 0
    while kept < WANTED:
        heading = page.locator("#c-h").inner_text()
        hands.look()
        is_likely = page.locator("#here").evaluate("each => each.classList.contains('sure')")
        is_asked = page.locator("#asked").count() > 0
        key = "l" if is_asked else "a" if is_likely else "r"
        hands.press(key)
        kept += key == "a"
        expect(page.locator("#c-h")).not_to_have_text(heading)
    session.rollback()
    claims = session.scalars(select(Claim)).all()
    assert [claim.status for claim in claims] in ([Status.OPEN] * WANTED, [Status.DUE] * WANTED)
    for claim in claims:
        assert claim.quote == body[claim.quote_start : claim.quote_end]
        assert claim.confirmed_if
        assert claim.review_on is not None
    assert hands.seconds <= 120
    assert hands.read <= WANTED + 5


def test_last_decision_is_undone_and_a_passage_is_edited_by_keyboard(desk: Desk, database: Database, session: Session):
    editor = make_editor(database)
    reading = read_article(database, editor)
    page = desk(editor)
    page.goto("/articles/1/sort")
    press(page, "r")
    expect(page.locator("#said")).to_contain_text("Rejected.")
    press(page, "u")
    expect(page.locator("#said")).to_contain_text("1 passage waits again.")
    press(page, "i")
    expect(page.locator("#statement")).to_be_focused()
    press(page, "Control+A")
    page.keyboard.type("The bridge reopens in June 2024")
    press(page, "Escape")
    press(page, "a")
    expect(page.locator("#said")).to_contain_text("Kept and tracked")
    press(page, "j")
    expect(page.locator("#c-h")).to_have_text("Passage 3")
    press(page, "k")
    expect(page.locator("#c-h")).to_have_text("Passage 2")
    states = [(each.state, each.is_edited) for each in load_candidates(session, reading)]
    assert states[0] == (CandidateState.KEPT, True)
    assert {state for state, _ in states[1:]} == {CandidateState.WAITING}


def test_kind_of_another_speaker_is_left_open_unless_it_was_chosen(desk: Desk, database: Database):
    read_article(database, editor := make_editor(database))
    page = desk(editor)
    page.goto("/articles/1/sort")
    chosen = page.locator("[name=speaker_kind]:checked")
    page.locator("summary").filter(has_text="new speaker").click()
    expect(chosen).to_have_count(1)
    page.locator("[name=speaker]").fill("Greenpeace France")
    expect(chosen).to_have_count(0)
    page.locator("[name=speaker_kind][value=organisation]").check()
    page.locator("[name=speaker]").fill("Goldman Sachs")
    expect(chosen).to_have_value("organisation")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("place", ["", "&text=1&start=22&end=60"])
def test_claim_form_needs_one_screen_of_scrolling_at_most(desk: Desk, database: Database, language: str, place: str):
    editor = make_editor(database, language=language)
    for number in range(15):
        make_topic(database, f"Topic {number}", f"Un thème {number}")
    article = make_article(database, body=BODY)
    page = desk(editor, locale="fr-FR" if language == "fr" else "en-GB")
    page.goto(f"/claims/new?article={article.id}{place}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.locator("#quote").is_visible() is not bool(place)
    assert page.evaluate("document.documentElement.scrollHeight") <= 2 * 900


def test_selected_words_become_a_passage_with_m(desk: Desk, database: Database, session: Session):
    editor = make_editor(database)
    reading = read_article(database, editor)
    page = desk(editor)
    page.goto("/articles/1/sort")
    page.evaluate("""() => {
      const nodes = [...document.querySelectorAll('[data-start]')].flatMap((each) => [...each.childNodes]);
      const node = nodes.find((each) => each.data?.includes('The work cost'));
      const from = node.data.indexOf('The work cost');
      getSelection().setBaseAndExtent(node, from, node, from + 32);
    }""")
    expect(page.locator("#markbar")).to_be_visible()  # the browser reports a selection a moment later
    press(page, "m")
    expect(page.locator("#c-h")).to_have_text("Passage of your choice")
    expect(page.locator("#statement")).to_have_value("The work cost four million euros")
    press(page, "a")
    expect(page.locator("#said")).to_contain_text("Kept and tracked")
    assert len(load_candidates(session, reading)) == 6


def test_tap_on_a_sentence_offers_to_sort_it(desk: Desk, database: Database):
    editor = make_editor(database)
    read_article(database, editor)
    page = desk(editor, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/articles/1/sort")
    page.locator("#par2 [data-start]").evaluate("""(block) => {
      const node = [...block.childNodes].find((each) => each.data?.includes('The work cost'));
      const range = document.createRange();
      range.setStart(node, 6);
      range.setEnd(node, 8);
      block.scrollIntoView({ block: 'center' });
      const box = range.getBoundingClientRect();
      window.tapAt = [box.x + 2, box.y + box.height / 2];
    }""")
    x, y = page.evaluate("window.tapAt")
    page.touchscreen.tap(x, y)
    bar = page.get_by_role("region", name="Selected words")
    expect(bar).to_contain_text("The work cost four million euros last year.")
    bar.get_by_role("link").tap()
    expect(page.locator("#statement")).to_have_value("The work cost four million euros last year")


def test_passages_are_sorted_without_scripts(desk: Desk, database: Database, session: Session):
    editor = make_editor(database)
    reading = read_article(database, editor)
    page = desk(editor, java_script_enabled=False)
    page.goto("/articles/1/sort")
    page.get_by_role("button", name="Keep all likely (3)").click()
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("button", name="Later").click()
    page.get_by_text("4 sorted passages").click()
    page.get_by_role("button", name="Undo Passage 3").click()
    states = [each.state for each in load_candidates(session, reading)]
    assert states.count(CandidateState.KEPT) == 3
    assert states.count(CandidateState.WAITING) == 1
    assert states.count(CandidateState.LATER) == 1
