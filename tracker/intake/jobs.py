"""What the scheduler does for texts: read pages and files, read articles with a language model, and forget unused sources."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy.orm import Session

from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.articles import queries as articles
from tracker.articles.models import Article
from tracker.config_reading import LanguageModelSettings
from tracker.db import Database
from tracker.intake import language_model, reading_queue, services
from tracker.intake.extraction import Extraction, extract_text
from tracker.intake.filling import fill_candidates
from tracker.intake.language_model import NOT_REACHED, SecondReading
from tracker.intake.models import ArticleSource, ReadingRequest, SourceState
from tracker.intake.reading import ReadingBasis, find_suggestions, load_basis, load_reading_basis
from tracker.intake.stored_readings import store_reading
from tracker.ledger import SYSTEM, Actor
from tracker.net.bounds import FetchError, Limits
from tracker.net.fetching import fetch
from tracker.net.ssrf_guard import Guard

PUBLIC: Final = Guard()


class _Stopped(Exception):
    """The process is to end before the model was asked everything."""


@dataclass(frozen=True)
class _Taken:
    """A request that this process has taken."""

    request_id: int
    attempt: int
    article_id: int
    text_number: int
    editor_id: int | None

    @classmethod
    def of(cls, request: ReadingRequest) -> Self:
        return cls(request.id, request.attempts, request.article_id, request.text_number, request.editor_id)


def read_sources(
    database: Database, stopping: Callable[[], bool], *, guard: Guard = PUBLIC, limits: Limits | None = None
) -> dict[str, object]:
    """Read the sources that wait, oldest first. Safe to run late, twice, or in parallel.

    No transaction is open while a page or a file is read.
    """
    read = 0
    while not stopping():
        with database.writing() as session:
            source = services.take_next(session)
            taken = (source.id, source.attempts, source.url, source.state) if source is not None else None
        if taken is None:
            break
        source_id, attempt, url, state = taken
        if state == SourceState.RUNNING:
            _read(database, source_id, attempt, url, guard, limits)
        read += 1
    return {"read": read}


def read_articles(database: Database, stopping: Callable[[], bool], *, model: LanguageModelSettings) -> dict[str, object]:
    """Read the articles that wait for a language model, oldest first. Safe to run late, twice, or in parallel.

    No transaction is open while the model is asked. A reading is stored in the transaction that ends its request.
    """
    read = 0
    while not stopping():
        with database.writing() as session:
            request = reading_queue.take_next(session)
            taken = _Taken.of(request) if request is not None else None
        if taken is None:
            break
        try:
            _read_article(database, taken, model, stopping)
        except _Stopped:
            with database.writing() as session:
                reading_queue.give_back(session, taken.request_id, taken.attempt)
            break
        read += 1
    return {"read": read}


def delete_expired(database: Database, _stopping: Callable[[], bool]) -> dict[str, object]:
    """Delete old sources without an article."""
    with database.writing() as session:
        return {"deleted": services.delete_expired_sources(session)}


def _read(database: Database, source_id: int, attempt: int, url: str, guard: Guard, limits: Limits | None) -> None:
    if url:
        try:
            page = fetch(url, guard, limits)
        except FetchError as error:
            with database.writing() as session:
                services.store_failure(session, source_id, attempt, error)
            return
        with database.writing() as session:
            services.store_page(session, source_id, attempt, page)
        found = extract_text(page.body, charset=page.charset, media_type=page.media_type, url=page.url)
    else:
        found = _extract_stored(database, source_id)
    with database.writing() as session:
        services.store_text(session, source_id, attempt, found)


def _extract_stored(database: Database, source_id: int) -> Extraction:
    with database.reading() as session:
        packed = session.get_one(ArticleSource, source_id).packed or zlib.compress(b"")
    return extract_text(zlib.decompress(packed))


def _read_article(database: Database, taken: _Taken, model: LanguageModelSettings, stopping: Callable[[], bool]) -> None:
    with database.reading() as session:
        given = load_reading_basis(session, taken.article_id, taken.text_number)
    if given is None:
        with database.writing() as session:  # the article has become one in a language that cannot be read
            reading_queue.forget_request(session, taken.article_id, taken.text_number)
        return

    def report(done: int, total: int) -> None:
        if stopping():
            raise _Stopped
        with database.writing() as session:
            reading_queue.record_progress(session, taken.request_id, taken.attempt, done, total)

    second = _ask_model(given, model, report) if taken.attempt <= reading_queue.ATTEMPTS else _read_by_rules(given)
    found = fill_candidates(given.basis, second.suggestions)
    with database.writing() as session:
        # The article is locked before the request, as where editors read it by the rules.
        article = session.get_one(Article, taken.article_id, with_for_update=True, populate_existing=True)
        request = reading_queue.own_request(session, taken.request_id, taken.attempt)
        text = articles.text(session, taken.article_id, taken.text_number)
        if request is None or text is None:
            return  # read by another in the meantime
        if load_basis(session, article, text.body) != given.basis:
            reading_queue.give_back(session, taken.request_id, taken.attempt)
            return  # its date or language was changed in the meantime: what was found is of the old one
        store_reading(
            session,
            article,
            text,
            found,
            actor=_load_actor(session, taken.editor_id),
            language=given.basis.language,
            note=second.note or "",
        )
        session.delete(request)


def _ask_model(
    given: ReadingBasis, model: LanguageModelSettings, report: language_model.Progress
) -> language_model.SecondReading:
    basis = given.basis
    marks = find_suggestions(basis, given.options)
    return language_model.read_article(model, basis.body, basis.language, basis.published_on, marks, report)


def _read_by_rules(given: ReadingBasis) -> SecondReading:
    """The reading of a text whose readers died while they asked the model."""
    return SecondReading(tuple(find_suggestions(given.basis, given.options)), note=NOT_REACHED)


def _load_actor(session: Session, editor_id: int | None) -> Actor:
    """The editor who asked for a reading; the system where they may not any more, so that everyone can sort it."""
    editor = session.get(Editor, editor_id) if editor_id is not None else None
    return editor.actor if editor is not None and Role.EDITOR in editor.actor.roles else SYSTEM
