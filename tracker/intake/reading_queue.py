"""Texts that wait to be read with a language model: queued by a page, read by a job, each stored once."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.articles.models import Article, ArticleText
from tracker.claims.services.common import require_editor
from tracker.intake.models import ArticleReading, ReadingRequest
from tracker.ledger import Actor

ATTEMPTS: Final = 2  # of asking the model; the third reader reads by the rules alone
LEASE: Final = timedelta(minutes=3)  # longer than all calls for an article may take


def queue_reading(session: Session, article: Article, text: ArticleText, *, actor: Actor) -> None:
    """Queue a text to be read; nothing where it waits or was read already."""
    require_editor(actor)
    session.refresh(article, with_for_update=True)  # two who queue the same text do so in turn
    own = (article.id, text.number)
    is_read = session.scalar(select(ArticleReading.id).filter_by(article_id=own[0], text_number=own[1]))
    if is_read is None and find_request(session, *own) is None:
        session.add(ReadingRequest(article_id=own[0], text_number=own[1], editor_id=actor.editor_id))
        session.flush()


def find_request(session: Session, article_id: int, text_number: int) -> ReadingRequest | None:
    """The request to read a text; None where it does not wait."""
    return session.scalar(select(ReadingRequest).filter_by(article_id=article_id, text_number=text_number))


def take_next(session: Session) -> ReadingRequest | None:
    """The next request, marked as being read; None if there is none. One whose reader died is taken again."""
    now = clock.now()
    is_free = or_(ReadingRequest.started_at.is_(None), ReadingRequest.started_at < now - LEASE)
    query = select(ReadingRequest).where(is_free).order_by(ReadingRequest.id).limit(1)
    request = session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if request is not None:
        request.attempts += 1
        request.started_at, request.parts, request.parts_read = now, 0, 0
        session.flush()
    return request


def record_progress(session: Session, request_id: int, attempt: int, done: int, total: int) -> None:
    """Record how many of its calls were answered."""
    request = own_request(session, request_id, attempt)
    if request is not None:
        request.parts, request.parts_read = total, done


def give_back(session: Session, request_id: int, attempt: int) -> None:
    """Let a request wait again that was not read to its end, as if it had not been taken."""
    request = own_request(session, request_id, attempt)
    if request is not None:
        request.attempts -= 1
        request.started_at = None


def own_request(session: Session, request_id: int, attempt: int) -> ReadingRequest | None:
    """The request, locked, if it is still being read by the attempt that took it."""
    request = session.get(ReadingRequest, request_id, with_for_update=True, populate_existing=True)
    return request if request is not None and request.attempts == attempt and request.started_at is not None else None


def forget_request(session: Session, article_id: int, text_number: int) -> None:
    """Take a text from the queue. A reader that has it already stores nothing."""
    session.execute(delete(ReadingRequest).filter_by(article_id=article_id, text_number=text_number))
