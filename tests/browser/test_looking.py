"""The walk through every page finds what it looks for: a page with one fault of each kind."""

import pytest
from playwright.sync_api import Browser

from tests.support import looking

PAGE = """<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>
<p><button class="small" aria-label="One"></button><button class="small" aria-label="Two"></button></p>
<p class="pale">Pale words</p><div class="wide">Wide</div><footer>Keys</footer></main>
<style>.small {width: 12px; height: 12px; padding: 0; border: 0} .pale {color: #aaa} .wide {width: 1500px}
footer {position: fixed; bottom: 0; height: 90vh; width: 100%; background: #fff}
@media (prefers-color-scheme: dark) {.pale {color: #888}}</style>"""


@pytest.fixture
def faults(chromium: Browser) -> list[str]:
    context = chromium.new_context(viewport=looking.WIDE)
    context.add_init_script(looking.SCRIPT)
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto("http://page.test/")
    found = looking.faults(page)
    assert page.locator("footer").evaluate("each => getComputedStyle(each).position") == "fixed"
    context.close()
    return found


@pytest.mark.parametrize(
    "start",
    [
        "wide: target-size: ",
        "on a phone: target-size: ",
        "wide, light: color-contrast: ",
        "wide, dark: color-contrast: ",
        "wide: it is 1508 wide",
        "on a thin screen: it is 1508 wide",
    ],
)
def test_each_kind_of_fault_is_found(faults: list[str], start: str):
    assert [each for each in faults if each.startswith(start)] != []
