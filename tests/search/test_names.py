"""Finding articles and speakers by words: the same on both databases, with or without accents."""

from collections.abc import Callable
from typing import Any

import pytest

from tracker.articles import queries as articles
from tracker.articles import services
from tracker.articles.models import Article
from tracker.claims.models import Speaker
from tracker.claims.queries import speakers as people
from tracker.claims.search import indexing
from tracker.claims.services import speakers
from tracker.db import Database

Make = Callable[..., Any]


def titles(database: Database, q: str, **place: str) -> list[str]:
    with database.reading() as session:
        return [row.title for row in articles.listed(session, q, with_sample=True, **place).rows]


def names(database: Database, q: str) -> list[str]:
    with database.reading() as session:
        return [row.name for row in people.list_speakers(session, q, with_sample=True).rows]


@pytest.mark.parametrize("q", ["elysee", "ÉLYSÉE", "Ely", "l’Élysée", "elysée rapports", "rapport", "quotidien", "elys*"])
def test_an_article_is_found_by_the_beginnings_of_its_words_and_their_forms(database: Database, make_article: Make, q: str):
    make_article("Les rapports de l’Élysée", outlet="Le Quotidien")
    make_article("Another day")
    assert titles(database, q) == ["Les rapports de l’Élysée"]


@pytest.mark.parametrize("q", ["lysee", "elysee report", "!!!", "%", "_", '"', "<script>", "NOT *"])
def test_what_is_no_word_of_it_does_not_find_it(database: Database, make_article: Make, q: str):
    make_article("Les rapports de l’Élysée")
    assert titles(database, q) == []


@pytest.mark.parametrize(
    ("title", "found_by", "not_by"),
    [
        ("大桥五月竣工", ("桥", "五月", "大桥五月"), ("月五", "五竣")),
        ("Η Αθήνα υπογράφει", ("αθη", "ΑΘΗΝΑ"), ("θηνα",)),
        ("مُحَمَّد في القاهرة", ("محمد", "محم"), ("حمد",)),
        ("La tran\u00adsition", ("transi", "TRANSITION"), ("sition",)),
    ],
)
def test_headlines_in_every_script_are_found(database: Database, make_article: Make, title: str, found_by: Any, not_by: Any):
    make_article(title)
    make_article("Another day")

    assert {q: titles(database, q) for q in found_by} == {key: [title] for key in found_by}
    assert {q: titles(database, q) for q in not_by} == {key: [] for key in not_by}


def test_found_articles_come_newest_first_a_page_at_a_time(database: Database, make_article: Make, monkeypatch: Any):
    monkeypatch.setattr(articles, "SIZE", 2)
    made = [make_article(f"Summit {word}") for word in ("one", "two", "three")]
    with database.reading() as session:
        first = articles.listed(session, "summit", with_sample=True)
        second = articles.listed(session, "summit", with_sample=True, after=str(first.after))
    assert [row.id for row in [*first.rows, *second.rows]] == [article.id for article in reversed(made)]


def test_a_new_headline_is_found_and_the_old_one_no_longer(database: Database, make_article: Make, make_editor: Make):
    article, editor = make_article("A bridge"), make_editor()
    with database.writing() as session:
        mine = session.get_one(Article, article.id)
        services.edit(session, editor.actor, mine, version=mine.version, title="A tunnel")
    assert (titles(database, "tunnel"), titles(database, "bridge")) == (["A tunnel"], [])


def test_a_speaker_is_found_by_name_affiliation_or_other_name(database: Database, make_speaker: Make, make_editor: Make):
    speaker, editor = make_speaker("Zoé Lefèvre"), make_editor()
    make_speaker("Somebody")
    with database.writing() as session:
        mine = session.get_one(Speaker, speaker.id)
        said = {"name": mine.name, "kind": mine.kind, "affiliation": "Météo-France", "aliases": ("Z. Lefebvre",)}
        speakers.edit_speaker(session, mine, actor=editor.actor, **said)
    for q in ("zoe", "lefevre z", "meteo", "LEFEBVRE"):
        assert names(database, q) == ["Zoé Lefèvre"], q
    assert names(database, "efevre") == []


def test_merged_speaker_is_found_as_the_kept_one(database: Database, make_speaker: Make):
    stands, gone = make_speaker("Zoé Lefèvre"), make_speaker("Zouzou")
    with database.writing() as session:
        session.get_one(Speaker, gone.id).merged_into_id = stands.id
    assert names(database, "zouzou") == ["Zoé Lefèvre"]


def test_what_an_older_database_holds_is_indexed_once(database: Database, make_article: Make, make_speaker: Make, session: Any):
    make_article("Summit")
    make_speaker("Zoé")
    with database.writing() as writing:
        for table in ("article_search", "speaker_search"):
            writing.connection().exec_driver_sql(f"DELETE FROM {table}")
    assert (titles(database, "summit"), names(database, "zoe")) == ([], [])
    indexing.fill(database)
    indexing.fill(database)
    assert (titles(database, "summit"), names(database, "zoe")) == (["Summit"], ["Zoé"])
