"""Keeps the scorecards for readers: articles that changed in public are counted again, and the cards that they are on."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import Database
from tracker.newsroom import settings
from tracker.public.models import Publication, PublicationState, PublicHead
from tracker.public.score_models import PublicScore, PublicScoreArticle, PublicScoreCell, PublicScoreState
from tracker.publishing import public_copy, recounting
from tracker.publishing.score_counting import CardKey, CellKey, build_card, count_articles
from tracker.scores.cards import Card
from tracker.scores.counting import Counts
from tracker.scores.models import COUNTS
from tracker.sql import among, update_rows

BATCH: Final = 200  # articles
CARDS: Final = 50  # written in one transaction, built before it
_KEY: Final = ("kind", "number", "article_id", "certainty", "low", "high")
_TABLES: Final = (PublicScoreCell, PublicScoreArticle, PublicScore, PublicScoreState)
_STATE: Final = 1


def count(database: Database, stopping: Callable[[], bool]) -> dict[str, object]:
    """Bring the readers' scorecards up to date, or remove them where the newsroom shows none. Safe to run late or twice."""
    with database.reading() as session:
        newsroom = settings.load(session)
        day = clock.today(newsroom.zone)
        version = session.scalar(select(PublicHead.version)) or 0
        state = session.get(PublicScoreState, _STATE)
        if newsroom.public_scorecards and state is not None and (state.version, state.as_of) == (version, day):
            return {"articles": 0}
        if not newsroom.public_scorecards and not _has_rows(session):
            return {"articles": 0}
    if not newsroom.public_scorecards:
        with database.writing() as session:
            _remove_all(session)
        return {"articles": 0}
    return {"articles": _count_changed(database, day, version, stopping)}


def _has_rows(session: Session) -> bool:
    return any(session.execute(select(literal(1)).select_from(model).limit(1)).first() for model in _TABLES)


def _remove_all(session: Session) -> None:
    # The version first, as what projects has it: the two wait for each other in the same order.
    public_copy.raise_version(session)
    for model in _TABLES:
        session.execute(delete(model))


def forget(session: Session) -> None:
    """Have everything counted again by the next run; until then readers see the cards as they are."""
    for model in (PublicScoreCell, PublicScoreArticle, PublicScoreState):
        session.execute(delete(model))
    update_rows(session, PublicScore, is_stale=True)


def _count_changed(database: Database, day: date, version: int, stopping: Callable[[], bool]) -> int:
    counted, raised = 0, 0
    while not stopping():
        with database.writing() as session:
            ids = find_articles_to_count(session, day)
            _mark_stale(session, count_again(session, ids, day))
        counted += len(ids)
        if ids:
            continue
        # Cards are written after the last article: no reader sees numbers of half of them.
        built = _build_stale(database, day)
        with database.writing() as session:
            raised += _write_cards(session, built, day)
            if not built:
                # Where something was published meanwhile, the version is another and the next run looks again.
                session.merge(PublicScoreState(id=_STATE, version=version + raised, as_of=day))
                break
    return counted


def find_articles_to_count(session: Session, day: date) -> list[int]:
    """Return the next articles that changed in public since they were counted, or were counted for another day; at most BATCH."""
    is_public = Publication.state == PublicationState.PUBLIC
    query = (
        select(Publication.article_id)
        .outerjoin(PublicScoreArticle, PublicScoreArticle.article_id == Publication.article_id)
        .where(
            is_public
            & (
                PublicScoreArticle.article_id.is_(None)
                | (PublicScoreArticle.etag != Publication.etag)
                | (PublicScoreArticle.as_of != day)
            )
            | ~is_public & PublicScoreArticle.article_id.is_not(None)
        )
    )
    return list(session.scalars(query.order_by(Publication.article_id).limit(BATCH)))


