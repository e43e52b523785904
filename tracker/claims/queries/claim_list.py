"""The list of all claims, newest first: by status, by desk and by words."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, func, literal, select, tuple_
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.claims.queries import claim_rows
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.queries.queue_groups import NO_DESK, by_index, is_of_desk
from tracker.claims.search.matching import Search
from tracker.pagination import ID_MAX, Order, Page, page, read_id
from tracker.search.folding import parse_query
from tracker.sql import among

ASKED_MAX: Final = 400  # characters of a query that are looked at
SIZE: Final = 50
ORDER: Final = Order(Claim.id, descending=True)


def read(
    session: Session,
    language: str,
    *,
    status: Status | None = None,
    desk: int | None = None,
    q: str = "",
    with_sample: bool = True,
    after: str | None = None,
    before: str | None = None,
    size: int = SIZE,
) -> Page[ClaimRow]:
    """One page of claims. `desk`: to which their owners belong, or NO_DESK.

    Every word of `q` occurs in them, in our words, theirs, a translation or the speaker's name; what is in quotation marks is
    matched as a phrase. A number is a claim's own.
    """
    conditions = () if with_sample else (Claim.is_sample.is_(False),)
    found = _find(session, status, desk, q, conditions, size=size, after=after, before=before)
    fetched = claim_rows.fetch(session, [row.id for row in found.rows], language, is_brief=True)
    return Page([fetched[row.id] for row in found.rows if row.id in fetched], found.before, found.after)


def find_next(
    session: Session,
    claim_id: int,
    statuses: Sequence[Status],
    conditions: tuple[ColumnElement[bool], ...],
    *,
    status: Status | None = None,
    desk: int | None = None,
    q: str = "",
) -> int | None:
    """The claim of one of these statuses that comes after another one in such a list, else its first; None for no other.

    A status at a time: the newest of each are found by its index.
    """
    found = [
        row.id
        for each in statuses
        if status in (None, each)
        for row in _find(session, each, desk, q, conditions, size=2, after=str(claim_id)).rows
        if row.id != claim_id
    ]
    return max([number for number in found if number < claim_id] or found, default=None)


def _find(
    session: Session,
    status: Status | None,
    desk: int | None,
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
    of_desk = () if desk is None else (is_of_desk(desk),)
    if runs:
        # SQLite goes through a whole index for the two conditions of NO_DESK.
        owned = by_index(select(Claim.id).where(*of_desk), Claim, "ix_claim_owner_id") if desk else None
        return Search(runs, status, (*conditions, *of_desk), owned).page(session, size=size, after=after, before=before)
    if status is not None:
        conditions = (*conditions, Claim.status == status)
    if number is not None:
        conditions = (*conditions, *of_desk, Claim.id == number)
    elif desk is not None:
        return _page_of_desk(session, desk, conditions, size=size, after=after, before=before)
    return page(session, select(Claim.id).where(*conditions), ORDER, size=size, after=after, before=before)


def _page_of_desk(
    session: Session,
    desk: int,
    conditions: tuple[ColumnElement[bool], ...],
    *,
    size: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[Any]:
    """One page of a desk's claims: of each owner the few that can be on it, by an index that has them in order.

    A desk with few claims among a million, or with half of them, costs what any other does.
    """
    start = ORDER.place(before if before is not None else after)
    is_up = before is not None and start is not None
    order = (Claim.owner_id.asc(), Claim.id.asc()) if is_up else (Claim.owner_id.desc(), Claim.id.desc())
    owned = by_index(select(Claim.id).where(*conditions).order_by(*order).limit(size + 1), Claim, "ix_claim_owner_id")
    # As a range of the index: PostgreSQL would go through all claims, the newest first, for an owner who has had none lately.
    here, edge = tuple_(Claim.owner_id, Claim.id), tuple_(Editor.id, literal(start.id if start is not None else ID_MAX))
    theirs = (here > edge, Claim.owner_id <= Editor.id) if is_up else (here < edge, Claim.owner_id >= Editor.id)
    first = owned.where(*theirs).correlate(Editor).subquery()
    numbers = select(func.aggregate_strings(cast(first.c.id, String), " ")).scalar_subquery()
    belongs = Editor.desk_id.is_(None) if desk == NO_DESK else Editor.desk_id == desk
    found = {int(each) for row in session.scalars(select(numbers).where(belongs)) for each in (row or "").split()}
    if desk == NO_DESK:
        beyond = [] if start is None else [Claim.id > start.id if is_up else Claim.id < start.id]
        found.update(session.scalars(owned.where(Claim.owner_id.is_(None), *beyond)))
    ids = sorted(found, reverse=not is_up)[: size + 1]
    if start is not None and (not ids or (is_up and len(ids) <= size)):
        return _page_of_desk(session, desk, conditions, size=size)  # as `page` does
    return page(session, select(Claim.id).where(among(session, Claim.id, ids)), ORDER, size=size, after=after, before=before)
