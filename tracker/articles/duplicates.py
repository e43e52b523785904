"""Recognising an article that is here already: by its address, written in whichever way, or by most of its words.

A text is remembered by the smallest hashes of its shingles (runs of five words): two texts share as large a part of these as of
their shingles (a bottom-k sketch), so one index lookup finds texts that are mostly the same.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import and_, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from tracker.articles.addresses import url_key
from tracker.articles.models import Article, ArticleSketch, ArticleText
from tracker.db import Database
from tracker.search import names
from tracker.search.folding import find_words

SHINGLE: Final = 5  # words
SKETCH: Final = 32  # hashes kept of each text
SAME: Final = 0.5  # share of common hashes from which two texts count as the same article
WORDS_MAX: Final = 20_000  # of a text that is sketched
WORDS_MIN: Final = 40  # fewer say nothing


def sketch_text(body: str) -> list[int]:
    """The smallest hashes of a text's shingles; empty for a text too short to be recognised."""
    words: list[str] = []
    for found in find_words(body):
        words.append(found.word.surface)
        if len(words) >= WORDS_MAX:
            break
    if len(words) < WORDS_MIN:
        return []
    shingles = {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
    hashes = (hashlib.blake2b(each.encode(), digest_size=7).digest() for each in shingles)
    return sorted(int.from_bytes(each) for each in hashes)[:SKETCH]


def store_sketch(session: Session, article_id: int, body: str) -> None:
    """Remember the newest text of an article, in place of the one before."""
    session.execute(delete(ArticleSketch).where(ArticleSketch.article_id == article_id))
    rows = [{"article_id": article_id, "hash": each} for each in sketch_text(body)]
    if rows:
        session.execute(insert(ArticleSketch), rows)


def find_same_article(session: Session, *, url: str | None = None, body: str | None = None) -> Article | None:
    """The article, not of the sample, with the same address or mostly the same words; the oldest of several."""
    if key := url_key(url):
        query = select(Article).where(Article.url_key == key, Article.is_sample.is_(False)).order_by(Article.id).limit(1)
        if (found := session.scalar(query)) is not None:
            return found
    return _find_by_words(session, sketch_text(body)) if body else None


def _find_by_words(session: Session, hashes: Iterable[int]) -> Article | None:
    wanted = list(hashes)
    if not wanted:
        return None
    common = func.count()
    query = (
        select(ArticleSketch.article_id)
        .join(Article, Article.id == ArticleSketch.article_id)
        .where(ArticleSketch.hash.in_(wanted), Article.is_sample.is_(False))
        .group_by(ArticleSketch.article_id)
        .having(common >= len(wanted) * SAME)
        .order_by(common.desc(), ArticleSketch.article_id)
        .limit(1)
    )
    article_id = session.scalar(query)
    return session.get(Article, article_id) if article_id is not None else None


def fill(database: Database) -> int:
    """Remember the addresses and texts of articles that are older than this, in short transactions; return how many texts."""
    without_key = (Article.url.is_not(None), Article.url != "", Article.url_key == "")
    names.fill(database, Article.id, and_(*without_key), _refresh_keys)
    unsketched = ~exists().where(ArticleSketch.article_id == Article.id)
    return names.fill(database, Article.id, exists().where(ArticleText.article_id == Article.id) & unsketched, _refresh_sketches)


def _refresh_keys(session: Session, article_ids: list[int]) -> None:
    for article_id, url in session.execute(select(Article.id, Article.url).where(Article.id.in_(article_ids))).all():
        session.execute(update(Article).where(Article.id == article_id).values(url_key=url_key(url)))


def _refresh_sketches(session: Session, article_ids: list[int]) -> None:
    for article_id in article_ids:
        query = select(ArticleText.body).where(ArticleText.article_id == article_id).order_by(ArticleText.number.desc()).limit(1)
        store_sketch(session, article_id, session.scalar(query) or "")
