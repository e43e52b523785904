"""Frames in other sites: on the narrowest phone nothing scrolls, usual texts are whole, and longer ones lead to the rest."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.factories import make_article, make_claim, make_editor, make_speaker
from tests.public.sample import publish
from tracker.claims.enums import Attribution, Outcome
from tracker.claims.services.common import STATEMENT_MAX
from tracker.claims.verdict_rules import Proposed
from tracker.db import Database

WORDS = "The summit of both governments will bring an agreement on arms and trade by autumn, and one on seasonal work. "
USUAL = (WORDS[:60].strip(), WORDS.strip(), (WORDS * 2)[:160].strip(), (WORDS * 2).strip())
DAY = date(2024, 3, 10)
LONG = (WORDS * 9)[:STATEMENT_MAX].strip()
ODD = ("x" * STATEMENT_MAX, "五月竣工" * 250, "WM" * 500, "🚢" * 500, "ยานพาหนะ" * 120)
MEASURE = """() => {
  const root = document.documentElement, cut = each => each.scrollHeight > each.clientHeight + 1;
  const link = document.querySelector('main > p a').getBoundingClientRect();
  return {
    scrolls: root.scrollHeight > innerHeight || root.scrollWidth > innerWidth,
    cut: [...document.querySelectorAll('h1, .why, .said, main > div')].filter(cut).map(each => each.className || each.tagName),
    linkBottom: link.bottom, height: innerHeight, width: innerWidth,
  };
}"""


def measure(page: Page, base: str, claim_id: int, language: str = "en") -> dict[str, Any]:
    """What a claim's frame looks like in a page of another site that is 320 pixels wide."""
    address = f"{base}/public/{language}/claims/{claim_id}"
    code = page.request.get(f"{base}/oembed", params={"url": address, "maxwidth": 320}).json()["html"]
    page.set_viewport_size({"width": 320, "height": 900})
    body = f"<!doctype html><title>A newspaper</title><style>body{{margin:0}}iframe{{border:0}}</style>{code}"
    page.route(f"{base}/newspaper", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    page.goto(f"{base}/newspaper", wait_until="networkidle")
    frame = page.frames[1]
    frame.wait_for_selector("h1")
    found: dict[str, Any] = frame.evaluate(MEASURE)
    assert found["width"] == 320
    return found


@pytest.fixture
def base(live: str) -> str:
    return live


def make_public(database: Database, statement: str, status: str = "resolved", **more: Any) -> int:
    make_editor(database)
    article = make_article(database)
    speaker = make_speaker(database, "A spokesperson of the ministry", affiliation="Ministry of foreign trade and seasonal work")
    given = {"attribution": Attribution.STATED, "speaker_id": speaker.id}
    claim = make_claim(database, status, article=article, statement=statement, **given, **more)
    publish(database, article.id)
    return claim.id


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("status", ["resolved", "open"])
@pytest.mark.parametrize("statement", USUAL)
def test_usual_claim_is_whole_in_its_frame(page: Page, base: str, database: Database, statement: str, status: str, language: str):
    found = measure(page, base, make_public(database, statement, status), language)
    assert not found["scrolls"]
    assert found["cut"] == []
    assert found["linkBottom"] <= found["height"]


@pytest.mark.parametrize("statement", USUAL)
def test_state_of_many_words_fits_its_frame(page: Page, base: str, database: Database, statement: str):
    number = make_public(database, statement, outcome=Outcome.UNRESOLVABLE)
    found = measure(page, base, number, "fr")
    assert not found["scrolls"]
    assert found["cut"] == []
    assert found["linkBottom"] <= found["height"]


@pytest.mark.parametrize("statement", [USUAL[0], LONG])
def test_long_reasons_are_cut_with_a_link(page: Page, base: str, database: Database, statement: str):
    proposed = Proposed(Outcome.CONFIRMED, WORDS * 40, known_on=DAY, occurred_from=DAY)
    found = measure(page, base, make_public(database, statement, proposed=proposed))
    assert not found["scrolls"]
    assert "why" in found["cut"]
    assert "DIV" not in found["cut"]
    assert found["linkBottom"] <= found["height"]


@pytest.mark.parametrize("statement", [LONG, *ODD])
def test_longest_statement_is_cut_with_a_link_and_never_scrolls(page: Page, base: str, database: Database, statement: str):
    found = measure(page, base, make_public(database, statement))
    assert not found["scrolls"]
    assert "H1" in found["cut"]
    assert found["linkBottom"] <= found["height"]


def test_frame_of_larger_letters_keeps_its_link(page: Page, base: str, database: Database):
    number = make_public(database, LONG)
    measure(page, base, number)
    page.frames[1].evaluate("document.documentElement.style.fontSize = '200%'")
    found = page.frames[1].evaluate(MEASURE)
    assert not found["scrolls"]
    assert found["linkBottom"] <= found["height"]
