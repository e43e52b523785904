"""Long articles and long lists of the pages on which passages are sorted: what is cut is named, and nothing is out of reach."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_article, make_claim, make_speaker, make_topic
from tests.intake.sorting import BODY, load_candidates, load_claims, read_article
from tests.intake.test_sorting_routes import decide, page_of
from tests.support.web import Client, SignIn
from tracker.claims.queries import reading_options
from tracker.db import Database
from tracker.intake import likely, queries
from tracker.intake.filling import list_missing
from tracker.intake.models import CandidateState
from tracker.suggest import reading as suggest_reading

# It asks who said it.
ASKING = "“They will certainly sell the old town hall in May 2024,” she said.\n\n"
LIKELY = (
    "The bridge will reopen in May 2024.\n\n"
    "Line A of the tram will carry passengers in June 2024.\n\n"
    "The council will publish the cost study in July 2024."
)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[date], None]) -> None:
    clock_at(date(2024, 3, 12))


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in()


def test_text_longer_than_what_is_read_is_named(
    database: Database, client: Client, session: Session, monkeypatch: pytest.MonkeyPatch
):
    cut = "only its first part was searched"
    monkeypatch.setattr(suggest_reading, "LONGEST", len(BODY))
    assert cut not in client.get(page_of(session, read_article(database, client.editor))).text
    monkeypatch.setattr(suggest_reading, "LONGEST", len(BODY) - 1)
    assert cut in client.get(page_of(session, read_article(database, client.editor))).text


def test_words_beyond_what_is_read_can_be_sorted(
    database: Database, client: Client, session: Session, monkeypatch: pytest.MonkeyPatch
):
    words = "The council will sign a contract"
    monkeypatch.setattr(suggest_reading, "LONGEST", BODY.index(words))
    reading = read_article(database, client.editor)
    assert not any(words in each.statement for each in load_candidates(session, reading))
    start = BODY.index(words)
    page = client.get(f"{page_of(session, reading)}?start={start}&end={start + len(words)}")
    assert page.status_code == 200
    assert "your choice" in page.text


@pytest.mark.parametrize(("most", "is_cut"), [(3, False), (2, True)])
def test_text_of_more_sentences_than_are_read_is_cut(monkeypatch: pytest.MonkeyPatch, most: int, is_cut: bool):
    monkeypatch.setattr(suggest_reading, "_MOST_SENTENCES", most)
    assert suggest_reading.is_cut("One comes. Two comes. Three comes.") is is_cut


def test_articles_to_sort_beyond_the_list_are_named(database: Database, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "UNSORTED_MOST", 2)
    for number in range(2):
        read_article(database, client.editor, title=f"Article {number}")
    assert "newest are shown" not in client.get("/articles/sorting").text
    read_article(database, client.editor, title="Article 2")
    page = client.get("/articles/sorting").text
    assert "Only the 2 newest are shown." in page
    assert "Article 2" in page
    assert "Article 0" not in page


def test_speaker_beyond_the_offered_names_is_typed(
    database: Database, client: Client, session: Session, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries, "SPEAKERS_OFFERED", 1)
    oldest = make_speaker(database, "Ada Oldest")
    make_speaker(database, "Zoe Newest")
    reading = read_article(database, client.editor)
    page = client.get(page_of(session, reading)).text
    assert "Zoe Newest" in page
    assert "Ada Oldest" not in page

    answer = decide(client, session, reading, "reopen", "keep", speaker="Ada Oldest", attribution="stated")

    assert answer.status_code == 303, answer.text
    assert load_claims(session, reading)[0].speaker_id == oldest.id


def test_keeping_all_comes_to_likely_passages_behind_those_that_are_left(
    database: Database, client: Client, session: Session, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(likely, "AT_ONCE", 1)
    reading = read_article(database, client.editor, ASKING + LIKELY)
    marked = [each for each in load_candidates(session, reading) if each.kind == "likely"]
    assert [bool(list_missing(each)) for each in marked] == [True, False, False, False], [each.statement for each in marked]

    answer = client.post(f"{page_of(session, reading)}/all")

    assert answer.status_code == 303
    kept = [each for each in load_candidates(session, reading) if each.state is CandidateState.KEPT]
    assert [each.statement[:8] for each in kept] == ["The brid"]
    assert "press again" in client.get(answer.location).text


def test_keeping_all_gets_past_passages_that_resemble_claims(
    database: Database, client: Client, session: Session, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(likely, "AT_ONCE", 1)
    monkeypatch.setattr(likely, "_TOGETHER", 1)
    article = make_article(database, "The town in May")
    for statement in ("The bridge will reopen in May 2024.", "Line A of the tram will carry passengers in June 2024."):
        make_claim(database, "open", article=article, statement=statement)
    reading = read_article(database, client.editor, LIKELY)
    assert "Keep all likely (1)" in client.get(page_of(session, reading)).text

    client.post(f"{page_of(session, reading)}/all")

    kept = [each for each in load_candidates(session, reading) if each.state is CandidateState.KEPT]
    assert [each.statement[:11] for each in kept] == ["The council"]


def test_passages_beyond_those_compared_are_named(
    database: Database, client: Client, session: Session, monkeypatch: pytest.MonkeyPatch
):
    make_claim(database, "open", article=make_article(database, "May"), statement="The bridge will reopen in May 2024.")
    reading = read_article(database, client.editor, LIKELY)
    left = "2 likely passages behind these were not looked at: sort some of these first."
    assert left not in client.get(page_of(session, reading)).text
    monkeypatch.setattr(likely, "COMPARED_MOST", 1)
    page = client.get(page_of(session, reading)).text
    assert left in page
    assert "Keep all likely" not in page

    decide(client, session, reading, "reopen", "reject")

    page = client.get(page_of(session, reading)).text
    assert left not in page
    assert "Keep all likely (1)" in page


def test_names_beyond_those_recognised_are_the_oldest(database: Database, session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading_options, "SPEAKERS_MAX", 1)
    monkeypatch.setattr(reading_options, "EXAMPLES_MAX", 1)
    make_speaker(database, "Ada Oldest")
    make_speaker(database, "Zoe Newest")
    make_topic(database, "Old", "Vieux")
    newest = make_topic(database, "New", "Neuf")
    assert [each.name for each in reading_options.load_known_speakers(session)] == ["Zoe Newest"]
    assert [each.topics for each in reading_options.load_topic_examples(session, "en")] == [(str(newest.id),)]
