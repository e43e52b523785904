"""The walk through every page finds what it looks for: a page with one fault of each kind."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.support import looking

PAGE = """<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>
<p><button class="small" aria-label="One"></button><button class="small" aria-label="Two"></button></p>
<p class="pale">Pale words</p><div class="wide">Wide</div><footer>Keys</footer></main>
<style>.small {width: 12px; height: 12px; padding: 0; border: 0} .pale {color: #aaa} .wide {width: 1500px}
footer {position: fixed; bottom: 0; height: 90vh; width: 100%; background: #fff}
@media (prefers-color-scheme: dark) {.pale {color: #888}}</style>"""


# Without a fault, as long as its words are neither long nor short, its landmarks have names of their own, its picture is not
# called what is written below it, and fewer words are around its link than in it: it differs from them in a shade alone.
FINE = """<!doctype html><html lang="{language}"><title>{word}</title><nav aria-label="{one}"><a href="/">{word}</a></nav>
<nav aria-label="{other}"><a href="/x">{word} {word}</a></nav><main><h1 class="{kind}">{word}</h1>
<p><button>{word}</button><button>{word} {word}</button></p><p><img src="data:," alt="{picture}"> {caption}</p>
<p>{around} <a class="within" href="/y">{word}</a></p></main>
<style>button {{height: 24px; padding: 0; border: 0; color: #000}} h1 {{font-size: 16px}} .pale {{color: #aaa}}
a {{display: block; line-height: 30px}} .within {{display: inline; color: #222; text-decoration: none}}
p {{color: #000}}</style>"""
PLAIN = {"kind": "plain", "around": "In", "picture": "A ferry", "caption": "1893"}
ENGLISH = {"language": "en", "one": "Pages", "other": "Languages", "word": "Forecasts", **PLAIN}
OTHER = {"language": "fr", "one": "Seiten", "other": "Sprachen", "word": "Prognosen", **PLAIN}


@pytest.fixture
def look(chromium: Browser) -> Iterator[Callable[[str], list[str]]]:
    context = chromium.new_context(viewport=looking.WIDE)
    context.add_init_script(looking.SCRIPT)
    page = context.new_page()
    shown = [""]
    page.route("**/*", lambda route: route.fulfill(body=shown[0], content_type="text/html"))

    def show(html: str) -> list[str]:
        shown[0] = html
        page.goto("http://page.test/")
        found = looking.faults(page)
        for footer in page.locator("footer").all():
            assert footer.evaluate("each => getComputedStyle(each).position") == "fixed"
        return found

    yield show
    context.close()


@pytest.fixture
def faults(look: Callable[[str], list[str]]) -> list[str]:
    return look(PAGE)


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


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({"word": "Vorhersagen" * 20}, "wide: it is "),
        ({"word": "Vorhersagen" * 4}, "on a thin screen: it is "),
        ({"word": "i"}, "wide: target-size: "),
        ({"word": "i"}, "on a phone: target-size: "),
        ({"word": ""}, "wide: button-name: "),
        ({"language": "xx"}, "wide: html-lang-valid: "),
        ({"one": "Pages", "other": "Pages"}, "wide: landmark-unique: "),
        ({"kind": "pale"}, "wide, light: color-contrast: "),
        ({"kind": "pale"}, "wide, dark: color-contrast: "),
        ({"around": "All that is known of the"}, "wide: link-in-text-block: "),
        ({"around": "All that is known of the"}, "wide, dark: link-in-text-block: "),
        ({"around": "All that is known of the"}, "on a phone, dark: link-in-text-block: "),
        ({"around": "All that is known of the"}, "on a phone: link-in-text-block: "),
        ({"caption": "A ferry"}, "wide: image-redundant-alt: "),
    ],
)
def test_fault_is_found_after_a_page_that_is_like_it_but_for_the_fault(
    look: Callable[[str], list[str]], change: dict[str, str], start: str
):
    assert look(FINE.format(**ENGLISH)) == []
    assert look(FINE.format(**OTHER)) == []
    assert [each for each in look(FINE.format(**OTHER | change)) if each.startswith(start)] != []


def test_page_that_differs_in_words_alone_is_of_the_same_shape(look: Callable[[str], list[str]]):
    look(FINE.format(**ENGLISH))
    looked_at = len(looking._faultless)
    look(FINE.format(**OTHER))
    assert len(looking._faultless) == looked_at
