"""What can be chosen from in the forms of a claim: people, speakers, topics."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Final, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.bidi import isolate
from tracker.claims.models import Speaker, SpeakerAlias, Topic
from tracker.search.name_keys import is_same_name, name_key
from tracker.sql import AnySelect, read_columns

MOST: Final = 300  # of a list that a form shows; the others are found by name
RECENT: Final = 50

_WITH_AFFILIATION: Final = re.compile(r"(.+?)\s*\((.+)\)", re.DOTALL)


class Offered(NamedTuple):
    """The first choices of a list as (id, label) and, where it holds more, the function that finds the others by name."""

    pairs: list[tuple[int, str]]
    find: Callable[[str], list[tuple[int, str]]] | None


def speakers(session: Session, *, with_sample: bool = True, also: int | None = None) -> Offered:
    """Speakers (not merged into another), by name, with their affiliation; `also` one that is chosen already."""
    columns = (Speaker.id, Speaker.name, Speaker.affiliation)
    query = select(*columns).where(Speaker.merged_into_id.is_(None)).order_by(Speaker.name, Speaker.id).limit(MOST + 1)
    if not with_sample:
        query = query.where(Speaker.is_sample.is_(False))
    rows = list(session.execute(query))
    find = partial(find_speakers, session) if len(rows) > MOST else None
    rows = rows[:MOST]
    if also is not None and all(row.id != also for row in rows):
        rows += session.execute(select(*columns).where(Speaker.id == also)).all()
    return Offered([(row.id, _speaker_label(row.name, row.affiliation)) for row in rows], find)


def find_speakers(session: Session, typed: str) -> list[tuple[int, str]]:
    """The speakers with a typed name, alias, or "name (role or organisation)"; a merged one as what it was merged into."""
    names = {name_key(typed)}
    if parts := _WITH_AFFILIATION.fullmatch(typed.strip()):
        names.add(name_key(parts[1]))
    alias = select(SpeakerAlias.speaker_id).where(SpeakerAlias.name == typed.strip())
    query = select(Speaker).where(Speaker.name_key.in_(names) | Speaker.id.in_(alias)).order_by(Speaker.id)
    found = [(each, _speaker_label(each.name, each.affiliation)) for each in session.scalars(query)]
    if parts:
        found = [(each, label) for each, label in found if is_same_name(label, typed) or is_same_name(each.name, typed)]
    kept = [each if each.merged_into_id is None else session.get_one(Speaker, each.merged_into_id) for each, _label in found]
    return [(each.id, _speaker_label(each.name, each.affiliation)) for each in dict.fromkeys(kept)]


def _speaker_label(name: str, affiliation: str) -> str:
    return f"{isolate(name)} ({isolate(affiliation)})" if affiliation else name


def topics(session: Session, language: str, *, with_sample: bool = True, also: Iterable[int] = ()) -> Offered:
    """Topics by their label in a language; `also` those that are chosen already."""
    rows = [(row[0], row[1]) for row in read_columns(session, _topics(language == "fr", with_sample, MOST + 1))]
    find = partial(find_topics, session, language) if len(rows) > MOST else None
    found = dict(rows[:MOST])
    missing = set(also) - set(found)
    if missing:
        found |= {row[0]: row[1] for row in session.execute(_topics(language == "fr", True, None).where(Topic.id.in_(missing)))}
    return Offered(sorted(found.items(), key=lambda pair: pair[1].casefold()), find)


@lru_cache
def _topics(is_french: bool, with_sample: bool, most: int | None) -> AnySelect:
    query = select(Topic.id, Topic.label_fr if is_french else Topic.label_en).order_by(Topic.id).limit(most)
    return query if with_sample else query.where(Topic.is_sample.is_(False))


def find_topics(session: Session, language: str, typed: str) -> list[tuple[int, str]]:
    """The topics with a typed label in either language."""
    key = name_key(typed)
    query = select(Topic).where(or_(Topic.label_en_key == key, Topic.label_fr_key == key)).order_by(Topic.id)
    return [(topic.id, topic.label(language)) for topic in session.scalars(query)]


def recent_articles(session: Session, *, with_sample: bool = True) -> list[Article]:
    """The articles published last, to write a claim of."""
    query = select(Article).order_by(Article.published_on.desc(), Article.id.desc()).limit(RECENT)
    if not with_sample:
        query = query.where(Article.is_sample.is_(False))
    return list(session.scalars(query))
