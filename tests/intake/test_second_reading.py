"""Reading an article with a language model set: by a job, whose failure leaves the marks of the rules with a note."""

import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import make_article
from tests.intake.keeping import read_until
from tests.intake.test_language_model import Stub, claim, reply, say
from tests.support.processes import process
from tests.support.web import Client, SignIn
from tracker import clock
from tracker.accounts.models import Editor
from tracker.articles.models import Article
from tracker.config import Settings
from tracker.config_reading import LanguageModelSettings
from tracker.db import Database
from tracker.intake import jobs, reading_queue
from tracker.intake.models import ArticleReading, Candidate, ReadingRequest

BODY = "A pier\n\nThe pier will close in June 2025. The harbour board met on Monday."
NOTE = "The language model did not answer."


@pytest.fixture
def stub():
    made = Stub()
    yield made
    made.hold.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(name="settings")
def settings_with_model(settings: Settings, stub: Stub) -> Settings:
    model = LanguageModelSettings(stub.url, "small", "k3y", (ip_network("127.0.0.0/8"),))
    return replace(settings, language_model=model)


def run_job(database: Database, settings: Settings, stopping: Callable[[], bool] = lambda: False) -> object:
    return jobs.read_articles(database, stopping, model=settings.language_model)["read"]


def find_passages(session: Session) -> list[str]:
    session.rollback()
    found = session.scalars(select(Candidate).join(ArticleReading).order_by(Candidate.quote_start))
    return [BODY[each.quote_start : each.quote_end] for each in found]


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in()


@pytest.fixture
def article(database: Database) -> Article:
    return make_article(database, body=BODY, language="en")


@pytest.fixture
def monthly(database: Database) -> Article:
    body = "A pier\n\nThe pier will close by the end of the month."
    return make_article(database, body=body, language="en", published_on=date(2024, 3, 1))


@pytest.fixture
def asked(client: Client, article: Article) -> str:
    """The page of an article that waits to be read."""
    answer = client.post(f"/articles/{article.id}/sort/read")
    assert (answer.status_code, answer.location) == (303, f"/articles/{article.id}/sort")
    return str(answer.location)


def test_request_asks_no_model_and_its_page_shows_that_the_text_is_being_read(
    session: Session, client: Client, stub: Stub, asked: str
):
    page = client.get(asked).text
    assert "The text is being read" in page
    assert "This starts within a few seconds." in page
    assert stub.asked == []
    assert find_passages(session) == []


def test_sentence_of_the_model_becomes_a_candidate_without_a_cue(
    database: Database, session: Session, client: Client, stub: Stub, settings: Settings, asked: str
):
    stub.answer = say(claim(2, "The harbour board met"))
    assert run_job(database, settings) == 1
    assert find_passages(session) == ["The pier will close in June 2025.", "The harbour board met on Monday."]
    page = client.get(asked).text
    assert "<b>0 of 2 sorted</b>" in page
    assert NOTE not in page
    assert session.scalars(select(ArticleReading.sorter_id)).all() == [client.editor.id]


@pytest.mark.parametrize("status", [429, 500])
def test_failing_model_leaves_the_rules_and_a_note(
    database: Database, session: Session, client: Client, stub: Stub, settings: Settings, asked: str, status: int
):
    stub.answer = reply(b"{}", status)
    assert run_job(database, settings) == 1
    assert find_passages(session) == ["The pier will close in June 2025."]
    assert NOTE in client.get(asked).text


def test_lying_model_adds_nothing(
    database: Database, session: Session, client: Client, stub: Stub, settings: Settings, asked: str
):
    stub.answer = say(claim(1, "The pier will burn"), claim(7, "x"))
    run_job(database, settings)
    assert find_passages(session) == ["The pier will close in June 2025."]
    assert "answer could not be used" in client.get(asked).text


def test_pasted_article_is_queued_with_the_article(
    database: Database, session: Session, client: Client, stub: Stub, settings: Settings
):
    given = {"title": "A pier", "outlet": "", "url": "", "author": "", "author_editor_id": "", "published_on": "1 Mar 2024"}
    answer = client.post("/articles/new", data={**given, "language": "en", "body": BODY})
    page = client.get(answer.location).text
    assert "The text is being read" in page
    assert "Article saved. Its predictions are being looked for." in page
    assert stub.asked == []

    stub.answer = say()
    run_job(database, settings)

    assert find_passages(session) == ["The pier will close in June 2025."]


def test_text_is_queued_once(database: Database, client: Client, stub: Stub, settings: Settings, asked: str, article: Article):
    stub.answer = say()
    client.post(f"/articles/{article.id}/sort/read")
    assert run_job(database, settings) == 1
    client.post(f"/articles/{article.id}/sort/read")
    assert run_job(database, settings) == 0
    assert len(stub.asked) == 1


def test_page_shows_which_part_is_being_read(database: Database, client: Client, stub: Stub, settings: Settings, asked: str):
    pages: list[str] = []

    def look(request: BaseHTTPRequestHandler) -> None:
        pages.append(client.get(asked).text)
        say()(request)

    stub.answer = look
    run_job(database, settings)
    (page,) = pages
    assert "The language model reads part 1 of 1." in page


