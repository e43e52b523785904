"""What stands in an editor's calendar: the reviews they are responsible for, in a fixed number of questions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.claims.queries import rows
from tracker.claims.queries.rows import ClaimRow
from tracker.errors import NotFound
from tracker.notifications import roster
from tracker.notifications.checks import WAITS

MOST: Final = 500  # reviews, the earliest first; a calendar of more helps nobody
_QUEUE: Final = text("claim.status IN ('open', 'due', 'proposed')")  # word for word as in the index


@dataclass(frozen=True)
class Review:
    """A claim that waits for its review on a day. `changed_at`: when anything about it was changed last."""

    claim: ClaimRow
    day: date
    changed_at: datetime
    confirmed_if: str
    owed_to: str  # the editor on leave in whose place it is looked after, else ""


def reviews(session: Session, editor_id: int, language: str) -> list[Review]:
    """The reviews of an editor, and of those they stand in for."""
    now = roster.load(session)
    person = now.people.get(editor_id)
    if person is None:
        raise NotFound()
    away = {each.id: each.name for each in now.stood_in_for(person)}
    query = select(Claim.id, Claim.review_on, Claim.updated_at, Claim.confirmed_if, Claim.owner_id).where(
        _QUEUE, Claim.status.in_(WAITS), Claim.owner_id.in_([editor_id, *away]), Claim.review_on.is_not(None)
    )
    if not now.with_sample:
        query = query.where(Claim.is_sample.is_(False))
    found = session.execute(query.order_by(Claim.review_on, Claim.id).limit(MOST)).all()
    claims = rows.fetch(session, [row.id for row in found], language)
    return [Review(claims[row.id], row.review_on, row.updated_at, row.confirmed_if, away.get(row.owner_id, "")) for row in found]
