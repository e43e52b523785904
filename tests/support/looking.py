"""Looking at an open page in every light and on every screen, without loading it again."""

from pathlib import Path
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.support.browser import RULES

WIDE: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 360, "height": 740}
THIN: Final = {"width": 320, "height": 640}  # also what 1280 pixels are at 400 %

# The init script of a context whose pages are looked at.
SCRIPT: Final = f"{AXE_SCRIPT};\n{Path(__file__).with_suffix('.js').read_text('utf-8')}"

# Every rule is asked once. What hangs on the colours is asked in each light and size, what hangs on the places on a phone again.
COLOURS: Final = ("color-contrast", "link-in-text-block")
PLACES: Final = ("target-size", "scrollable-region-focusable")
LOOKS: Final = ((WIDE, "light"), (WIDE, "dark"), (PHONE, "dark"), (PHONE, "light"))


def faults(page: Page, *, forced: bool = False) -> list[str]:
    """What is wrong with the page that is open; it is left wide and light. `forced`: with the colours of the system, too."""
    page.evaluate("document.fonts.ready")
    found: list[str] = []
    last: list[Any] = [None, None]

    def turn(size: Any, scheme: Any) -> str:
        if last[0] != size:
            page.set_viewport_size(size)
        if last[1] != scheme:
            page.emulate_media(color_scheme=scheme)
        last[:] = size, scheme
        return f"{size['width']} pixels, {scheme}"

    def ask(where: str, kind: str, values: tuple[str, ...] | list[str], *without: str) -> None:
        asked = [{"type": kind, "values": list(values)}, list(without)]
        found.extend(f"{where}: {each}" for each in page.evaluate("([rules, without]) => lookAt(rules, without)", asked))

    ask(turn(WIDE, "light"), "tag", RULES, *COLOURS, "target-size")
    for size, scheme in LOOKS:
        ask(turn(size, scheme), "rule", COLOURS)
    # As high as the page: what sticks to the foot of the screen covers something on every one that is lower, until one scrolls.
    for size in (PHONE, WIDE):
        turn(size, "light")
        whole = {**size, "height": max(size["height"], page.evaluate("document.documentElement.scrollHeight"))}
        ask(turn(whole, "light"), "rule", PLACES)
    for size in (THIN, WIDE):
        where = turn(size, "light")
        found += [f"{where}: {each}" for each in page.evaluate("tooWide()")]
    if forced:
        page.emulate_media(forced_colors="active")
        found += [f"in forced colours: {each}" for each in page.evaluate("unseen()")]
        page.emulate_media(forced_colors="none")
    return found


def left_on_paper(page: Page) -> list[str]:
    """What of the desk's furniture would be printed."""
    page.emulate_media(media="print")
    left = [name for name in (".mast nav", ".btn", ".keys", ".bulk", ".tools") if page.locator(f"{name}:visible").count()]
    page.emulate_media(media="screen")
    return [f"it prints {name}" for name in left]
