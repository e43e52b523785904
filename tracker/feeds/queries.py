"""The reviews in an editor's calendar, read by a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.claims.queries import claim_rows
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.errors import NotFound
from tracker.notifications import recipients
from tracker.notifications.revalidation import WAITING

UPCOMING_MAX: Final = 1_000  # reviews with an event of their own, about a megabyte; the next ones come first
OVERDUE_LISTED: Final = 50  # overdue reviews that are listed by their statements, the oldest first
_QUEUE: Final = text("claim.status IN ('open', 'due', 'proposed')")  # word for word as in the index


@dataclass(frozen=True)
class Review:
    """A claim that waits for its review. `absent_owner`: the editor on leave whose stand-in reads this, else ""."""

    claim: ClaimRow
    day: date
    changed_at: datetime
    confirmed_if: str
    absent_owner: str


@dataclass(frozen=True)
class Reviews:
    """An editor's reviews on `today`: overdue ones in total and the first of them, then those of today and later.

    `later`: how many upcoming reviews are beyond `UPCOMING_MAX`, and `later_from`: the day of the first of them.
    """

    today: date
    overdue_count: int
    overdue_changed_at: datetime | None
    overdue: Sequence[Review]
    upcoming: Sequence[Review]
    later: int
    later_from: date | None


def load_reviews(session: Session, editor_id: int, language: str) -> Reviews:
    """The reviews of an editor and of the colleagues they stand in for. Raises NotFound for an editor who is not there."""
    now = recipients.load_directory(session)
    person = now.people.get(editor_id)
    if person is None:
        raise NotFound()
    absent = {each.id: each.name for each in now.absent_colleagues_of(person)}
    mine: list[Any] = [_QUEUE, Claim.status.in_(WAITING), Claim.owner_id.in_([editor_id, *absent]), Claim.review_on.is_not(None)]
    if not now.with_sample:
        mine.append(Claim.is_sample.is_(False))
    overdue, upcoming = Claim.review_on < now.today, Claim.review_on >= now.today
    count, changed_at = session.execute(select(func.count(), func.max(Claim.updated_at)).where(*mine, overdue)).one()
    late = _find(session, [*mine, overdue], OVERDUE_LISTED)
    coming = _find(session, [*mine, upcoming], UPCOMING_MAX + 1)
    later_from = coming[UPCOMING_MAX].review_on if len(coming) > UPCOMING_MAX else None
    total = session.scalar(select(func.count()).where(*mine, upcoming)) or 0 if later_from else len(coming)
    coming = coming[:UPCOMING_MAX]
    claims = claim_rows.fetch(session, [row.id for row in (*late, *coming)], language)

    def build(found: Sequence[_Row]) -> list[Review]:
        return [
            Review(claims[row.id], row.review_on, row.updated_at, row.confirmed_if, absent.get(row.owner_id, "")) for row in found
        ]

    return Reviews(now.today, count, changed_at, build(late), build(coming), total - len(coming), later_from)


@dataclass(frozen=True)
class _Row:
    id: int
    review_on: date
    updated_at: datetime
    confirmed_if: str
    owner_id: int


def _find(session: Session, which: Sequence[ColumnElement[bool]], most: int) -> list[_Row]:
    columns = select(Claim.id, Claim.review_on, Claim.updated_at, Claim.confirmed_if, Claim.owner_id)
    found = session.execute(columns.where(*which).order_by(Claim.review_on, Claim.id).limit(most))
    return [_Row(id_, day, at, text_, owner) for id_, day, at, text_, owner in found if day and owner]
