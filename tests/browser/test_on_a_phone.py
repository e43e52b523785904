"""A review on a phone, in French, by what stands on the page: from a due claim to the second signature."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tests.factories import fresh, make_editor, verdicts_of
from tracker.claims.enums import Outcome
from tracker.db import Database

PHONE: Final = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "locale": "fr-FR"}
NARROW: Final = {**PHONE, "viewport": {"width": 320, "height": 700}}
STATEMENT = "Le bac cesse avant Pâques."
# Whatever stands alone and is tapped; a link within a sentence may be lower.
LOW = """() => [...document.querySelectorAll("button, summary, .btn, .inp, .sel, .seg label, .choice, .menu a, .slim a, .hit")]
    .filter(each => each.checkVisibility() && !each.closest(".vh, .skip") && each.getBoundingClientRect().height > 1)
    .filter(each => Math.round(each.getBoundingClientRect().height) < 44)
    .map(each => each.outerHTML.slice(0, 120))"""


def arrived(page: Page) -> None:
    """The page is drawn, is not wider than the screen, and fingers find what they look for."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert page.evaluate(LOW) == [], page.url


def test_a_due_claim_goes_from_the_queue_to_the_second_signature(desk: Desk, make_claim: Callable[..., Any], database: Database):
    claim = make_claim("due", statement=STATEMENT, language="fr", review_on=date(2024, 3, 31), deadline_on=date(2024, 3, 31))
    page = desk(make_editor(database, "Inès Carpentier"), **PHONE)
    page.goto("/queue")
    arrived(page)
    page.get_by_role("link", name=STATEMENT).tap()
    page.wait_for_url(f"**/claims/{claim.id}")
    arrived(page)
    bar = page.locator(".mobar")
    bar.get_by_role("link", name="Ajouter une preuve").tap()
    page.wait_for_url("**/evidence#add-ev")
    arrived(page)
    form = page.locator("#add-ev")
    form.get_by_label("Adresse de la source").fill("https://example.org/avis")
    form.get_by_label("Titre").fill("Le dernier bac est parti")
    form.get_by_text("Appuie").tap()
    form.get_by_text("Précisions sur la source").tap()
    form.get_by_label("Publié le").fill("1er mars 2024")
    form.get_by_role("button", name="Ajouter une preuve").tap()
    expect(page.get_by_role("status").first).to_contain_text("Preuve ajoutée.")
    arrived(page)

    bar.get_by_role("link", name="Rendre un verdict").tap()
    panel = page.locator("#verdict")
    panel.get_by_text("Confirmée", exact=True).tap()
    expect(panel.get_by_label("Résultat connu le")).to_have_value("1er mars 2024")
    panel.get_by_role("button", name="Proposer un verdict").tap()
    # All that is missing is said at once, and leads to its field.
    problems = page.get_by_role("alert").get_by_role("link")
    expect(problems).to_have_count(2)
    arrived(page)
    problems.last.tap()
    happened = panel.get_by_label("S’est produite le, ou du")
    expect(happened).to_be_focused()
    expect(happened).to_have_accessible_name("S’est produite le, ou du")
    happened.fill("1er mars 2024")
    panel.get_by_label("Motif").fill("Le dernier bac est parti à midi.")
    panel.get_by_role("button", name="Proposer un verdict").tap()
    expect(page.get_by_role("status").first).to_contain_text("Verdict proposé")
    expect(panel.get_by_role("button", name="Contresigner", exact=True)).to_have_count(0)

    page = desk(make_editor(database, "Tom Adeyemi"), **PHONE)
    page.goto("/queue")
    page.get_by_role("link", name="À contresigner").tap()
    page.wait_for_url("**view=signoff**")
    arrived(page)
    page.get_by_role("link", name=STATEMENT).tap()
    page.wait_for_url("**#verdict")
    arrived(page)
    page.get_by_role("button", name="Contresigner", exact=True).tap()
    expect(page.get_by_role("status").first).to_contain_text("Contresigné")
    assert fresh(database, claim).status == "resolved"
    assert [each.outcome for each in verdicts_of(database, claim)] == [Outcome.CONFIRMED]


def test_chosen_rows_bring_what_can_be_done_to_them(desk: Desk, make_claim: Callable[..., Any]):
    claim = make_claim("due", statement=STATEMENT, language="fr")
    page = desk("editor", **PHONE)
    page.goto("/queue")
    page.wait_for_load_state()
    expect(page.get_by_text("Attribuer…")).to_be_hidden()
    page.get_by_label(f"Sélectionner la prévision {claim.id}").tap()
    expect(page.get_by_role("link", name="Changer de responsable")).to_be_visible()
    expect(page.get_by_text("Attribuer…")).to_be_in_viewport()


def test_button_of_a_row_stays_in_view_in_a_wide_table(desk: Desk, database: Database):
    editor = make_editor(database, language="fr")
    desk(editor).goto("/queue")
    page = desk(editor, **NARROW)
    page.goto("/settings")
    button = page.get_by_role("button", name="Fermer cette session").first
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert page.locator(".scroll").first.evaluate("each => each.scrollLeft") == 0


def test_terms_and_counts_are_not_squeezed_on_the_narrowest_screen(desk: Desk, make_claim: Callable[..., Any]):
    for _each in range(12):
        claim = make_claim("due", statement=STATEMENT, language="fr")
    page = desk("editor", **NARROW)
    page.goto("/queue")
    count = page.locator(".grp-h .n").first
    assert count.inner_text() == "12"
    assert count.evaluate("each => each.offsetHeight") < 30
    page.goto(f"/claims/{claim.id}")
    width = page.locator(".facts dd").first.evaluate("each => each.offsetWidth / each.parentElement.offsetWidth")
    assert width > 0.9
