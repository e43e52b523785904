"""Merging speakers: their cells and sums change hands, and no claim is counted again."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from tracker.claims.models import Speaker
from tracker.scores import totals
from tracker.scores.kept_cells import CELL_KEY, CELLS, replace
from tracker.scores.models import ScoreCell

_SPEAKER: Final = CELL_KEY.index("speaker_id")
_BATCH: Final = 500  # articles


def merge_cells(session: Session, speaker_id: int) -> bool:
    """Give the cells of a merged speaker to the one that it is merged into. Returns False where it is merged no longer."""
    into_id = session.scalar(select(Speaker.merged_into_id).where(Speaker.id == speaker_id))
    if into_id is None:
        return False
    other = aliased(ScoreCell)
    both = (
        select(ScoreCell.article_id)
        .join(other, other.article_id == ScoreCell.article_id)
        .where(ScoreCell.speaker_id == speaker_id, other.speaker_id == into_id)
    )
    shared = session.scalars(both.distinct().order_by(ScoreCell.article_id)).all()
    for start in range(0, len(shared), _BATCH):
        _merge_shared(session, shared[start : start + _BATCH], speaker_id, into_id)
    # What is left of the merged speaker lies in articles that the other has no cell of: rows and sums stay what they are.
    session.execute(update(ScoreCell).where(ScoreCell.speaker_id == speaker_id).values(speaker_id=into_id))
    totals.move_speaker(session, speaker_id, into_id)
    return True


def _merge_shared(session: Session, article_ids: Sequence[int], speaker_id: int, into_id: int) -> None:
    """Add up the cells of two speakers in articles that quote both."""
    found = CELLS.find(session, article_ids)
    old: dict[Any, tuple[int, ...]] = {key: found[key] for key in found if key[_SPEAKER] in (speaker_id, into_id)}
    sums: dict[Any, Sequence[int]] = {}
    for key, counts in old.items():
        totals.add(sums, {(*key[:_SPEAKER], into_id, *key[_SPEAKER + 1 :]): counts})
    new = {key: tuple(counts) for key, counts in sums.items()}
    replace(session, CELLS, old, new)
    totals.store(session, totals.compare(ScoreCell, old, new))
