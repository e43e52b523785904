"""Adding an article from an address, a file or pasted text."""

import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import DESK, make_editor
from tests.intake.test_extraction import PAGE, docx_of
from tests.support.web import SignIn, form_token
from tracker.articles import queries, services
from tracker.articles.models import Article
from tracker.config import Settings
from tracker.config_reading import LanguageModelSettings
from tracker.db import Database
from tracker.intake import jobs
from tracker.intake.models import ArticleSource, SourceState

BODY = "\n\n".join(f"Paragraph {number} says that the bridge will reopen in year {2030 + number}." for number in range(20))


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[date], None]) -> None:
    clock_at(date(2024, 3, 12))


def typed(**changes: str) -> dict[str, str]:
    given = {"title": "The bridge", "outlet": "", "url": "", "author": "", "author_editor_id": "", "published_on": "1 Mar 2024"}
    return {**given, "language": "en", "body": BODY, **changes}


def articles_of(session: Session) -> list[Article]:
    session.rollback()
    return list(session.scalars(select(Article).order_by(Article.id)))


def test_errors_of_a_pasted_article_are_in_the_order_of_the_page(sign_in: SignIn):
    refused = sign_in().post("/articles/new", data=typed(title="", body="", published_on=""))
    assert refused.status_code == 422
    assert re.findall(r'<a href="#(title|published_on)"', refused.text) == ["title", "published_on"]
    assert refused.text.index(' id="title"') < refused.text.index(' id="published_on"')


def test_article_is_added_from_a_file(sign_in: SignIn, database: Database, session: Session):
    client = sign_in()
    file = (io.BytesIO(docx_of("Le pont rouvrira en mai.", "Le loyer baissera.")), "pont.docx")
    answer = client.post("/articles/sources", data={"address": "", "file": file})
    assert answer.status_code == 303
    waiting = client.get(answer.location)
    assert "Reading the text" in waiting.text

    jobs.read_sources(database, lambda: False)

    page = client.get(answer.location)
    assert "Check the article" in page.text
    assert 'value="Un titre"' in page.text
    assert "Le loyer baissera." in page.text
    saved = client.post(answer.location, data=typed(title="Un titre", body="Le pont rouvrira en mai.\n\nLe loyer baissera."))
    (article,) = articles_of(session)
    assert saved.location == f"/articles/{article.id}/sort"
    text = queries.latest_text(session, article.id)
    assert text is not None
    assert text.body == "Le pont rouvrira en mai.\n\nLe loyer baissera."
    assert session.scalar(select(ArticleSource.article_id)) == article.id
    assert client.get(answer.location).location == f"/articles/{article.id}"


def test_page_that_could_not_be_read_offers_to_paste(sign_in: SignIn, database: Database):
    client = sign_in()
    address = client.post("/articles/sources", data={"address": "https://example.org/bridge"}).location
    with database.writing() as session:
        source = session.scalars(select(ArticleSource)).one()
        source.state, source.problem, source.http_status = SourceState.FAILED, "status", 403

    page = client.get(address).text

    assert "The site does not let Tracker read the page (403). Paste the text below instead." in page
    assert 'value="https://example.org/bridge"' in page


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"address": ""}, "Give a link or a file."),
        ({"address": "http://127.0.0.1/"}, "This address is not allowed"),
        ({"address": "http://10.0.0.1/"}, "This address is not allowed"),
        ({"address": "http://example.org:22/"}, "This address is not allowed"),
        ({"address": "file:///etc/passwd"}, "http"),
        ({"address": "https://example.org/", "file": (b"x", "a.txt")}, "Give a link or a file."),
        ({"address": "", "file": (b"", "a.txt")}, "This file is empty."),
    ],
)
def test_source_that_cannot_be_read_is_refused(sign_in: SignIn, session: Session, given: dict[str, Any], message: str):
    sent = {**given, "file": (io.BytesIO(given["file"][0]), given["file"][1])} if "file" in given else given
    answer = sign_in().post("/articles/sources", data=sent)
    assert answer.status_code == 422
    assert message in answer.text
    assert session.scalars(select(ArticleSource)).all() == []


