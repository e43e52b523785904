"""The list of all claims, newest first: by status and by words."""

from typing import Any, Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from tracker import search
from tracker.claims.models import Claim, ClaimTranslation, Speaker
from tracker.claims.queries import rows
from tracker.claims.queries.rows import ClaimRow
from tracker.claims.words import Status
from tracker.keyset import Order, Page, page

SIZE: Final = 50
ORDER: Final = Order(Claim.id, descending=True)


def read(
    session: Session,
    language: str,
    *,
    status: Status | None = None,
    q: str = "",
    with_sample: bool = True,
    after: str | None = None,
    before: str | None = None,
    size: int = SIZE,
) -> Page[ClaimRow]:
    """One page of claims; every word of `q` occurs in our words, theirs, or the speaker's name. A number is a claim's own."""
    query = select(Claim.id)
    if status is not None:
        query = query.where(Claim.status == status)
    if not with_sample:
        query = query.where(Claim.is_sample.is_(False))
    for word in search.words(q):
        query = query.where(_occurs(word))
    found = page(session, query, ORDER, size=size, after=after, before=before)
    fetched = rows.fetch(session, [row.id for row in found.rows], language)
    return Page([fetched[row.id] for row in found.rows if row.id in fetched], found.before, found.after)


def _occurs(word: str) -> Any:
    translated = exists().where(ClaimTranslation.claim_id == Claim.id, search.holds(word, ClaimTranslation.statement))
    speaker = Claim.speaker_id.in_(select(Speaker.id).where(search.holds(word, Speaker.name)))
    ways = [search.holds(word, Claim.statement, Claim.quote), translated, speaker]
    if word.isascii() and word.isdecimal() and len(word) < 19:
        ways.append(Claim.id == int(word))
    return or_(*ways)
