"""What can be chosen from in the forms of a claim: people, speakers, topics."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.bidi import isolate
from tracker.claims.models import Speaker, Topic

MOST: Final = 2_000  # of a list that a page can still show
RECENT: Final = 50


def speakers(session: Session, *, with_sample: bool = True, also: int | None = None) -> list[tuple[int, str]]:
    """Speakers that stand (not merged into another), by name, with their affiliation; `also` one that is chosen already."""
    columns = (Speaker.id, Speaker.name, Speaker.affiliation)
    query = select(*columns).where(Speaker.merged_into_id.is_(None)).order_by(Speaker.name, Speaker.id).limit(MOST)
    if not with_sample:
        query = query.where(Speaker.is_sample.is_(False))
    rows = list(session.execute(query))
    if also is not None and all(row.id != also for row in rows):
        rows += session.execute(select(*columns).where(Speaker.id == also)).all()
    return [(row.id, f"{isolate(row.name)} ({isolate(row.affiliation)})" if row.affiliation else row.name) for row in rows]


def topics(session: Session, language: str, *, with_sample: bool = True, also: Iterable[int] = ()) -> list[tuple[int, str]]:
    """All topics by their label in a language; `also` those that are chosen already."""
    query = select(Topic).order_by(Topic.id).limit(MOST)
    if not with_sample:
        query = query.where(Topic.is_sample.is_(False))
    found = {topic.id: topic for topic in session.scalars(query)}
    missing = set(also) - set(found)
    if missing:
        found |= {topic.id: topic for topic in session.scalars(select(Topic).where(Topic.id.in_(missing)))}
    return sorted(((topic.id, topic.label(language)) for topic in found.values()), key=lambda pair: pair[1].casefold())


def recent_articles(session: Session, *, with_sample: bool = True) -> list[Article]:
    """The articles published last, to write a claim of."""
    query = select(Article).order_by(Article.published_on.desc(), Article.id.desc()).limit(RECENT)
    if not with_sample:
        query = query.where(Article.is_sample.is_(False))
    return list(session.scalars(query))
