"""Articles and their numbered texts, as the services keep them."""

import hashlib
import json
import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import DESK, PUBLISHED_ON, events_of
from tracker.articles import queries, services
from tracker.articles.models import Article, ArticleText
from tracker.db import Database
from tracker.errors import Forbidden, Invalid, NotFound, Stale
from tracker.ledger import Actor


def texts(database: Database, article: Article) -> list[ArticleText]:
    with database.reading() as session:
        return list(session.scalars(select(ArticleText).where(ArticleText.article_id == article.id).order_by(ArticleText.number)))


def add(database: Database, article: Article, body: str, actor: Actor = DESK) -> None:
    with database.writing() as session:
        services.add_text(session, actor, session.get_one(Article, article.id), body)


def edit(database: Database, article: Article, version: int = 1, actor: Actor = DESK, **values: Any) -> Article:
    with database.sessions(expire_on_commit=False) as session, database.writing(session):
        own = session.get_one(Article, article.id)
        services.edit(session, actor, own, version=version, **values)
    return own


def test_an_article_needs_no_text_and_no_address(database: Database, make_article):
    article = make_article(" A broadcast ", url=" ", outlet=" Radio ", author=None)
    assert (article.title, article.url, article.outlet, article.author, article.version) == ("A broadcast", None, "Radio", "", 1)
    assert texts(database, article) == []
    assert [event.kind for event in events_of(database, article)] == ["article.created"]


@pytest.mark.parametrize("body", [None, "", " \n\u200b"])
def test_a_text_of_nothing_is_none(database: Database, make_article, body: str | None):
    assert texts(database, make_article(body=body)) == []


def test_a_text_is_kept_as_received_but_for_its_line_ends(database: Database, make_article, make_editor):
    editor = make_editor()
    received = "  Heading\r\n\r\nCafe\u0301 \u2028 👩‍🚀\ttext \x0c\r"
    with database.writing() as session:
        services.create(session, editor.actor, title="T", language="en", published_on=PUBLISHED_ON, body=received)
    article = make_fresh(database)
    [text] = texts(database, article)
    kept = "  Heading\n\nCafe\u0301 \u2028 👩‍🚀\ttext \x0c\n"
    assert (text.number, text.body, text.received_by_id) == (1, kept, editor.id)
    assert text.sha256 == hashlib.sha256(kept.encode()).hexdigest()
    event = json.loads(events_of(database, article)[-1].canonical)["data"]
    assert event["set"] == {"article_id": article.id, "number": 1, "sha256": text.sha256}


def make_fresh(database: Database) -> Article:
    with database.reading() as session:
        return session.scalars(select(Article)).one()


def test_a_corrected_text_is_a_further_one_and_the_old_stays(database: Database, make_article):
    article = make_article(body="One.")
    add(database, article, "One, corrected.")
    add(database, article, "One.")  # back to the first words is a new text, too
    assert [(t.number, t.body) for t in texts(database, article)] == [(1, "One."), (2, "One, corrected."), (3, "One.")]
    with database.reading() as session:
        latest = queries.latest_text(session, article.id)
        assert latest is not None
        assert latest.number == 3
        second = queries.text(session, article.id, 2)
        assert second is not None
        assert second.body == "One, corrected."
        assert queries.text(session, article.id, 4) is None


@pytest.mark.parametrize("body", ["One.", "One.\r", "", "\u200b", "x\x00", "x" * 400_001])
def test_the_same_text_an_empty_one_or_an_impossible_one_is_refused(database: Database, make_article, body: str):
    article = make_article(body="One.\n" if body.endswith("\r") else "One.")
    with pytest.raises(Invalid) as refused:
        add(database, article, body)
    assert refused.value.field == "body"
    assert len(texts(database, article)) == 1


def test_two_corrections_at_once_become_two_and_three(database: Database, make_article):
    article = make_article(body="One.")
    start = threading.Barrier(4)
    errors = []

    def correct(number: int) -> None:
        start.wait()
        try:
            add(database, article, f"Corrected by {number}.")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=correct, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert [t.number for t in texts(database, article)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "\u200b "),
        ("title", "x" * 1_001),
        ("language", "français"),
        ("published_on", "2024-01-15"),
        ("published_on", None),
        ("url", "javascript:alert(1)"),
        ("url", "example.org"),
        ("outlet", "x\x00"),
        ("author_editor_id", 10**6),
    ],
)
def test_what_cannot_be_kept_is_refused_when_made_and_when_changed(database: Database, make_article, field: str, value: Any):
    article = make_article(url="https://example.org/a")
    with pytest.raises(Invalid) as refused:
        edit(database, article, **{field: value})
    assert refused.value.field == field
    with pytest.raises(Invalid) as refused:
        make_article(**{"title": "T", field: value})
    assert refused.value.field == field
    with database.reading() as session:
        assert len(session.scalars(select(Article.id)).all()) == 1


def test_a_change_tells_what_was_and_raises_the_version(database: Database, make_article, make_editor):
    article, editor = make_article(), make_editor()
    changed = edit(
        database, article, actor=editor.actor, title=" New title ", published_on=date(2024, 1, 16), author_editor_id=editor.id
    )
    assert (changed.title, changed.version) == ("New title", 2)
    event = events_of(database, article)[-1]
    data = json.loads(event.canonical)["data"]
    assert (event.kind, event.actor, data["version"]) == ("article.edit", f"editor:{editor.id}", 2)
    assert data["was"]["published_on"] == "2024-01-15"
    assert list(data["set"]["title"]) == ["sha256"]


def test_a_change_of_nothing_or_of_what_is_no_field_is_no_event(database: Database, make_article):
    article = make_article()
    assert edit(database, article, title=f" {article.title} ", is_sample=True).version == 1
    assert len(events_of(database, article)) == 1


def test_of_two_changes_from_one_version_the_second_is_stale(database: Database, make_article):
    article = make_article()
    edit(database, article, title="First")
    with pytest.raises(Stale):
        edit(database, article, title="Second")
    assert make_fresh(database).title == "First"
    assert edit(database, article, version=2, title="Second").version == 3


def test_viewers_change_nothing(database: Database, make_article, make_editor):
    viewer, article = make_editor(roles=["viewer"]).actor, make_article()
    with pytest.raises(Forbidden):
        edit(database, article, actor=viewer, title="Mine")
    with pytest.raises(Forbidden):
        add(database, article, "Mine.", actor=viewer)
    with database.writing() as session, pytest.raises(Forbidden):
        services.create(session, viewer, title="Mine", language="en", published_on=PUBLISHED_ON)


def test_an_article_that_does_not_exist_is_not_found(database: Database):
    with database.reading() as session, pytest.raises(NotFound):
        queries.get(session, 10**6)
