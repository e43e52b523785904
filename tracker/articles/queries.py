"""Reads of articles."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import Article, ArticleText
from tracker.errors import NotFound


def get(session: Session, article_id: int) -> Article:
    """One article. Raises NotFound."""
    article = session.get(Article, article_id)
    if article is None:
        raise NotFound()
    return article


def text(session: Session, article_id: int, number: int) -> ArticleText | None:
    """One numbered text of an article."""
    return session.scalar(select(ArticleText).where(ArticleText.article_id == article_id, ArticleText.number == number))


def latest_text(session: Session, article_id: int) -> ArticleText | None:
    """The newest text of an article; None if it was stored without one."""
    return session.scalar(
        select(ArticleText).where(ArticleText.article_id == article_id).order_by(ArticleText.number.desc()).limit(1)
    )


def texts(session: Session, article_id: int) -> list[ArticleText]:
    """All texts of an article, oldest first."""
    return list(session.scalars(select(ArticleText).where(ArticleText.article_id == article_id).order_by(ArticleText.number)))
