"""Writes on articles. A text is stored once and never changes; a correction is a further text."""

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker import clock, history
from tracker.articles.models import Article, ArticleText
from tracker.articles.texts import normal
from tracker.errors import N_, Forbidden, Invalid, Stale
from tracker.history import Actor
from tracker.newsroom.roles import Role

TEXT_MAX = 400_000  # code points; a long book chapter
EDITABLE = ("title", "outlet", "url", "author", "author_editor_id", "language", "published_on")


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
    """Store an article and, where there is one, its first text. Raises Invalid for an empty title, Forbidden for viewers."""
    _editors_only(actor)
    if not title.strip():
        raise Invalid(N_("Give the article a title."), field="title")
    article = Article(
        title=title.strip(),
        outlet=outlet.strip(),
        url=url or None,
        author=author.strip(),
        author_editor_id=author_editor_id,
        language=language,
        published_on=published_on,
        is_sample=is_sample,
        external_id=external_id,
        created_by_id=actor.editor_id,
        created_at=clock.now(),
    )
    session.add(article)
    session.flush()
    history.record(session, article, "article.created", actor=actor, data=history.created(article))
    if body is not None and body.strip():
        add_text(session, actor, article, body)
    return article


def add_text(session: Session, actor: Actor, article: Article, body: str) -> ArticleText:
    """Store a further text of an article; quotes stay anchored to the text they were taken from.

    Raises Invalid if the text is empty, too long, or the same as the latest one.
    """
    _editors_only(actor)
    body = normal(body)
    if not body.strip():
        raise Invalid(N_("The text is empty."), field="body")
    if len(body) > TEXT_MAX:
        raise Invalid(
            N_("The text is too long: %(length)s characters, at most %(most)s."), field="body", length=len(body), most=TEXT_MAX
        )
    # Two corrections at once must not both become number 2: the article's row is the queue.
    session.execute(select(Article.id).where(Article.id == article.id).with_for_update())
    number = session.scalar(select(func.max(ArticleText.number)).where(ArticleText.article_id == article.id)) or 0
    digest = hashlib.sha256(body.encode("utf-8")).hexdigest()
    latest = session.scalar(select(ArticleText.sha256).where(ArticleText.article_id == article.id, ArticleText.number == number))
    if latest == digest:
        raise Invalid(N_("This is the same text as the one already kept."), field="body")
    text = ArticleText(
        article_id=article.id,
        number=number + 1,
        body=body,
        sha256=digest,
        received_at=clock.now(),
        received_by_id=actor.editor_id,
    )
    session.add(text)
    session.flush()
    history.record(session, article, "article.text", actor=actor, data=history.created(text), row=text)
    return text


def edit(session: Session, actor: Actor, article: Article, *, version: int, **values: Any) -> None:
    """Change what is known of an article. Raises Stale if someone else changed it since `version`, Invalid for an empty title."""
    _editors_only(actor)
    values = {field: value for field, value in values.items() if field in EDITABLE}
    if "title" in values and not values["title"].strip():
        raise Invalid(N_("Give the article a title."), field="title")
    changes = history.changed(article, **values)
    if not changes:
        return
    won = session.scalar(
        update(Article)
        .where(Article.id == article.id, Article.version == version)
        .values(**values, version=version + 1)
        .returning(Article.id)
        .execution_options(synchronize_session=False)
    )
    if won is None:
        raise Stale(N_("Someone else changed this article while you were working on it. Nothing of yours was saved yet."))
    session.refresh(article)
    history.record(session, article, "article.edit", actor=actor, data={**changes, "version": version + 1})


def _editors_only(actor: Actor) -> None:
    if Role.EDITOR not in actor.roles and Role.SYSTEM not in actor.roles:
        raise Forbidden(N_("Your role does not allow this."))
