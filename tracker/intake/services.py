"""Writes on the sources of texts: queue one, take it for reading, store what came of it, use it for an article."""

import hashlib
import zlib
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.roles import Role
from tracker.articles.models import Article
from tracker.errors import N_, Forbidden, Invalid
from tracker.intake.extraction import Extraction
from tracker.intake.models import ArticleSource, SourceState
from tracker.ledger import Actor
from tracker.net.bounds import FetchError
from tracker.net.fetching import Fetched
from tracker.net.ssrf_guard import Guard, NotAllowed
from tracker.urls import ascii_host, check_link

FILE_MAX: Final = 10 * 1024 * 1024
NAME_MAX: Final = 200
ATTEMPTS: Final = 3
LEASE: Final = timedelta(minutes=2)  # longer than a page and its text may take
SLOW: Final = timedelta(seconds=35)  # longer than they take as a rule
HOST_PAUSE: Final = timedelta(seconds=5)  # between two requests to one host
KEPT: Final = timedelta(days=7)  # a source that no article came of

_QUEUED: Final = ArticleSource.__table__.alias("queued")


def queue_address(session: Session, actor: Actor, url: str) -> ArticleSource:
    """Queue a page to be read. Raises Invalid, naming the field, for an address that will never be read."""
    _editors_only(actor)
    check_link(url, "url")
    parts = urlsplit(url)
    try:
        Guard().check_written(parts.hostname or "")
        port = parts.port
    except (NotAllowed, ValueError):
        raise Invalid(N_("This address is not allowed: only pages of the public internet can be read."), field="url") from None
    if port not in (None, 80, 443):
        raise Invalid(N_("This address is not allowed: only pages of the public internet can be read."), field="url")
    host = parts.hostname or ""
    source = ArticleSource(
        state=SourceState.QUEUED, url=url, host=host if ":" in host else ascii_host(host), editor_id=actor.editor_id
    )
    session.add(source)
    session.flush()
    return source


def queue_file(session: Session, actor: Actor, name: str, data: bytes) -> ArticleSource:
    """Queue an uploaded file to be read. Raises Invalid, naming the field."""
    _editors_only(actor)
    if not data:
        raise Invalid(N_("This file is empty."), field="file")
    if len(data) > FILE_MAX:
        raise Invalid(N_("This file is too large: at most 10 MB."), field="file")
    plain = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    source = ArticleSource(state=SourceState.QUEUED, file_name=plain[-NAME_MAX:] or "file", editor_id=actor.editor_id)
    _keep(source, data)
    session.add(source)
    session.flush()
    return source


def take_next(session: Session) -> ArticleSource | None:
    """The next source to read, marked as being read; None if there is none. One whose reader died is taken again."""
    now = clock.now()
    busy = exists().where(
        ArticleSource.host == _QUEUED.c.host, ArticleSource.host != "", ArticleSource.started_at > now - HOST_PAUSE
    )
    waiting = or_(
        _QUEUED.c.state == SourceState.QUEUED,
        (_QUEUED.c.state == SourceState.RUNNING) & (_QUEUED.c.started_at < now - LEASE),
    )
    source_id = session.scalar(select(_QUEUED.c.id).where(waiting, ~busy).order_by(_QUEUED.c.id).limit(1))
    source = session.get(ArticleSource, source_id, with_for_update=True) if source_id is not None else None
    if source is None or source.state not in (SourceState.QUEUED, SourceState.RUNNING):
        return None
    if source.state == SourceState.RUNNING and source.started_at is not None and source.started_at > now - LEASE:
        return None  # another process was faster
    source.attempts += 1
    source.started_at = now
    source.state = SourceState.RUNNING if source.attempts <= ATTEMPTS else SourceState.FAILED
    source.problem = "" if source.attempts <= ATTEMPTS else "stopped"
    return source


def is_slow(source: ArticleSource) -> bool:
    """Whether a source is being read for so long that its reader may have died."""
    return source.state == SourceState.RUNNING and source.started_at is not None and source.started_at < clock.now() - SLOW


def store_page(session: Session, source_id: int, attempt: int, page: Fetched) -> None:
    """Store the bytes of a page as they came."""
    source = _own(session, source_id, attempt)
    if source is not None:
        _keep(source, page.body)
        source.final_url, source.http_status = page.url, page.status
        source.media_type, source.charset = page.media_type[:120], page.charset[:40]


def store_text(session: Session, source_id: int, attempt: int, found: Extraction) -> None:
    """Store what was found in a source, or why there is no text."""
    source = _own(session, source_id, attempt)
    if source is None:
        return
    source.title, source.author, source.outlet = found.title, found.author, found.outlet
    source.published_on, source.body, source.problem = found.published_on, found.body, found.problem
    source.state = SourceState.FAILED if found.problem else SourceState.READ


def store_failure(session: Session, source_id: int, attempt: int, error: FetchError) -> None:
    """Store why a page could not be read."""
    source = _own(session, source_id, attempt)
    if source is not None:
        source.state, source.problem, source.http_status = SourceState.FAILED, error.reason.value, error.status


def use_source(session: Session, source: ArticleSource, article: Article) -> None:
    """Record which article came of a source; its bytes are kept with it, the found text is that of the article."""
    source.article_id = article.id
    source.body = ""


def delete_expired_sources(session: Session) -> int:
    """Delete the sources that no article came of in KEPT; return how many."""
    old = ArticleSource.article_id.is_(None) & (ArticleSource.created_at < clock.now() - KEPT)
    return len(session.scalars(delete(ArticleSource).where(old).returning(ArticleSource.id)).all())


def _own(session: Session, source_id: int, attempt: int) -> ArticleSource | None:
    """The source, if it is still being read by the attempt that took it."""
    source = session.get(ArticleSource, source_id, with_for_update=True)
    if source is None or source.state != SourceState.RUNNING or source.attempts != attempt:
        return None
    return source


def _keep(source: ArticleSource, data: bytes) -> None:
    source.size, source.sha256, source.packed = len(data), hashlib.sha256(data).hexdigest(), zlib.compress(data)


def _editors_only(actor: Actor) -> None:
    if Role.EDITOR not in actor.roles:
        raise Forbidden(N_("Your role does not allow this."))
