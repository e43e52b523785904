"""Pages for everybody: each is loaded once a language and looked at wide and on a phone, light and dark, thin, in print."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, Desk
from tests.support.browser import RULES
from tests.support.pages import furnish
from tests.support.web import SignIn
from tracker.db import Database

THIN = {"width": 320, "height": 640}  # also what 1280 pixels are at 400 %
# Colours alone change between light and dark; everything else is looked at once.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
ALL = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
FAULTS = """async (options) => (await axe.run(document, options)).violations.flatMap(
  (found) => found.nodes.map((node) => `${found.id}: ${node.target.at(-1)}: ${node.failureSummary}`))"""
# What stands out of the screen sideways, but for what scrolls in a box of its own.
WIDTH = "document.documentElement.scrollWidth - innerWidth"


def look(page: Page) -> list[str]:
    """What is wrong with the page that is open."""
    page.evaluate("document.fonts.ready")
    page.evaluate(AXE_SCRIPT)
    found = []
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        found += [f"light {size['width']}: {each}" for each in page.evaluate(FAULTS, ALL)]
        page.emulate_media(color_scheme="dark")
        found += [f"dark {size['width']}: {each}" for each in page.evaluate(FAULTS, CONTRAST)]
    page.set_viewport_size(THIN)
    if page.evaluate(WIDTH) > 0:
        found.append(f"at 320 pixels it is {page.evaluate(WIDTH)} too wide")
    page.emulate_media(color_scheme="light", media="print")
    if page.evaluate(WIDTH) > 0 or page.locator(".mast nav:visible, .btn:visible, .keys:visible").count():
        found.append("it prints with the desk's furniture")
    page.emulate_media(media="screen", forced_colors="active")
    if page.evaluate(HIDDEN_SHAPES):
        found.append("in forced colours its shapes cannot be seen")
    page.emulate_media(forced_colors="none")
    return found


# A status must keep its shape where the system chooses all colours: its mark may not take the colour of what it stands on.
HIDDEN_SHAPES = """() => [...document.querySelectorAll('.st svg')].filter((each) => each.checkVisibility()).some(
  (each) => getComputedStyle(each).color === getComputedStyle(document.body).backgroundColor)"""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_of_marking_merging_and_many_claims_are_for_everybody(
    language: str, desk: Desk, sign_in: SignIn, database: Database
):
    boss, ids = furnish(database)
    sign_in(boss).post("/language", data={"language": language})
    page = desk(boss)
    article, claim, speaker = ids["ARTICLE"], ids["CLAIM"], ids["SPEAKER"]
    wrong = []
    for address in (
        f"/articles/{article}/mark?paragraph=2",
        f"/articles/{article}/text/claims",
        f"/claims/{claim}/quote",
        f"/claims/{claim}/edit",
        f"/claims/{claim}",
        f"/speakers/{speaker}/merge",
        "/queue/all?view=overdue",
        "/queue?view=overdue",
    ):
        page.set_viewport_size(WIDE)
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language, address
        wrong += [f"{address} {each}" for each in look(page)]
    assert wrong == [], "\n".join(wrong)
