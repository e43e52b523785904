"""Readers' pages on paper: what is read stays, what is only clicked goes, and addresses are written out."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.public.sample import ARCHIVED, Sample, make_sample
from tracker.db import Database

WRITTEN_OUT = "(selector) => [...document.querySelectorAll(selector)].map(each => getComputedStyle(each, '::after').content)"


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_sample(database)


@pytest.fixture
def paper(new_page: NewPage) -> Page:
    page = new_page(color_scheme="dark")
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize("path", ["articles/ARTICLE", "claims/CLAIM", "corrections", "method", ""])
def test_reader_s_page_prints_without_what_is_only_clicked(paper: Page, sample: Sample, path: str):
    path = path.replace("ARTICLE", str(sample.article)).replace("CLAIM", str(sample.claims["confirmed"]))
    paper.goto(f"/public/en/{path}")
    for clicked in (".pub-nav", ".langs", ".skip", ".foot a", ".pub-search", "main .btn", "main p.no-print"):
        assert paper.locator(f"{clicked}:visible").count() == 0, clicked
    assert paper.locator("h1").is_visible()
    assert paper.locator(".np").is_visible()
    assert paper.locator(".pub-own-address").inner_text() == paper.url
    assert paper.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_sources_are_printed_with_their_addresses(paper: Page, sample: Sample):
    paper.goto(f"/public/en/claims/{sample.claims['confirmed']}")
    shown = paper.evaluate(WRITTEN_OUT, ".ev a")
    assert any(ARCHIVED in each for each in shown)
    assert all("http" in each for each in shown)


def test_address_of_the_article_is_printed(paper: Page, sample: Sample):
    paper.goto(f"/public/en/articles/{sample.article}")
    assert any("https://example.org/summit" in each for each in paper.evaluate(WRITTEN_OUT, ".standfirst a"))
    paper.emulate_media(media="screen")
    assert paper.evaluate(WRITTEN_OUT, ".standfirst a") == ["none"]
    assert not paper.locator(".pub-own-address").is_visible()
