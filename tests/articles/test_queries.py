"""Lists of articles, and what is read of one."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories import DESK
from tracker.articles import queries, services
from tracker.articles.models import Article
from tracker.db import Database
from tracker.search import names


def titles(session: Session, q: str = "", *, with_sample: bool = True) -> list[str]:
    return [row.title for row in queries.listed(session, q, with_sample=with_sample).rows]


def test_the_newest_article_comes_first(session: Session, make_article: Callable[..., Article]):
    for title, day in (("Old", 1), ("New", 9), ("Between", 5)):
        make_article(title, published_on=date(2024, 1, day))
    assert titles(session) == ["New", "Between", "Old"]


def test_pages_of_articles_follow_each_other(
    session: Session, make_article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries, "SIZE", 2)
    for number in range(5):
        make_article(f"Article {number}")
    first = queries.listed(session, "", with_sample=True)
    second = queries.listed(session, "", with_sample=True, after=str(first.after))
    assert [row.title for row in (*first.rows, *second.rows)] == ["Article 4", "Article 3", "Article 2", "Article 1"]
    back = queries.listed(session, "", with_sample=True, before=str(second.before))
    assert back.rows == first.rows


@pytest.mark.parametrize("near", [1, 2, 3, 1_000])
def test_pages_of_a_search_follow_each_other(
    session: Session, make_article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch, near: int
):
    monkeypatch.setattr(queries, "SIZE", 2)
    monkeypatch.setattr(names, "NEAR", near)
    for number in range(7):
        make_article(f"Article {number}" if number % 3 else f"Report {number}")
    pages = [queries.listed(session, "article", with_sample=True)]
    while (place := pages[-1].after) is not None:
        pages.append(queries.listed(session, "article", with_sample=True, after=str(place)))
    assert [[row.title for row in page.rows] for page in pages] == [["Article 5", "Article 4"], ["Article 2", "Article 1"]]
    back = queries.listed(session, "article", with_sample=True, before=str(pages[1].before))
    assert back.rows == pages[0].rows
    assert back.before is None
    assert [row.title for row in queries.listed(session, "report", with_sample=True).rows] == ["Report 6", "Report 3"]
    assert not queries.listed(session, "zxywv", with_sample=True).rows


@pytest.mark.parametrize(
    "q", ["summit", "SUMMIT bring", "été", "ÉTÉ", "e\u0301te\u0301", "daily", "100 %", "l’été", "  summit   bring "]
)
def test_article_search_ignores_case_and_composition(session: Session, make_article: Callable[..., Article], q: str):
    make_article("What the Summit will bring: l’été à 100 %")
    make_article("Another", outlet="The Weekly")
    assert titles(session, q) == ["What the Summit will bring: l’été à 100 %"]


@pytest.mark.parametrize("q", ["winter", "summit winter", "_ummit", "su%x", "' OR 1=1--", "\\", "{{7*7}}", "x" * 5000])
def test_signs_of_the_query_language_are_ordinary_characters(session: Session, make_article: Callable[..., Article], q: str):
    make_article("What the summit will bring")
    assert titles(session, q) == []


def test_nothing_to_look_for_finds_everything(session: Session, make_article: Callable[..., Article]):
    make_article("What the summit will bring")
    assert len(titles(session, " \x00 ")) == 1


def test_the_sample_is_left_out_where_it_is_hidden(session: Session, make_article: Callable[..., Article]):
    make_article("Real")
    make_article("Invented", is_sample=True)
    assert titles(session, with_sample=False) == ["Real"]
    assert [label for _, label in queries.choices(session, with_sample=False)] == ["Real"]


def test_a_filter_offers_the_newest_and_the_chosen_one(
    session: Session, make_article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries, "OFFERED", 1)
    old = make_article("Old", published_on=date(2023, 1, 1))
    new = make_article("New")
    assert queries.choices(session, with_sample=True) == [(new.id, "New")]
    assert queries.choices(session, with_sample=True, chosen=old.id) == [(new.id, "New"), (old.id, "Old")]
    assert queries.choices(session, with_sample=True, chosen=987654) == [(new.id, "New")]


def test_texts_are_listed_without_their_words(database: Database, session: Session, make_article: Callable[..., Article]):
    article = make_article(body="One.")
    with database.sessions() as writer, database.writing(writer):
        services.add_text(writer, DESK, writer.get_one(Article, article.id), "Two.")
    assert [line.number for line in queries.text_lines(session, article.id)] == [1, 2]