def count_again(session: Session, article_ids: Sequence[int], day: date) -> set[CardKey]:
    """Count the public claims of some articles again; return the cards whose numbers change."""
    if not article_ids:
        return set()
    # Read before the claims: what changes in between is counted by the next run.
    digests = select(Publication.article_id, Publication.etag).where(
        among(session, Publication.article_id, article_ids), Publication.state == PublicationState.PUBLIC
    )
    rows: list[dict[str, object]] = [
        {"article_id": number, "etag": digest, "as_of": day}
        for number, digest in session.execute(digests.order_by(Publication.article_id))
    ]
    recounting.put(session, rows)
    gone = set(article_ids) - {row["article_id"] for row in rows}
    session.execute(delete(PublicScoreArticle).where(among(session, PublicScoreArticle.article_id, gone)))
    old = load_cells(session, article_ids)
    new: dict[CellKey, Counts] = count_articles(session, article_ids, day)
    if old == new:
        return set()
    session.execute(delete(PublicScoreCell).where(among(session, PublicScoreCell.article_id, article_ids)))
    if new:
        cells = [dict(zip((*_KEY, *COUNTS), (*key, *values), strict=True)) for key, values in new.items()]
        session.execute(insert(PublicScoreCell), cells)
    return {(key[0], key[1]) for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def load_cells(session: Session, article_ids: Sequence[int]) -> dict[CellKey, Counts]:
    """Return the stored cells of some articles."""
    columns = [PublicScoreCell.__table__.c[name] for name in (*_KEY, *COUNTS)]
    found = session.execute(select(*columns).where(among(session, PublicScoreCell.article_id, article_ids)))
    cells: dict[Any, Counts] = {tuple(row[: len(_KEY)]): tuple(row[len(_KEY) :]) for row in found}
    return cells


def _mark_stale(session: Session, keys: set[CardKey]) -> None:
    """Note which cards are to be written anew, so that a run that is interrupted forgets none."""
    for kind, number in sorted(keys):
        card = session.get(PublicScore, (kind, number))
        if card is None:
            session.add(PublicScore(kind=kind, number=number, tracked=0, as_of=date.min, body="", is_stale=True))
        else:
            card.is_stale = True


def _build_stale(database: Database, day: date) -> dict[CardKey, Card | None]:
    """Return the next stale cards as their cells have them; None for one without cells. No one waits for this to write."""
    query = select(PublicScore.kind, PublicScore.number).where(PublicScore.is_stale)
    with database.reading() as session:
        stale = session.execute(query.order_by(PublicScore.kind, PublicScore.number).limit(CARDS)).all()
        return {(kind, number): build(session, kind, number, day) for kind, number in stale}


def build(session: Session, kind: str, number: int, day: date) -> Card | None:
    """Return a card from its cells; None where it has none."""
    columns = [PublicScoreCell.__table__.c[name] for name in (*_KEY[2:], *COUNTS)]
    query = select(*columns).where(PublicScoreCell.kind == kind, PublicScoreCell.number == number)
    cells = [(*row[:4], tuple(row[4:])) for row in session.execute(query)]
    return build_card(cells, day) if cells else None


def _write_cards(session: Session, built: Mapping[CardKey, Card | None], day: date) -> bool:
    """Write cards that are still stale; return whether readers see other numbers, so that their pages change.

    Nothing changed their cells since they were built: the process that leads counts, and no other.
    """
    is_changed = False
    for (kind, number), found in built.items():
        card = session.get(PublicScore, (kind, number))
        if card is None or not card.is_stale:
            continue
        body = to_json(found) if found is not None else ""
        is_changed |= body != card.body
        if found is None:
            session.delete(card)
            continue
        if body != card.body:
            card.body, card.as_of, card.tracked = body, day, found.counts.tracked
        card.is_stale = False
    if is_changed:
        public_copy.raise_version(session)
    return is_changed


def to_json(card: Card) -> str:
    """Return a card's numbers, without the day that they are of."""
    values = asdict(card)
    del values["as_of"]
    return json.dumps(values, sort_keys=True, separators=(",", ":"))
