"""The parts that pages share, in a real browser: seen by axe, on paper-thin screens, in both languages, without scripts."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.web.support import Person, make_app

VARIANTS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "french": {"locale": "fr-FR"},
}
NARROW = {"viewport": {"width": 320, "height": 640}}
TEXT_SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"


@pytest.fixture
def watch_address(serve: Callable[[Flask], str]) -> str:
    app = make_app(person=Person())
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return serve(app)


def send_a_bad_form(page: Page) -> None:
    page.goto("/sheet")
    page.locator("#statement").fill("Mine")
    page.locator("#known_on").fill("3/4/2024")
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Save").click()


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_axe_finds_no_fault_in_a_form_with_every_field(new_page: NewPage, axe: Callable[..., None], variant: str):
    page = new_page(**VARIANTS[variant])
    page.goto("/sheet")
    axe(page)
    send_a_bad_form(page)
    axe(page)


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_a_narrow_screen_and_wide_spacing_need_no_sideways_scroll(new_page: NewPage, locale: str):
    page = new_page(**NARROW, locale=locale, bypass_csp=True)
    send_a_bad_form(page)
    assert has_no_sideways_scroll(page)
    page.add_style_tag(content=TEXT_SPACING)
    assert has_no_sideways_scroll(page)
    # As long as the fonts are on their way, and where they never come, others stand in that are wider.
    page.add_style_tag(content=":root{--sans:sans-serif!important;--serif:serif!important}")
    assert has_no_sideways_scroll(page)


def test_the_summary_has_the_focus_and_leads_to_the_field(new_page: NewPage):
    page = new_page()
    send_a_bad_form(page)
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="Reason: This cannot be empty.").click()
    expect(page.locator("#rationale")).to_be_focused()


def test_the_masthead_works_without_scripts_on_a_phone(new_page: NewPage):
    page = new_page(**VARIANTS["phone"], java_script_enabled=False)
    page.goto("/sheet")
    page.locator(".menu summary").click()
    expect(page.locator(".menu").get_by_role("link", name="Review")).to_be_visible()
    page.locator(".menu").get_by_role("link", name="Language").click()
    # That of the page: the masthead's own is out of sight on a phone, but only once the style sheet is there.
    page.get_by_role("main").get_by_role("button", name="français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert page.url.endswith("/sheet")


def test_a_page_that_was_open_too_long_loses_nothing(new_page: NewPage):
    page = new_page()
    page.goto("/sheet")
    page.get_by_label("Claim", exact=True).fill("Mine")
    page.get_by_label("Reason").fill("First line\nSecond line")
    page.get_by_label("Known on").fill("26 mars 2024")
    page.get_by_label("Refuted").check()
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("open for too long")
    expect(page.get_by_label("Reason")).to_have_value("First line\nSecond line")
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator("body")).to_have_text("taken")


def test_everything_that_can_be_clicked_is_large_enough_for_a_finger(new_page: NewPage):
    page = new_page(**VARIANTS["phone"])
    page.goto("/sheet")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, select, input:not([type=hidden]), .btn, nav a")]
            .filter(e => e.offsetParent && !e.closest("label"))
            .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([, r]) => r.width < 24 || r.height < 24).map(([html]) => html)"""
    )
    assert small == []


def test_a_page_prints_black_on_white_without_its_furniture(new_page: NewPage):
    page = new_page(color_scheme="dark")
    page.goto("/sheet")
    page.emulate_media(media="print")
    for furniture in (".tools", ".keys", ".toast", ".skip", ".mast .nav"):
        assert not page.locator(furniture).first.is_visible(), furniture
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
