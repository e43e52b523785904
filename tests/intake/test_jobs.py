"""Reading sources: pages and files, outside any transaction, once each."""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import update

from tests.factories import make_editor
from tests.intake.test_extraction import PAGE, docx_of
from tests.support.page_server import PageServer, answer_of, serving
from tracker import clock
from tracker.accounts.models import Editor
from tracker.db import Database
from tracker.errors import Forbidden, Invalid
from tracker.intake import jobs, services
from tracker.intake.extraction import Extraction
from tracker.intake.models import ArticleSource, SourceState
from tracker.net.bounds import Limits
from tracker.net.ssrf_guard import Guard

LOOPBACK = Guard((ip_network("127.0.0.0/8"),))


@pytest.fixture
def editor(database: Database) -> Editor:
    return make_editor(database)


@pytest.fixture
def pages() -> Iterator[PageServer]:
    with serving(lambda _path: answer_of(PAGE.encode(), Content_Type="text/html; charset=utf-8")) as server:
        yield server


def queue(database: Database, editor: Editor, server: PageServer, path: str = "/pont") -> int:
    """Queue a page of the test's server, whose address no editor could queue."""
    with database.writing() as session:
        source = ArticleSource(state=SourceState.QUEUED, url=server.url(path), host=f"127.0.0.1{path}", editor_id=editor.id)
        session.add(source)
        session.flush()
        return source.id


def read(database: Database, server: PageServer | None = None) -> object:
    ports = frozenset({server.port}) if server else frozenset({80})
    return jobs.read_sources(database, lambda: False, guard=LOOPBACK, limits=Limits(ports=ports, seconds=5))["read"]


def stored(database: Database, source_id: int) -> ArticleSource:
    with database.reading() as session:
        source = session.get_one(ArticleSource, source_id)
        assert source.packed is None or isinstance(source.packed, bytes)
        session.expunge(source)
        return source


def test_page_is_read_and_kept_with_its_hash(database: Database, editor: Editor, pages: PageServer):
    source_id = queue(database, editor, pages)

    assert read(database, pages) == 1

    source = stored(database, source_id)
    assert (source.state, source.problem, source.http_status) == (SourceState.READ, "", 200)
    assert (source.title, source.author, source.outlet) == ("Le pont rouvrira", "Nadia Brandt", "Le Quotidien")
    assert source.published_on is not None
    assert source.body.startswith("Le maire promet")
    assert zlib.decompress(source.packed or b"") == PAGE.encode()
    assert source.sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    assert read(database, pages) == 0
    assert len(pages.paths) == 1


@pytest.mark.parametrize(
    ("answer", "problem", "status"),
    [
        (answer_of(b"no", "403 Forbidden"), "status", 403),
        (answer_of(b"no", "404 Not Found"), "status", 404),
        (answer_of(b"", "302 Found", Location="http://10.0.0.1/"), "not_allowed", None),
        (answer_of(b"<html><p>Please enable JavaScript.</p></html>"), "no_text", 200),
        (answer_of(b"\x89PNG\r\n\x1a\n", Content_Type="text/html"), "unknown_kind", 200),
        ([b"not http"], "bad_answer", None),
    ],
)
def test_page_that_gives_no_text_names_the_reason(
    database: Database, editor: Editor, pages: PageServer, answer: list[bytes], problem: str, status: int | None
):
    pages.answer = lambda _path: answer
    source_id = queue(database, editor, pages)

    read(database, pages)

    source = stored(database, source_id)
    assert (source.state, source.problem, source.http_status, source.body) == (SourceState.FAILED, problem, status, "")


