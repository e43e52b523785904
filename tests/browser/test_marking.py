"""Words of an article are marked with the mouse and by keyboard; their place is right although a browser counts otherwise."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tracker.articles.models import Article

BODY = "Titre 👩‍👩‍👧\n\nLe cafe\u0301 🚢🚢 rouvrira en mai. Ensuite, rien.\n\nFin 🏁 de l’article."
WORDS = "🚢 rouvrira en mai."
START = BODY.index("🚢🚢") + 1

# Select the words in the page as a mouse would: from one place inside a text node to another.
SELECT = """(words) => {
  const nodes = [...document.querySelectorAll('[data-start]')].map((each) => each.firstChild);
  const node = nodes.find((each) => each.data.includes(words));
  const from = node.data.indexOf(words);
  getSelection().setBaseAndExtent(node, from, node, from + words.length + 1);
}"""


def filled(page: Page, start: int, words: str, paragraph: str) -> None:
    expect(page.locator("#quote")).to_have_value(words)
    expect(page.locator("[name=place]")).to_have_value(f"1:{start}:{start + len(words)}")
    expect(page.locator("[name=paragraph]")).to_have_value(paragraph)


def test_a_selection_becomes_a_claim_with_m(desk: Desk, make_article: Callable[..., Article], axe: Callable[..., None]):
    article = make_article(body=BODY, language="fr")
    page = desk("editor")
    page.goto(f"/articles/{article.id}")
    page.evaluate(SELECT, WORDS)
    expect(page.get_by_role("region", name="Selected words")).to_contain_text(WORDS)
    axe(page)
    page.keyboard.press("m")
    filled(page, START, WORDS, "2")
    # From the middle of one paragraph over the end of another.
    page.go_back(wait_until="load")
    page.evaluate("""() => {
      const [, one, two] = [...document.querySelectorAll('[data-start]')].map((each) => each.firstChild);
      getSelection().setBaseAndExtent(one, one.data.indexOf('rien'), two, 6);
    }""")
    page.get_by_role("link", name="New claim from the selected words").click()
    start = BODY.index("rien")
    filled(page, start, BODY[start : BODY.index("🏁") + 1], "2")


def test_the_same_by_keyboard_alone(desk: Desk, make_article: Callable[..., Article], axe: Callable[..., None]):
    article = make_article(body=BODY, language="fr")
    page = desk("editor")
    page.goto(f"/articles/{article.id}")
    page.get_by_role("link", name="Add a claim from paragraph 2").press("Enter")
    expect(page.locator("#whole[aria-readonly]")).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.press("Control+Home")
    at = BODY.index("Le cafe")
    for _ in range(len("Le cafe") + 1):  # the mark goes with its letter
        page.keyboard.press("ArrowRight")
    for _ in range(len(" 🚢🚢 rouvrira")):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#picked")).to_have_text("Selected: 🚢🚢 rouvrira")
    axe(page)
    page.keyboard.press("Control+Enter")
    filled(page, at + len("Le cafe\u0301 "), "🚢🚢 rouvrira", "2")
