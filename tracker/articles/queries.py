"""Reads of articles."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.articles import search_index
from tracker.articles.models import Article, ArticleText
from tracker.pagination import Order, Page, page
from tracker.search.names import parse_words
from tracker.sql import AnyRow, require_row

OFFERED: Final = 50  # choices of a filter: the newest
SIZE: Final = 30


@dataclass(frozen=True)
class ArticleRow:
    """An article in the list."""

    id: int
    title: str
    outlet: str
    language: str
    published_on: date
    is_sample: bool


@dataclass(frozen=True)
class TextLine:
    """One numbered text of an article, without its words."""

    number: int
    received_at: datetime
    received_by_id: int | None
    sha256: str


def get(session: Session, article_id: int) -> Article:
    """One article. Raises NotFound."""
    return require_row(session, Article, article_id)


def text(session: Session, article_id: int, number: int) -> ArticleText | None:
    """One numbered text of an article."""
    return session.scalar(select(ArticleText).where(ArticleText.article_id == article_id, ArticleText.number == number))


def latest_text(session: Session, article_id: int) -> ArticleText | None:
    """The newest text of an article; None if it was stored without one."""
    return session.scalar(
        select(ArticleText).where(ArticleText.article_id == article_id).order_by(ArticleText.number.desc()).limit(1)
    )


def latest_number(session: Session, article_id: int) -> int | None:
    """The number of the newest text of an article; None if it was stored without one."""
    return session.scalar(select(func.max(ArticleText.number)).where(ArticleText.article_id == article_id))


def texts(session: Session, article_id: int) -> list[ArticleText]:
    """All texts of an article, oldest first."""
    return list(session.scalars(select(ArticleText).where(ArticleText.article_id == article_id).order_by(ArticleText.number)))


def text_lines(session: Session, article_id: int) -> list[TextLine]:
    """What is known of all texts of an article, oldest first."""
    query = (
        select(ArticleText.number, ArticleText.received_at, ArticleText.received_by_id, ArticleText.sha256)
        .where(ArticleText.article_id == article_id)
        .order_by(ArticleText.number)
    )
    return [TextLine(*row) for row in session.execute(query)]


def listed(
    session: Session, q: str, *, with_sample: bool, after: str | None = None, before: str | None = None
) -> Page[ArticleRow]:
    """Articles by day, newest first; those with the words of `q` in title or outlet by number, which needs no sorting."""
    query = select(Article.id, Article.published_on, Article.title, Article.outlet, Article.language, Article.is_sample).where(
        *_unless(with_sample)
    )
    words = parse_words(q)
    if words is None:
        order = Order(Article.id, Article.published_on, descending=True)
        return _rows(page(session, query, order, size=SIZE, after=after, before=before))
    if not words:
        return Page([])  # nothing but marks, and no article consists of those
    up = before is not None
    place = Order(Article.id).place(before or after)
    for hits in search_index.INDEX.look(session, words, place.id if place else None, up=up):
        found = page(
            session,
            query.join_from(hits.table, Article, Article.id == hits.id).where(hits.matches),
            Order(hits.id, descending=True),
            size=SIZE,
            after=after,
            before=before,
        )
        if (found.before if up else found.after) is not None:
            break
    return _rows(found)


def _rows(found: Page[AnyRow]) -> Page[ArticleRow]:
    return found.map(lambda row: ArticleRow(row.id, row.title, row.outlet, row.language, row.published_on, row.is_sample))


def choices(session: Session, *, with_sample: bool, chosen: int | None = None, most: int | None = None) -> list[tuple[int, str]]:
    """Articles to choose from: the newest (OFFERED, or `most`), and the chosen one."""
    most = OFFERED if most is None else most
    if not most and chosen is None:
        return []
    query = select(Article.id, Article.title)
    newest = query.where(*_unless(with_sample)).order_by(Article.published_on.desc(), Article.id.desc()).limit(most)
    found: list[AnyRow] = list(session.execute(newest)) if most else []
    if chosen is not None and chosen not in {row.id for row in found}:
        found.extend(session.execute(query.where(Article.id == chosen)))
    return [(row.id, row.title) for row in found]


def _unless(with_sample: bool) -> list[ColumnElement[bool]]:
    return [] if with_sample else [Article.is_sample.is_(False)]
