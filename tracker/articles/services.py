"""Writes on articles. A text is stored once and never changes; a correction is a further text."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.articles.addresses import url_key
from tracker.articles.duplicates import store_sketch
from tracker.articles.models import Article, ArticleText
from tracker.articles.texts import Paragraphs, normalise_line_ends
from tracker.errors import N_, Forbidden, Invalid, Stale
from tracker.hooks import Hook
from tracker.ledger import Actor
from tracker.sql import update_rows
from tracker.urls import URL_MAX, check_link

TEXT_MAX = 400_000  # code points; a long book chapter
PARAGRAPHS_MAX = 20_000
LINE_MAX = 1_000
KEY_MAX = 255
EDITABLE = ("title", "outlet", "url", "author", "author_editor_id", "language", "published_on")
# Called inside the transaction that changes the day of publication; the date: what it was.
on_day_changed: Final[Hook[[Session, Article, date], None]] = Hook()


def create(
    session: Session,
    actor: Actor,
    *,
    title: str,
    language: str,
    published_on: date,
    outlet: str = "",
    url: str | None = None,
    author: str = "",
    author_editor_id: int | None = None,
    body: str | None = None,
    is_sample: bool = False,
    external_id: str | None = None,
) -> Article:
    """Store an article and, where there is one, its first text. Raises Invalid, naming the field, and Forbidden for viewers."""
    _editors_only(actor)
    given = {
        "title": title,
        "outlet": outlet,
        "url": url,
        "author": author,
        "author_editor_id": author_editor_id,
        "language": language,
        "published_on": published_on,
    }
    article = Article(
        **_clean(session, given),
        is_sample=is_sample,
        external_id=validation.text(external_id, "external_id", most=KEY_MAX) or None,
        created_by_id=actor.editor_id,
        created_at=clock.now(),
    )
    session.add(article)
    ledger.record(session, article, "article.created", actor=actor, data=ledger.created(article))
    if body is not None and not validation.is_blank(body):
        add_text(session, actor, article, body)
    return article


def add_text(session: Session, actor: Actor, article: Article, body: str) -> ArticleText:
    """Store a further text of an article; quotes stay anchored to the text they were taken from.

    Raises Invalid if the text is empty, too long, has too many paragraphs, or is the same as the latest one.
    """
    _editors_only(actor)
    # As received, but for its line ends: quotes are found by their exact place.
    body = validation.text(normalise_line_ends(body), "body", most=TEXT_MAX, needed=N_("The text is empty."), strip=False)
    if (count := len(Paragraphs(body))) > PARAGRAPHS_MAX:
        raise Invalid(
            N_("The text has %(count)s paragraphs; at most %(most)s can be kept. Split it into several articles."),
            field="body",
            count=count,
            most=PARAGRAPHS_MAX,
        )
    # Two corrections at once must not both become number 2: the article's row is the queue.
    session.execute(select(Article.id).where(Article.id == article.id).with_for_update())
    number = session.scalar(select(func.max(ArticleText.number)).where(ArticleText.article_id == article.id)) or 0
    digest = hashlib.sha256(body.encode("utf-8")).hexdigest()
    latest = session.scalar(select(ArticleText.sha256).where(ArticleText.article_id == article.id, ArticleText.number == number))
    if latest == digest:
        raise Invalid(N_("This text is the same as the newest one."), field="body")
    text = ArticleText(
        article_id=article.id,
        number=number + 1,
        body=body,
        sha256=digest,
        received_at=clock.now(),
        received_by_id=actor.editor_id,
    )
    session.add(text)
    ledger.record(session, article, "article.text", actor=actor, data=ledger.created(text), row=text)
    store_sketch(session, article.id, body)
    return text


def edit(session: Session, actor: Actor, article: Article, *, version: int, **values: Any) -> None:
    """Change what is known of an article. Raises Stale if someone else changed it since `version`, Invalid for a bad value."""
    _editors_only(actor)
    # What is as it was stays as it was, even where it would be spelt otherwise today.
    given = {field: value for field, value in values.items() if field in EDITABLE and value != getattr(article, field)}
    values = _clean(session, given)
    changes, day = ledger.changed(article, **values), article.published_on
    if not changes:
        return
    if "url" in values:
        values["url_key"] = url_key(values["url"])
    if not update_rows(session, Article, Article.id == article.id, Article.version == version, **values, version=version + 1):
        raise Stale(N_("Someone else changed this article while you were working on it. Your changes are not saved yet."))
    session.refresh(article)
    ledger.record(session, article, "article.edit", actor=actor, data={**changes, "version": version + 1})
    if "published_on" in values:
        on_day_changed(session, article, day)


def _clean(session: Session, values: Mapping[str, object]) -> dict[str, Any]:
    return {field: _CLEANERS[field](session, value) for field, value in values.items()}


def _url(_session: Session, value: str | None) -> str | None:
    url = validation.text(value, "url", most=URL_MAX)
    if not url:
        return None
    check_link(url, "url")
    return url


def _author_editor(session: Session, editor_id: int | None) -> int | None:
    if editor_id is not None and session.get(Editor, editor_id) is None:
        raise Invalid(N_("This is not a usable value."), field="author_editor_id")
    return editor_id


_CLEANERS: dict[str, Callable[[Session, Any], Any]] = {
    "title": lambda _, value: validation.text(value, "title", most=LINE_MAX, needed=N_("Give the article a title.")),
    "outlet": lambda _, value: validation.text(value, "outlet", most=LINE_MAX),
    "url": _url,
    "author": lambda _, value: validation.text(value, "author", most=LINE_MAX),
    "author_editor_id": _author_editor,
    "language": lambda _, value: validation.language(value),
    "published_on": lambda _, value: validation.day(value, "published_on"),
}


def _editors_only(actor: Actor) -> None:
    if Role.EDITOR not in actor.roles and Role.SYSTEM not in actor.roles:
        raise Forbidden(N_("Your role does not allow this."))