@pytest.mark.parametrize(
    "address",
    ["https://www.example.org/a/", "http://example.org/a?utm_source=x&fbclid=1#top", "https://EXAMPLE.org:443/a"],
)
def test_article_with_the_same_address_is_recognised(
    sign_in: SignIn, make_article: Callable[..., Article], session: Session, address: str
):
    article = make_article("A bridge", url="https://example.org/a")
    client = sign_in()

    answer = client.post("/articles/sources", data={"address": address})

    assert answer.status_code == 409
    assert f'href="/articles/{article.id}-a-bridge"' in answer.text
    assert client.post("/articles/sources", data={"address": address, "again": "1"}).status_code == 303
    assert client.post("/articles/new", data=typed(url=address)).status_code == 409
    assert len(articles_of(session)) == 1


def test_article_with_the_same_words_is_recognised(sign_in: SignIn, make_article: Callable[..., Article], session: Session):
    article = make_article("A bridge", body=BODY)
    client = sign_in()
    corrected = BODY.replace("Paragraph 3", "Passage three").upper()

    answer = client.post("/articles/new", data=typed(body=corrected))

    assert answer.status_code == 409
    assert "This article seems to be here already" in answer.text
    assert f'href="/articles/{article.id}-a-bridge"' in answer.text
    assert corrected[:40] in answer.text
    page = form_token(answer)
    saved = client.post("/articles/new", data={**typed(body=corrected), "again": "1", "form_token": page})
    assert saved.status_code == 303
    assert len(articles_of(session)) == 2


def test_article_with_other_words_is_not_taken_for_the_same(
    sign_in: SignIn, make_article: Callable[..., Article], database: Database, session: Session
):
    make_article("A bridge", body=BODY)
    ferry = " ".join(f"Ferry {number} may stop at pier {number} before long." for number in range(20))
    make_article("A sample", body=ferry, is_sample=True)
    other = "\n\n".join(f"Sentence {number} tells of rents that may fall by {number} per cent." for number in range(20))
    client = sign_in()
    assert client.post("/articles/new", data=typed(title="Rents", body=other)).status_code == 303
    assert client.post("/articles/new", data=typed(title="Short", body="Rents may fall.")).status_code == 303
    assert client.post("/articles/new", data=typed(title="Ferry", body=ferry)).status_code == 303


def test_corrected_text_is_what_an_article_is_recognised_by(
    sign_in: SignIn, make_article: Callable[..., Article], database: Database
):
    article = make_article("A bridge", body=BODY)
    new = "\n\n".join(f"Sentence {number} tells of rents that may fall by {number} per cent." for number in range(20))
    with database.writing() as session:
        services.add_text(session, DESK, session.get_one(Article, article.id), new)
    client = sign_in()
    assert client.post("/articles/new", data=typed(body=new)).status_code == 409
    assert client.post("/articles/new", data=typed(body=BODY)).status_code == 303


def test_hostile_page_is_shown_as_text(sign_in: SignIn, database: Database):
    client = sign_in()
    page = PAGE.replace("« Rien", "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} « Rien").encode()
    address = client.post("/articles/sources", data={"address": "", "file": (io.BytesIO(page), "a.html")}).location
    jobs.read_sources(database, lambda: False)

    seen = client.get(address).text

    assert "{{7*7}}" in seen
    assert "&lt;script&gt;alert(1)" in seen
    assert not re.search(r"<script>alert", seen)


def test_language_of_the_text_is_proposed(sign_in: SignIn, database: Database):
    client = sign_in()
    address = client.post("/articles/sources", data={"address": "", "file": (io.BytesIO(PAGE.encode()), "a.html")}).location
    jobs.read_sources(database, lambda: False)
    field = re.search(r'<input[^>]* name="language"[^>]*>', client.get(address).text)
    assert field is not None
    assert 'value="French"' in field[0]


def test_source_that_there_is_not_is_no_page(sign_in: SignIn):
    assert sign_in().get("/articles/sources/999").status_code == 404


def test_bookmark_fills_address_headline_and_selection(sign_in: SignIn):
    page = sign_in().get("/articles/new?url=https://example.org/a&title=The+bridge&body=It+will+reopen.&author=x")
    assert page.status_code == 200
    assert page.text.count('value="https://example.org/a"') == 2
    assert 'value="The bridge"' in page.text
    assert "It will reopen." in page.text
    assert 'value="x"' not in page.text