def test_file_is_read(database: Database, editor: Editor):
    with database.writing() as session:
        source_id = services.queue_file(session, editor.actor, "C:\\x\\Mon article.docx", docx_of("Le pont rouvrira.")).id

    read(database)

    source = stored(database, source_id)
    assert (source.state, source.file_name, source.title, source.body) == (
        SourceState.READ,
        "Mon article.docx",
        "Un titre",
        "Le pont rouvrira.",
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/", "http://127.0.0.1", "http://127.1", "http://0/", "http://2130706433", "http://0177.0.0.1",
        "http://0x7f.1", "http://[::1]/", "http://[::ffff:169.254.169.254]/", "http://[64:ff9b::a9fe:a9fe]/", "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/", "http://192.168.1.1/", "http://[fe80::1]/", "http://example.org:8080/",
        "http://user:secret@example.org/", "file:///etc/passwd", "javascript:alert(1)", "http://example.org\\@127.0.0.1/", "http://",
        "http://a b/", "ftp://example.org/", "http://" + "a" * 3_000,
    ],
)  # fmt: skip
def test_forbidden_address_is_refused_at_once(database: Database, editor: Editor, url: str):
    with database.writing() as session, pytest.raises(Invalid) as refused:
        services.queue_address(session, editor.actor, url)
    assert refused.value.field == "url"
    with database.reading() as session:
        assert session.query(ArticleSource).count() == 0


@pytest.mark.parametrize("data", [b"", b"x" * (services.FILE_MAX + 1)])
def test_empty_or_too_large_file_is_refused(database: Database, editor: Editor, data: bytes):
    with database.writing() as session, pytest.raises(Invalid) as refused:
        services.queue_file(session, editor.actor, "a.txt", data)
    assert refused.value.field == "file"


def test_viewer_queues_nothing(database: Database):
    viewer = make_editor(database, roles=["viewer"]).actor
    with database.writing() as session:
        with pytest.raises(Forbidden):
            services.queue_file(session, viewer, "a.txt", b"x")
        with pytest.raises(Forbidden):
            services.queue_address(session, viewer, "https://example.org/")


def test_one_host_is_asked_once_in_five_seconds(
    database: Database, editor: Editor, clock_at: Callable[..., None], pages: PageServer
):
    first, second = queue(database, editor, pages), queue(database, editor, pages)
    moment = clock.now()

    clock_at(moment)
    assert read(database, pages) == 1
    clock_at(moment + timedelta(seconds=4))
    assert read(database, pages) == 0
    clock_at(moment + timedelta(seconds=6))
    assert read(database, pages) == 1
    assert [stored(database, each).state for each in (first, second)] == [SourceState.READ, SourceState.READ]


def test_source_of_a_dead_reader_is_read_again_and_its_late_result_ignored(database: Database, editor: Editor, pages: PageServer):
    source_id = queue(database, editor, pages)
    with database.writing() as session:
        taken = services.take_next(session)
        assert taken is not None
        assert taken.attempts == 1
    assert read(database, pages) == 0
    with database.writing() as session:
        session.execute(update(ArticleSource).values(started_at=clock.now() - timedelta(minutes=3)))

    assert read(database, pages) == 1
    with database.writing() as session:
        services.store_text(session, source_id, 1, Extraction(body="late"))

    source = stored(database, source_id)
    assert (source.state, source.attempts) == (SourceState.READ, 2)
    assert source.body != "late"


def test_source_that_kills_its_readers_is_given_up(database: Database, editor: Editor, pages: PageServer):
    source_id = queue(database, editor, pages)
    with database.writing() as session:
        session.execute(update(ArticleSource).values(attempts=services.ATTEMPTS))

    read(database, pages)

    assert (stored(database, source_id).state, stored(database, source_id).problem) == (SourceState.FAILED, "stopped")
    assert pages.paths == []


def test_old_sources_without_an_article_are_deleted(database: Database, editor: Editor, pages: PageServer):
    old, new = queue(database, editor, pages), queue(database, editor, pages)
    with database.writing() as session:
        session.get_one(ArticleSource, old).created_at = clock.now() - timedelta(days=8)

    assert jobs.delete_expired(database, lambda: False) == {"deleted": 1}

    with database.reading() as session:
        assert session.get(ArticleSource, old) is None
        assert session.get(ArticleSource, new) is not None
