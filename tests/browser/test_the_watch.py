"""The browser tests' own eyes: what must be noticed is noticed, and nothing else."""

import re
import time
from collections.abc import Callable, Generator

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TIMEOUT_MS, NewPage
from tests.support.browser import Watch, accessibility_faults

GOOD = '<!doctype html><html lang="en"><title>Good</title><main><h1>Good</h1></main></html>'
PAGES = {
    "/good": GOOD,
    "/inline-style": GOOD.replace("<h1>", '<h1 style="color: red">'),
    "/inline-script": GOOD.replace("<h1>", "<script>document.title = 'Bad'</script><h1>"),
    "/missing-part": GOOD.replace("<h1>", '<img alt="" src="/nowhere.png"><h1>'),
    "/asks-outside": GOOD.replace("<h1>", '<img alt="" src="http://192.0.2.1/pixel.png"><h1>'),
    "/throws": GOOD.replace("<h1>", '<script src="/throws.js"></script><h1>'),
    "/leads-on": GOOD.replace("<h1>", '<a href="/two-menus">On</a><h1>'),
    "/two-menus": GOOD.replace("<title>", '<link rel="stylesheet" href="/late.css"><title>').replace(
        "<h1>",
        '<header class="mast"><nav class="nav"><a href="/good">Review</a></nav>'
        '<details class="menu" open><summary>Menu</summary><a href="/good">Review</a></details></header><h1>',
    ),
    "/no-title": GOOD.replace("<title>Good</title>", ""),
}
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src *"


@pytest.fixture
def watch_address(serve: Callable[[Flask], str]) -> str:
    app = Flask(__name__)

    @app.get("/<path:name>")
    def show(name: str) -> Response:
        if name == "throws.js":
            return Response("throw new Error('broken')", mimetype="text/javascript")
        if name == "late.css":
            time.sleep(0.3)
            return Response(".menu { display: none }", mimetype="text/css")
        status = 200 if f"/{name}" in PAGES else 404
        page = PAGES.get(f"/{name}", GOOD)
        return Response(page, status, {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"})

    return serve(app)


@pytest.fixture
def watched(chromium: Browser, watch_address: str) -> Generator[tuple[Page, list[str]]]:
    """A page and the complaints about it, which here are wanted."""
    watch = Watch(watch_address)
    context = watch.over(chromium.new_context(base_url=watch_address))
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page(), watch.complaints
    context.close()


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("/inline-style", "Content Security Policy"),
        ("/inline-script", "Content Security Policy"),
        ("/missing-part", "404"),
        ("/asks-outside", "asks outside: http://192.0.2.1/pixel.png"),
        ("/throws", "broken"),
    ],
)
def test_a_page_that_does_what_it_may_not_is_complained_about(watched: tuple[Page, list[str]], address: str, complaint: str):
    page, complaints = watched
    page.goto(address)
    for _ in range(TIMEOUT_MS // 20):  # some are told a moment after the page has come
        if complaint in "\n".join(complaints):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"{complaint} was not noticed")


@pytest.mark.parametrize("address", ["/good", "/nowhere"])
def test_a_good_page_and_a_refused_one_give_no_reason_to_complain(watched: tuple[Page, list[str]], address: str):
    page, complaints = watched
    page.goto(address)
    assert page.get_by_role("heading").inner_text() == "Good"
    assert complaints == []


def test_axe_finds_what_is_missing_and_passes_what_is_not(page: Page):
    page.goto("/no-title")
    assert [fault.split()[0] for fault in accessibility_faults(page)] == ["document-title"]
    assert accessibility_faults(page, without=("document-title",)) == []
    page.goto("/good")
    assert accessibility_faults(page) == []


def test_a_page_without_scripts_and_one_of_a_phone_can_be_had(new_page: NewPage, phone: Page):
    plain = new_page(java_script_enabled=False)
    plain.goto("/good")
    phone.goto("/good")
    assert plain.title() == phone.title() == "Good"


@pytest.mark.parametrize("scripts", [True, False])
def test_what_a_late_style_sheet_hides_is_not_taken_for_what_it_shows(new_page: NewPage, scripts: bool):
    page = new_page(java_script_enabled=scripts)
    page.goto("/leads-on")
    page.get_by_role("link", name="On").click()
    page.get_by_role("link", name="Review").click()
    expect(page).to_have_url(re.compile("/good$"))
    assert page.locator("html").get_attribute("aria-hidden") is None
