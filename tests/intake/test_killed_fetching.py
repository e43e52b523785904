"""A process that dies while it fetches a page stores all of the page or nothing; the next one fetches it, or it is given up."""

import hashlib
import signal
import threading
import zlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.intake.keeping import read_pages_until
from tests.intake.test_extraction import PAGE
from tests.support.page_server import PageServer, answer_of, serving
from tests.support.processes import process
from tests.support.web import Client, SignIn
from tracker import clock
from tracker.articles.models import Article
from tracker.db import Database
from tracker.intake import services
from tracker.intake.models import ArticleSource, SourceState

WHOLE = answer_of(PAGE.encode(), Content_Type="text/html; charset=utf-8")


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in()


@pytest.fixture
def pages() -> Iterator[PageServer]:
    with serving(lambda _path: WHOLE) as server:
        yield server


@pytest.fixture
def queued(database: Database, client: Client, pages: PageServer) -> str:
    """The page of an address that waits to be read."""
    with database.writing() as session:
        source = ArticleSource(state=SourceState.QUEUED, url=pages.url(), host="127.0.0.1", editor_id=client.editor.id)
        session.add(source)
        session.flush()
        return f"/articles/sources/{source.id}"


def load_source(session: Session) -> ArticleSource:
    session.rollback()
    return session.scalars(select(ArticleSource).execution_options(populate_existing=True)).one()


def end_lease(database: Database) -> None:
    """Make it as long ago that a source was taken as it takes for another reader to take it."""
    with database.writing() as session:
        session.execute(update(ArticleSource).values(started_at=clock.now() - services.LEASE - timedelta(seconds=1)))


def check_read_by_the_next(database: Database, database_url: str, session: Session, client: Client, queued: str, port: int):
    """The next reader, once the lease of the dead one is over, has the whole page, once."""
    end_lease(database)
    with process(read_pages_until, database_url, port) as reading:
        assert reading.wait() == 0, reading.said
    source = load_source(session)
    assert (source.state, source.problem, source.http_status) == (SourceState.READ, "", 200)
    assert zlib.decompress(source.packed or b"") == PAGE.encode()
    assert source.sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    assert source.body.startswith("Le maire promet")
    assert "Check the article" in client.get(queued).text
    assert session.scalars(select(Article.id)).all() == []


@pytest.mark.parametrize("point", [1, 6, 11, 15, 19, 23])
def test_fetch_killed_at_a_point_is_whole_or_nothing_and_is_picked_up(
    database: Database, database_url: str, session: Session, client: Client, pages: PageServer, queued: str, point: int
):
    with process(read_pages_until, database_url, pages.port, point) as reading:
        assert reading.wait() == -signal.SIGKILL, reading.said
    source = load_source(session)
    assert (source.state, source.body, source.title) in (
        (SourceState.QUEUED, "", ""),
        (SourceState.RUNNING, "", ""),
        (SourceState.READ, source.body, "Le pont rouvrira"),
    )
    assert source.packed is None or zlib.decompress(source.packed) == PAGE.encode()
    was_read = source.state == SourceState.READ
    asked = len(pages.paths)

    check_read_by_the_next(database, database_url, session, client, queued, pages.port)

    assert len(pages.paths) == asked + (0 if was_read else 1)


@pytest.mark.parametrize("sent", [0, 60, 400])
def test_fetch_killed_while_the_page_arrives_stores_nothing_and_is_picked_up(
    database: Database, database_url: str, session: Session, client: Client, pages: PageServer, queued: str, sent: int
):
    reached, released = threading.Event(), threading.Event()

    def stall(_path: str) -> Iterator[bytes]:
        yield WHOLE[0][:sent]
        reached.set()
        released.wait(60)

    pages.answer = stall
    with process(read_pages_until, database_url, pages.port) as reading:
        assert reached.wait(60), reading.said
        reading.send(signal.SIGKILL)
        assert reading.wait() == -signal.SIGKILL
    released.set()
    source = load_source(session)
    assert (source.state, source.packed, source.body, source.sha256) == (SourceState.RUNNING, None, "", "")
    waiting = client.get(queued).text
    assert "Reading the text" in waiting
    assert "Paste the text instead" in waiting

    pages.answer = lambda _path: WHOLE
    check_read_by_the_next(database, database_url, session, client, queued, pages.port)

    assert len(pages.paths) == 2


def test_page_whose_readers_die_each_time_is_given_up_with_paste_offered(
    database: Database, database_url: str, session: Session, client: Client, pages: PageServer, queued: str
):
    for _ in range(services.ATTEMPTS):
        with process(read_pages_until, database_url, pages.port, 15) as reading:
            assert reading.wait() == -signal.SIGKILL, reading.said
        end_lease(database)
    with process(read_pages_until, database_url, pages.port) as reading:
        assert reading.wait() == 0, reading.said

    assert (load_source(session).state, load_source(session).problem) == (SourceState.FAILED, "stopped")
    page = client.get(queued).text
    assert "Reading the text was interrupted several times. Paste the text below instead." in page
    assert f'value="{pages.url()}"' in page
    assert len(pages.paths) == services.ATTEMPTS


def test_page_of_a_dead_reader_says_that_it_is_read_again(database: Database, client: Client, queued: str):
    slow = "This takes longer than usual. Within two minutes it is tried again, or you can paste the text."
    with database.writing() as session:
        taken = services.take_next(session)
        assert taken is not None
    assert slow not in client.get(queued).text
    with database.writing() as session:
        session.execute(update(ArticleSource).values(started_at=clock.now() - timedelta(seconds=40)))
    assert slow in client.get(queued).text
