"""Looking at an open page in every light and on every screen, without loading it again."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.support.browser import RULES

WIDE: Final[ViewportSize] = {"width": 1280, "height": 900}
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
THIN: Final[ViewportSize] = {"width": 320, "height": 640}  # also what 1280 pixels are at 400 %

PAPER_WIDTH: Final = 680  # what the margins leave of a sheet of A4

# The init script of a context whose pages are looked at.
SCRIPT: Final = f"{AXE_SCRIPT};\n{Path(__file__).with_suffix('.js').read_text('utf-8')}"

# Every rule is asked once. What hangs on the colours is asked in each light and size, what hangs on the places on a phone again.
COLOURS: Final = ("color-contrast",)
PLACES: Final = ("target-size", "scrollable-region-focusable")
# A link may differ in colour alone from the words around it where these are shorter than itself.
LINKS: Final = ("link-in-text-block",)
# What the words decide on, and not only whether there are any.
WORDS: Final = (*LINKS, "image-redundant-alt")

# Pages without a fault, as `shape` in looking.js describes them. Where only words differ, as between languages, all other rules
# give the same answers in each light: what hangs on words, widths and places is looked at again, and nothing else.
_faultless: set[bytes] = set()


def faults(page: Page, *, forced: bool = False) -> list[str]:
    """What is wrong with the page that is open; it is left wide and light. `forced`: with the colours of the system, too."""
    page.evaluate("document.fonts.ready")
    found: list[str] = []
    shape = sha256(page.evaluate("shape()").encode()).digest()
    known = shape in _faultless

    def ask(where: str, kind: str, values: tuple[str, ...] | list[str], *without: str) -> None:
        asked = [{"type": kind, "values": list(values)}, list(without)]
        found.extend(f"{where}: {each}" for each in page.evaluate("([rules, without]) => lookAt(rules, without)", asked))

    def measure(where: str) -> None:
        found.extend(f"{where}: {each}" for each in page.evaluate("tooWide()"))

    if known:
        ask("wide", "rule", (*PLACES, *WORDS))
    else:
        ask("wide", "tag", RULES, *COLOURS)
        ask("wide, light", "rule", COLOURS)
    measure("wide")
    page.emulate_media(color_scheme="dark")
    ask("wide, dark", "rule", LINKS)
    if not known:
        ask("wide, dark", "rule", COLOURS)
    page.set_viewport_size(PHONE)
    ask("on a phone, dark", "rule", LINKS)
    if not known:
        ask("on a phone, dark", "rule", COLOURS)
    page.emulate_media(color_scheme="light")
    if not known:
        ask("on a phone, light", "rule", COLOURS)
    ask("on a phone", "rule", (*PLACES, *LINKS))
    page.set_viewport_size(THIN)
    measure("on a thin screen")
    page.set_viewport_size(WIDE)
    if forced:
        page.emulate_media(forced_colors="active")
        found += [f"in forced colours: {each}" for each in page.evaluate("unseen()")]
        page.emulate_media(forced_colors="none")
    if not found:
        _faultless.add(shape)
    return found


def left_on_paper(page: Page) -> list[str]:
    """What of the desk's furniture would be printed, and whether a sheet of A4 cuts the page."""
    before = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_WIDTH, "height": 900})
    over = page.evaluate("document.documentElement.scrollWidth") - PAPER_WIDTH
    left = [name for name in (".mast nav", ".btn", ".keys", ".bulk", ".tools") if page.locator(f"{name}:visible").count()]
    page.emulate_media(media="screen")
    if before is not None:
        page.set_viewport_size(before)
    return [f"it prints {name}" for name in left] + ([f"paper cuts {over} px of it"] if over > 1 else [])
