"""The queue, articles, speakers and topics in a real browser: seen by axe, on thin screens, without scripts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tracker import clock
from tracker.claims.enums import Attribution, Outcome, QuoteKind, Stance

VARIANTS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "dark phone in French": {
        "viewport": {"width": 320, "height": 640},
        "color_scheme": "dark",
        "locale": "fr-FR",
        "has_touch": True,
        "is_mobile": True,
    },
}
BODY = "A heading\n\nThe ferry will probably stop. It is old.\n\nRents will fall." + "\n\nA longword" + "word" * 40
TEXT_SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"


@pytest.fixture
def newsroom(
    make_editor: Callable[..., Any],
    make_article: Callable[..., Any],
    make_speaker: Callable[..., Any],
    make_topic: Callable[..., Any],
    make_claim: Callable[..., Any],
    make_evidence: Callable[..., Any],
) -> None:
    """An article with a claim in every group of the queue and some verdicts."""
    today = clock.today("Europe/Paris")
    owner, topic = make_editor(name="Inès Carpentier"), make_topic("Trade in goods", "Commerce de biens")
    article = make_article(body=BODY, url="https://example.org/summit", author="Nadia Brandt")
    speaker = make_speaker("Ilse Oakes", affiliation="Mayor of Velmouth", aliases=("Mayor Oakes",))
    said = {"speaker_id": speaker.id, "attribution": Attribution.STATED, "article": article, "topics": [topic]}
    start = BODY.index("The ferry")
    make_claim(
        "due",
        owner=owner,
        certainty="hedged",
        hedge="probably",
        likelihood_low=60,
        likelihood_high=85,
        quote="The ferry will probably stop.",
        quote_kind=QuoteKind.VERBATIM,
        text_number=1,
        quote_start=start,
        quote_end=start + len("The ferry will probably stop."),
        **said,
    )
    for outcome in Outcome:
        make_claim("resolved", outcome=outcome, **said)
    make_evidence(make_claim("under_review", **said), Stance.CONTRADICTS)
    make_claim("proposed", proposer=owner, **said)
    make_claim("open", review_on=today + timedelta(days=3), certainty="possible_only", hedge="could", **said)
    make_claim("open", review_on=today + timedelta(days=20), **said)
    make_claim("withdrawn", **said)
    make_claim("draft", **said)


def too_wide(page: Page) -> list[str]:
    """What stands out of the screen, apart from what is inside the masthead."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("main, main *, footer *")]
            .filter(e => !e.closest("svg, .vh, .scroll") && e.getBoundingClientRect().right > innerWidth + 0.5)
            .map(e => e.outerHTML.slice(0, 120))"""
        )
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_refused_article_keeps_what_was_typed(desk: Desk, variant: str):
    page = desk("editor", **VARIANTS[variant])
    page.goto("/articles/new")
    page.locator("main details summary").click()
    page.locator("#outlet").fill("The Daily")
    page.locator("#published_on").fill("3/4/2023")
    page.locator("#body").fill(BODY)
    page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_title(
        "Erreur\u202f: Ajouter un article · Tracker" if "French" in variant else "Error: Add an article · Tracker"
    )
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#outlet")).to_have_value("The Daily")
    expect(page.locator("#body")).to_have_value(BODY)
    assert too_wide(page) == []


@pytest.mark.parametrize("path", ["/queue", "/articles/1-what-the-summit-will-bring", "/articles/new"])
def test_wide_spacing_on_a_thin_screen_needs_no_sideways_scroll(desk: Desk, newsroom: None, path: str):
    page = desk("editor", viewport={"width": 320, "height": 640}, bypass_csp=True)
    page.goto(path)
    page.add_style_tag(content=TEXT_SPACING)
    assert too_wide(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the masthead stands out of the screen"


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_the_masthead_with_every_link_fits_each_width(desk: Desk, make_editor: Callable[..., Any], locale: str):
    page = desk(make_editor(roles=("admin", "chief", "editor")), locale=locale)
    page.goto("/overview")
    gaps = """() => {
        const edges = name => document.querySelector(name).getBoundingClientRect()
        const page = document.documentElement, nav = edges(".nav")
        return [page.clientWidth - page.scrollWidth, page.clientWidth - edges(".who").right,
            nav.width ? nav.left - edges(".plate").right : 0, nav.width ? edges(".tools").left - nav.right : 0]}"""
    # The newsroom's name is there whole, or not at all.
    cut = """() => {
        const plate = document.querySelector(".plate"), name = plate.querySelector("small"), edges = name.getBoundingClientRect()
        return edges.width > 0 && edges.top < plate.getBoundingClientRect().bottom && name.scrollWidth > name.clientWidth}"""
    for width in range(320, 1640, 20):
        page.set_viewport_size({"width": width, "height": 600})
        assert min(page.evaluate(gaps)) >= 0, width
        assert not page.evaluate(cut), width


def test_an_editor_adds_an_article_and_finds_their_way_without_scripts(desk: Desk):
    page = desk("editor", java_script_enabled=False)
    page.goto("/queue")
    page.get_by_role("link", name="Add an article").first.click()
    page.get_by_label("Headline").fill("A ferry for Velmouth")
    page.get_by_label("Published on").fill("3/4/2023")
    page.get_by_label("Language of the text").fill("English")
    page.get_by_label("Article text").fill(BODY)
    page.get_by_role("button", name="Save the article").click()
    page.get_by_text("4 March 2023").click()  # which of the two days was meant
    page.get_by_role("button", name="Save the article").click()
    expect(page.locator("#said")).to_contain_text("Article saved.")
    expect(page.get_by_role("heading", level=1)).to_have_text("A ferry for Velmouth")
    page.get_by_role("link", name="Choose words of paragraph 2").click()
    expect(page).to_have_url("/articles/1/mark?text=1&sort=1&paragraph=2")


def test_filters_of_the_queue_work_without_scripts_and_on_a_phone(desk: Desk, newsroom: None):
    page = desk("editor", java_script_enabled=False, **VARIANTS["phone"])
    page.goto("/queue")
    owner = page.get_by_label("Owner", exact=True)
    expect(owner).to_be_hidden()
    page.get_by_text("Showing every claim").click()
    owner.select_option(label="Inès Carpentier")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr:not(.art)")).to_have_count(1)
    # The rows come first, and the closed line names what they were filtered by.
    expect(owner).to_be_hidden()
    page.get_by_text("Showing: Inès Carpentier").click()
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("tbody tr:not(.art)").nth(1)).to_be_visible()


def test_a_count_leads_to_its_group_and_a_strip_cell_to_its_claim(desk: Desk, newsroom: None):
    page = desk("editor")
    page.goto("/queue")
    page.get_by_role("navigation", name="Queue views").get_by_role("link", name="Due this week").click()
    expect(page).to_have_url("/queue?view=due")
    expect(page.get_by_role("table")).to_have_count(1)
    page.goto("/articles/1")
    page.get_by_role("list", name="Status of each prediction").get_by_role("link").first.click()
    expect(page.locator("#p1")).to_be_in_viewport()