def test_rules_alone_read_at_once_and_a_late_answer_is_ignored(
    database: Database, session: Session, client: Client, stub: Stub, settings: Settings, asked: str, article: Article
):
    def be_overtaken(request: BaseHTTPRequestHandler) -> None:
        assert client.post(f"/articles/{article.id}/sort/read", data={"rules": "1"}).status_code == 303
        say(claim(2, "The harbour board met"))(request)

    stub.answer = be_overtaken
    run_job(database, settings)

    assert len(stub.asked) == 1
    assert find_passages(session) == ["The pier will close in June 2025."]
    assert session.scalars(select(ReadingRequest)).all() == []
    assert "<b>0 of 1 sorted</b>" in client.get(asked).text


def test_deadlines_are_those_of_the_publication_date_that_was_changed_while_the_model_was_asked(
    database: Database, session: Session, client: Client, stub: Stub, settings: Settings, monthly: Article
):
    def be_changed(request: BaseHTTPRequestHandler) -> None:
        if len(stub.asked) == 1:
            with database.writing() as writer:
                writer.get_one(Article, monthly.id).published_on = date(2024, 6, 10)
        say()(request)

    stub.answer = be_changed
    client.post(f"/articles/{monthly.id}/sort/read")
    assert run_job(database, settings) == 2

    session.rollback()
    assert session.scalars(select(Candidate.deadline_on)).all() == [date(2024, 6, 30)]
    assert [b"2024-06-10" in body for _path, _headers, body in stub.asked] == [False, True]
    assert session.scalars(select(ArticleReading.article_id)).all() == [monthly.id]
    assert session.scalars(select(ReadingRequest)).all() == []


def test_language_that_was_changed_while_the_model_was_asked_is_read(
    database: Database, session: Session, stub: Stub, settings: Settings, asked: str
):
    def be_changed(request: BaseHTTPRequestHandler) -> None:
        with database.writing() as writer:
            writer.execute(update(Article).values(language="de"))
        say()(request)

    stub.answer = be_changed
    run_job(database, settings)
    assert len(stub.asked) == 1
    assert find_passages(session) == []
    assert session.scalars(select(ReadingRequest)).all() == []


def test_stopping_scheduler_gives_the_text_back(database: Database, session: Session, stub: Stub, settings: Settings, asked: str):
    states = iter([False, True])
    assert run_job(database, settings, lambda: next(states)) == 0
    session.rollback()
    (request,) = session.scalars(select(ReadingRequest))
    assert (request.started_at, request.attempts) == (None, 0)
    assert stub.asked == []


def test_text_of_a_dead_reader_is_read_again_after_its_lease(
    database: Database, session: Session, stub: Stub, settings: Settings, asked: str, clock_at: Callable[..., None]
):
    stub.answer = say()
    moment = clock.now()
    with database.writing() as writer:
        assert reading_queue.take_next(writer) is not None
    assert run_job(database, settings) == 0
    clock_at(moment + reading_queue.LEASE + timedelta(seconds=5))
    assert run_job(database, settings) == 1
    assert find_passages(session) == ["The pier will close in June 2025."]


def test_text_that_kills_its_readers_is_read_by_the_rules_alone(
    database: Database, client: Client, stub: Stub, settings: Settings, asked: str
):
    with database.writing() as writer:
        writer.execute(update(ReadingRequest).values(attempts=reading_queue.ATTEMPTS))
    assert run_job(database, settings) == 1
    assert stub.asked == []
    assert NOTE in client.get(asked).text


def test_article_of_another_language_by_now_is_dropped(
    database: Database, session: Session, stub: Stub, settings: Settings, asked: str
):
    with database.writing() as writer:
        writer.execute(update(Article).values(language="de"))
    assert run_job(database, settings) == 1
    assert run_job(database, settings) == 0
    assert (stub.asked, find_passages(session)) == ([], [])


def test_reading_for_an_editor_who_left_is_sorted_by_everyone(
    database: Database, session: Session, client: Client, stub: Stub, settings: Settings, asked: str
):
    stub.answer = say()
    with database.writing() as writer:
        writer.get_one(Editor, client.editor.id).roles = []
    run_job(database, settings)
    session.rollback()
    assert session.scalars(select(ArticleReading.sorter_id)).all() == [None]


@pytest.mark.parametrize("point", [1, 6, 14, 30, 60])
def test_killed_reader_stores_all_or_nothing_and_the_next_stores_once(
    database: Database, database_url: str, session: Session, stub: Stub, settings: Settings, asked: str, point: int,
    clock_at: Callable[..., None],
):  # fmt: skip
    stub.answer = say(claim(2, "The harbour board met"))
    with process(read_until, database_url, settings.language_model, point) as reading:
        assert reading.wait() == -signal.SIGKILL, reading.said
    both = ["The pier will close in June 2025.", "The harbour board met on Monday."]
    assert find_passages(session) in ([], both)

    clock_at(clock.now() + 2 * reading_queue.LEASE)
    run_job(database, settings)

    assert find_passages(session) == both
    assert session.scalars(select(ReadingRequest)).all() == []
