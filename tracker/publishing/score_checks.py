"""Comparing the readers' scorecards with the public claims that they count."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.newsroom import settings
from tracker.public.models import Publication, PublicationState
from tracker.public.score_models import PublicScore, PublicScoreArticle, PublicScoreCell
from tracker.publishing import score_counting, scorecards
from tracker.sql import among

BATCH: Final = 200  # articles


def find_differences(session: Session) -> Iterator[str]:
    """Yield what a new count would change: "scorecard:article:3" for an article's numbers, "scorecard:topic:7" for a card.

    Nothing is compared that the job has yet to count, nor where readers see no scorecards.
    """
    if not settings.load(session).public_scorecards:
        return
    yield from (f"scorecard:article:{number}" for number in _find_articles(session))
    yield from (f"scorecard:{kind}:{number}" for kind, number in _find_cards(session))


def _find_articles(session: Session) -> Iterator[int]:
    counted = select(
        PublicScoreArticle.article_id, PublicScoreArticle.as_of, PublicScoreArticle.etag.label("counted"), Publication.etag
    ).outerjoin(
        Publication,
        (Publication.article_id == PublicScoreArticle.article_id) & (Publication.state == PublicationState.PUBLIC),
    )
    ids = set(session.scalars(select(PublicScoreCell.article_id).distinct()))
    ids |= set(session.scalars(select(PublicScoreArticle.article_id)))
    wanted = sorted(ids)
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        rows = {
            row.article_id: row for row in session.execute(counted.where(among(session, PublicScoreArticle.article_id, batch)))
        }
        stored = scorecards.load_cells(session, batch)
        for number in batch:
            old = {key: values for key, values in stored.items() if key[2] == number}
            if number not in rows:
                yield number  # cells of an article that was never counted
                continue
            row = rows[number]
            is_counted = row.counted == row.etag
            if is_counted and score_counting.count_articles(session, [number], row.as_of) != old:
                yield number


def _find_cards(session: Session) -> Iterator[tuple[str, int]]:
    cards = session.scalars(select(PublicScore).order_by(PublicScore.kind, PublicScore.number)).all()
    known = {(card.kind, card.number) for card in cards}
    of_cells = session.execute(select(PublicScoreCell.kind, PublicScoreCell.number).distinct())
    yield from sorted({(kind, number) for kind, number in of_cells} - known)
    for card in cards:
        if card.is_stale:
            continue
        found = scorecards.build(session, card.kind, card.number, card.as_of)
        if found is None or scorecards.to_json(found) != card.body:
            yield card.kind, card.number