def test_bookmark_takes_no_more_than_a_form_holds(sign_in: SignIn, session: Session):
    page = sign_in().get("/articles/new", query_string={"title": "t" * 5_000, "body": "<b>" * 5_000})
    assert page.status_code == 200
    assert f'value="{"t" * 300}"' in page.text
    assert page.text.count("&lt;b&gt;") == 4_000 // 3
    assert "<b><b>" not in page.text
    assert articles_of(session) == []


def test_page_offers_the_bookmark_with_our_address(sign_in: SignIn):
    page = html.unescape(sign_in().get("/articles/new").text)
    (link,) = re.findall(r'href="(javascript:.*?encodeURIComponent\)\))"', page.replace('\\"', '"'), re.DOTALL)
    assert '/articles/new"+' in link
    assert link.count("open(") == 1
    assert "fetch" not in link


@pytest.mark.parametrize(("name", "language"), [("harbour.en.txt", "en"), ("vallee.fr.txt", "fr")])
def test_pasted_text_decides_its_language(sign_in: SignIn, session: Session, name: str, language: str):
    body = (Path(__file__).resolve().parents[1] / "data" / name).read_text(encoding="utf-8")
    assert sign_in().post("/articles/new", data=typed(language="", body=body)).status_code == 303
    assert session.scalars(select(Article.language)).all() == [language]


def test_headline_is_the_first_line_of_the_text_where_none_is_given(sign_in: SignIn, session: Session):
    body = "The bridge at Sollen\n\n" + BODY
    assert sign_in().post("/articles/new", data=typed(title="", body=body)).status_code == 303
    (article,) = articles_of(session)
    text = queries.latest_text(session, article.id)
    assert (article.title, text.body if text else "") == ("The bridge at Sollen", body)


def test_headline_that_was_typed_is_kept_and_a_sentence_is_none(sign_in: SignIn, session: Session):
    client = sign_in()
    assert client.post("/articles/new", data=typed(title="Ours", body="The bridge at Sollen\n\n" + BODY)).status_code == 303
    refused = client.post("/articles/new", data=typed(title="", body="It was shut.\n\nIt will reopen in May."))
    assert refused.status_code == 422
    assert [each.title for each in articles_of(session)] == ["Ours"]


HERE = {"en": "It is not sent anywhere else.", "fr": "Il n’est envoyé nulle part ailleurs."}
THERE = {
    "en": "sent to the language model that your newsroom has set up.",
    "fr": "envoyé au modèle de langage choisi par votre rédaction.",
}
PAGES = ("/articles/new", "/articles/sources/1")


def show_forms(sign_in: SignIn, database: Database, language: str) -> list[str]:
    """The pages on which an article is saved, in a language."""
    client = sign_in(make_editor(database, language=language))
    with database.writing() as session:
        session.add(ArticleSource(state=SourceState.READ, url="https://example.org/", body=BODY))
    return [html.unescape(client.get(each).text) for each in PAGES]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_say_that_a_text_goes_nowhere_without_a_model(sign_in: SignIn, database: Database, language: str):
    for page in show_forms(sign_in, database, language):
        assert HERE[language] in page
        assert THERE[language] not in page


class TestWithModel:
    """With a language model set."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, language_model=LanguageModelSettings("http://127.0.0.1:9/v1", "small", "", ()))

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_pages_say_that_a_text_is_sent_to_the_model(self, sign_in: SignIn, database: Database, language: str):
        for page in show_forms(sign_in, database, language):
            assert THERE[language] in page
            assert HERE[language] not in page


def test_language_that_was_chosen_is_kept(sign_in: SignIn, session: Session):
    body = (Path(__file__).resolve().parents[1] / "data/vallee.fr.txt").read_text(encoding="utf-8")
    assert sign_in().post("/articles/new", data=typed(language="de", body=body)).status_code == 303
    assert session.scalars(select(Article.language)).all() == ["de"]


def test_language_of_a_short_text_is_asked_and_the_text_kept(sign_in: SignIn, session: Session):
    answer = sign_in().post("/articles/new", data=typed(language="", body="The ferry stops."))
    assert answer.status_code == 422
    assert "Choose the language: it cannot be recognised from the text." in answer.text
    assert "The ferry stops.</textarea>" in answer.text
    assert session.scalars(select(Article.id)).all() == []
