"""From a newsroom with two editors and nothing else to a first signed verdict, by what the pages say alone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tests.factories import make_editor
from tests.support.web import SignIn
from tracker.db import Database

BODY = "The summit\n\nThe two will sign an arms deal in September. Nothing else is known."


def press(page: Page, label: str, role: str = "link") -> None:
    page.locator("main").get_by_role(role, name=label, exact=True).first.click()  # type: ignore[arg-type]


def test_visible_labels_lead_to_a_signed_verdict(desk: Desk, database: Database, sign_in: SignIn):
    ines, tom = make_editor(database, "Inès Carpentier"), make_editor(database, "Tom Adeyemi")
    page = desk(ines)
    page.goto("/")
    expect(page.get_by_role("heading", name="No claims yet")).to_be_visible()
    press(page, "Add an article")
    page.get_by_label("Headline").fill("What the summit will bring")
    page.get_by_label("Published on").fill("1 Sep 2023")
    page.get_by_label("Language of the text").fill("English")
    page.get_by_label("Article text").fill(BODY)
    press(page, "Save the article", "button")
    expect(page.get_by_role("status").first).to_contain_text("Article saved.")
    page.goto("/")
    press(page, "Select its predictions")
    press(page, "Add a claim from paragraph 2")
    page.get_by_label("The two will sign an arms deal in September.").check()
    press(page, "Use these words", "button")
    expect(page.locator("#quote")).to_have_value("The two will sign an arms deal in September.")
    page.get_by_label("Statement", exact=True).fill("The two governments sign an arms deal in September 2023.")
    page.locator("#deadline_on").fill("30 Sep 2023")
    page.get_by_label("Who set the deadline").select_option(index=1)
    page.get_by_label("Review date").fill("1 Oct 2023")
    page.get_by_text("Likelihood, condition, templates").click()
    press(page, "An agreement", "button")
    expect(page.locator("#confirmed_if")).to_have_value(
        "[Parties] sign an agreement on [matter] by [day]; its text, or a statement by one of them, is public."
    )
    press(page, "Save and track", "button")
    expect(page.get_by_role("alert").first).to_contain_text("Replace the words in brackets first: [Parties], [matter], [day].")
    page.locator("#confirmed_if").fill("The two sign an agreement on arms by 30 September 2023.")
    page.locator("#refuted_if").fill("No such agreement is public by then.")
    press(page, "Save and track", "button")
    page.get_by_label("Address of the source").fill("https://example.org/deal")
    page.get_by_label("Title", exact=True).fill("The signed text")
    page.get_by_label("Supports", exact=True).check()
    press(page, "Add evidence", "button")
    page.locator("#verdict").get_by_role("radio", name="Confirmed What").check()
    page.get_by_label("Reason, in a sentence or two").fill("Both published it.")
    page.get_by_label("Happened on, or from").fill("14 Sep 2023")
    page.get_by_label("Outcome known on").fill("14 Sep 2023")
    press(page, "Propose verdict", "button")
    expect(page.get_by_role("status").first).to_contain_text("Proposed: confirmed.")
    second = desk(tom)
    second.goto("/")
    press(second, "The two governments sign an arms deal in September 2023.")
    press(second, "Sign off", "button")
    expect(second.locator("main header .st").first).to_have_text("Confirmed")
    expect(second.locator("#verdict")).to_contain_text("Tom Adeyemi signed it")
