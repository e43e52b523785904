"""The list of all claims, newest first: by status and by words."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.claims.queries import claim_rows
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.search.matching import Search
from tracker.pagination import Order, Page, page, read_id
from tracker.search.folding import parse_query

ASKED_MAX: Final = 400  # characters of a query that are looked at
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
    """One page of claims. Every word of `q` occurs in them, in our words, theirs, a translation or the speaker's name; what
    is in quotation marks is matched as a phrase. A number is a claim's own.
    """
    conditions = () if with_sample else (Claim.is_sample.is_(False),)
    found = _find(session, status, q, conditions, size=size, after=after, before=before)
    fetched = claim_rows.fetch(session, [row.id for row in found.rows], language, is_brief=True)
    return Page([fetched[row.id] for row in found.rows if row.id in fetched], found.before, found.after)


def find_next(
    session: Session,
    claim_id: int,
    statuses: Sequence[Status],
    conditions: tuple[ColumnElement[bool], ...],
    *,
    status: Status | None = None,
    q: str = "",
) -> int | None:
    """The claim of one of these statuses that comes after another one in such a list, else its first; None for no other.

    A status at a time: the newest of each are found by its index.
    """
    found = [
        row.id
        for each in statuses
        if status in (None, each)
        for row in _find(session, each, q, conditions, size=2, after=str(claim_id)).rows
        if row.id != claim_id
    ]
    return max([number for number in found if number < claim_id] or found, default=None)


def _find(
    session: Session,
    status: Status | None,
    q: str,
    conditions: tuple[ColumnElement[bool], ...],
    *,
    size: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[Any]:
    number = read_id(q.strip())
    runs = parse_query(q[:ASKED_MAX]) if number is None else []
    if number is None and not runs and q.strip():
        return Page([])  # nothing but marks, and no claim consists of those
    if runs:
        return Search(runs, status, conditions).page(session, size=size, after=after, before=before)
    query = select(Claim.id).where(*conditions)
    if number is not None:
        query = query.where(Claim.id == number)
    if status is not None:
        query = query.where(Claim.status == status)
    return page(session, query, ORDER, size=size, after=after, before=before)
