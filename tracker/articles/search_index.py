"""The index of articles by headline and outlet, kept in step with every recorded change of one."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from tracker.articles.models import Article, ArticleSearch
from tracker.db import Database
from tracker.ledger import erasing
from tracker.search import names

INDEX: Final = names.Index(ArticleSearch.article_id, ArticleSearch.folded, "article_fts")
BATCH: Final = 500
_KINDS: Final = frozenset({"article.created", "article.edit"})


def refresh(session: Session, article_ids: Iterable[int]) -> None:
    """Fold the words of these articles again and put them into the index."""
    wanted = sorted(set(article_ids))
    for start in range(0, len(wanted), BATCH):
        query = select(Article.id, Article.title, Article.outlet).where(Article.id.in_(wanted[start : start + BATCH]))
        INDEX.put(session, {id_: texts for id_, *texts in session.execute(query)})


def on_seal(session: Session, events: Iterable[tuple[str, str]]) -> None:
    """Called with the kind and subject of every event that is about to be sealed."""
    articles = set()
    for kind, subject in events:
        if kind in _KINDS or (kind in erasing.KINDS and subject.startswith("article:")):
            articles.add(int(subject.removeprefix("article:")))
    if articles:
        refresh(session, articles)


def fill(database: Database) -> int:
    """Index the articles that are not in the index yet, in short transactions; return how many."""
    return names.fill(database, Article.id, ~exists().where(ArticleSearch.article_id == Article.id), refresh)
