"""The page of a claim in a real browser, without scripts: reached, filled in, read by assistive technology, on any screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.factories import DESK, make_check, make_evidence
from tracker.claims.enums import Attribution, Certainty, QuoteKind, Stance, Visibility
from tracker.claims.models import Claim
from tracker.claims.services import evidence
from tracker.db import Database

BODY = "A first paragraph.\n\nThey will probably sign a pact, he said, before the year is out.\n\nThe end."
QUOTE = "They will probably sign a pact"


@pytest.fixture
def full(
    database: Database, make_article: Callable, make_claim: Callable, make_speaker: Callable, make_topic: Callable
) -> Callable:
    """`full("due")`: a claim with something in every part of its page."""

    def make(status: str) -> Claim:
        start = BODY.index(QUOTE)
        claim: Claim = make_claim(
            status,
            article=make_article(body=BODY),
            topics=[make_topic()],
            quote=QUOTE,
            quote_kind=QuoteKind.VERBATIM,
            text_number=1,
            quote_start=start,
            quote_end=start + len(QUOTE),
            speaker_id=make_speaker(affiliation="Northgate Institute").id,
            attribution=Attribution.IMPLIED,
            hedge="probably",
            certainty=Certainty.HEDGED,
            likelihood_low=60,
            likelihood_high=80,
            condition="If the talks go on",
            refuted_if="Nothing is signed.",
        )
        if status == "withdrawn":
            return claim
        with database.writing() as session:
            own = session.get_one(Claim, claim.id)
            make_check(session, own, exhaustive=True)
            gone = make_evidence(session, own, Stance.CONTRADICTS, title="A denial", note="Sent by fax.")
            make_evidence(session, own, Stance.CONTEXT, title="Our letter", visibility=Visibility.INTERNAL)
            evidence.withdraw_evidence(session, own, gone.id, "It was forged.", actor=DESK)
            evidence.add_note(session, own, "Ask again.", actor=DESK)
        return claim

    return make


def test_a_new_claim_is_written_without_scripts(make_article: Callable, desk: Desk):
    article = make_article(body=BODY)
    page = desk(java_script_enabled=False)
    page.goto(f"/claims/new?article={article.id}")
    page.get_by_role("button", name="Save and track").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Statement", exact=True).first.fill("A pact is signed.")
    page.locator("#quote").fill(QUOTE)
    page.get_by_label("Review date").fill("1 January 2030")
    page.get_by_role("button", name="Save and track").click()
    expect(page.get_by_role("heading", name="A pact is signed.")).to_be_visible()
    expect(page.locator("blockquote mark")).to_have_text(QUOTE)


def test_a_verdict_asks_only_for_what_belongs_to_it(full: Callable, desk: Desk):
    claim = full("due")
    page = desk(java_script_enabled=False)
    page.goto(f"/claims/{claim.id}")
    when, part, why = (
        page.get_by_label("Happened on"),
        page.get_by_label("Which part"),
        page.get_by_label("Why there is no answer"),
    )
    for outcome, shown in (("confirmed", [when]), ("partly_confirmed", [when, part]), ("refuted", [when]), ("void", [why])):
        page.check(f"[value={outcome}]")
        for field in (when, part, why):
            expect(field).to_be_visible(visible=field in shown)
    # A field with an error stays in sight, whatever is chosen.
    page.check("[value=confirmed]")
    when.fill("31 February 2024")
    page.check("[value=void]")
    page.get_by_role("button", name="Propose verdict").click()
    expect(page.get_by_label("Happened on")).to_be_visible()


def test_two_editors_at_once_lose_no_character(full: Callable, desk: Desk):
    claim = full("due")
    mine, theirs = desk(java_script_enabled=False), desk(java_script_enabled=False)
    reason = "Both governments published the text, “signed and sealed” – 9 March.\n\nSecond paragraph ☕."
    mine.goto(f"/claims/{claim.id}")
    mine.check("[value=refuted]")
    mine.get_by_label("Reason, in a sentence or two").fill(reason)
    mine.get_by_label("Outcome known on").fill("10 March 2024")
    theirs.goto(f"/claims/{claim.id}/evidence")
    theirs.get_by_label("Title").fill("New source")
    theirs.get_by_label("Address of the source").fill("https://example.org/new")
    theirs.get_by_label("Contradicts").check()
    theirs.get_by_role("button", name="Add evidence").click()
    expect(theirs.get_by_role("status")).to_contain_text("Evidence added.")
    mine.get_by_role("button", name="Propose verdict").click()
    expect(mine.get_by_role("alert")).to_contain_text("changed this claim while you were working on it")
    expect(mine.get_by_label("Reason, in a sentence or two")).to_have_value(reason)
    expect(mine.get_by_role("link", name="New source", exact=True)).to_be_visible()
    mine.get_by_role("button", name="Propose verdict").click()
    expect(mine.get_by_role("status")).to_contain_text("Proposed: refuted.")


def test_other_forms_keep_their_input_when_one_is_sent(full: Callable, desk: Desk):
    claim = full("due")
    page = desk()
    page.goto(f"/claims/{claim.id}")
    page.check("[value=confirmed]")
    page.get_by_label("Reason, in a sentence or two").fill("Half a sentence,\nand ☕")
    page.get_by_role("link", name="Write a note").click()
    expect(page.locator("#add-note textarea")).to_be_focused()
    page.locator("#add-note textarea").fill("A note that waits.")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("#ev-url")).to_be_focused()
    expect(page).to_have_url(f"/claims/{claim.id}")
    expect(page.get_by_label("Reason, in a sentence or two")).to_have_value("Half a sentence,\nand ☕")
    page.get_by_label("Title", exact=True).fill("The text")
    page.get_by_label("Address of the source").fill("https://example.org/text")
    page.get_by_label("Supports", exact=True).check()
    page.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_role("status").first).to_contain_text("Evidence added.")
    expect(page.get_by_label("Reason, in a sentence or two")).to_have_value("Half a sentence,\nand ☕")
    expect(page.locator("[value=confirmed]")).to_be_checked()
    expect(page.locator("#add-note textarea")).to_have_value("A note that waits.")
    expect(page.locator("#add-note textarea")).to_be_visible()
    expect(page.get_by_role("link", name="Add evidence")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Write a note")).to_be_visible()
    expect(page.locator("#add-note textarea")).to_have_count(0)
