"""The review queue: what waits for an editor, in four groups, oldest first.

Every list here is read from an index of its own (`ix_claim_queue…`, `ix_claim_proposed…`, `ix_claim_topic_…`) and stops at its
limit, so that the queue of a million claims costs what that of a hundred does. What the rows show is fetched by `rows`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, func, not_, select
from sqlalchemy.orm import Session

from tracker.claims.enums import Status
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.queries import claim_rows
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.queries.queue_groups import (
    MONTH,
    WAITING,
    WEEK,
    Asked,
    Filters,
    View,
    by_index,
    may_sign,
    sample_conditions,
    select_ids,
    select_of_owners,
)
from tracker.pagination import Order, Page, Place, page
from tracker.sql import AnyRow, AnySelect, among, read_columns, write_values

COUNTED: Final = 1_000  # a count stops after this many: "1,000+"
LONG: Final = 20_000  # of two lists that have so many claims, either is gone through
SHOWN: Final = 50  # rows of a page of one group
FIRST: Final = 25  # rows of each group, where all are shown
PREVIEW: Final = 5  # rows of what is not yet due, where all groups are shown


@dataclass(frozen=True)
class Counts:
    """How many claims each group holds, counted up to COUNTED + 1. `to_sign`: those among `signoff` that the reader may sign,
    None where that was not asked."""

    overdue: int
    due: int
    signoff: int
    upcoming: int
    to_sign: int | None = None

    def of(self, view: View) -> int:
        """The count of a group."""
        count: int = getattr(self, view.value)
        return count


@dataclass(frozen=True)
class Queue:
    """The groups that are shown, each a page of rows. `others`: proposals that wait for another editor's signature."""

    groups: dict[View, Page[ClaimRow]]
    others: list[ClaimRow]

    def __bool__(self) -> bool:
        return bool(self.others) or any(group.rows for group in self.groups.values())


def counts(session: Session, asked: Asked, *, to_sign: bool = True) -> Counts:
    """All counts, in one query; `to_sign` costs as much as all others and is wanted where that group is drawn."""
    return Counts(**read_columns(session, _all_counts(asked, COUNTED, to_sign)).one()._asdict())


# Statements are kept for who looks again on the same day: building one costs more than carrying it out.
@lru_cache(maxsize=256)
def _all_counts(asked: Asked, counted: int, to_sign: bool) -> AnySelect:
    groups = [_counted(*select_ids(asked, view), view.value, counted) for view in View]
    signable = [_counted(*select_ids(asked, View.SIGNOFF, may_sign(asked)), "to_sign", counted)] if to_sign else []
    return write_values(select(*groups, *signable))


def read(
    session: Session,
    asked: Asked,
    language: str,
    view: View | None = None,
    *,
    after: str | None = None,
    before: str | None = None,
) -> Queue:
    """The beginning of every group, or one page of one group."""
    views: Sequence[View] = (view,) if view is not None else tuple(View)
    pages = {each: _page(session, asked, each, view is not None, after, before) for each in views}
    others: list[int] = []
    if View.SIGNOFF in pages and pages[View.SIGNOFF].before is None:
        others = _others(session, asked)
    ids = [row.id for found in pages.values() for row in found.rows]
    fetched = claim_rows.fetch(session, [*ids, *others], language)
    groups = {each: _with_rows(found, fetched) for each, found in pages.items()}
    if View.SIGNOFF in groups:
        # Requests to this reader by name come first.
        groups[View.SIGNOFF].rows.sort(key=lambda row: row.asked is None or row.asked.id != asked.signer)
    return Queue(groups, [fetched[id_] for id_ in others if id_ in fetched])


def planned(session: Session, filters: Filters) -> Filters:
    """The same filters, set up to be read from the shorter list where there are two, such as an owner's and a topic's: the other
    is looked up for each claim of it, and nothing but counting tells which is shorter.

    A desk's owners have a list each, which are sorted into one: few claims are read from those, many in the order of the queue.
    """
    of_owners = filters.owner is not None or filters.unowned
    if filters.desk is None and (filters.topic is None or not of_owners):
        return filters
    waiting = select(Claim.id).where(WAITING["claim"])
    theirs = _count_long(session, select_of_owners(filters, waiting, "ix_claim_queue_owner"))
    if filters.topic is None:
        return replace(filters, by_owner=of_owners or theirs < LONG)
    of_topic = select(ClaimTopic.claim_id).where(WAITING["claim_topic"], ClaimTopic.topic_id == filters.topic)
    return replace(filters, by_owner=theirs < _count_long(session, by_index(of_topic, ClaimTopic, "ix_claim_topic_queue")))


def _count_long(session: Session, ids: AnySelect | CompoundSelect[*tuple[Any, ...]]) -> int:
    return session.scalar(select(func.count()).select_from(ids.limit(LONG).subquery())) or 0


def everything(session: Session, asked: Asked, view: View, *, most: int) -> list[tuple[int, int]]:
    """(claim, version) of all of one group, in its order; one more than `most` means that there are too many."""
    query, order = select_ids(asked, view, *([may_sign(asked)] if view is View.SIGNOFF else []))
    ids = [row.id for row in session.execute(query.order_by(order.key, order.id).limit(most + 1))]
    versions = {
        row.id: row.version for row in session.execute(select(Claim.id, Claim.version).where(among(session, Claim.id, ids)))
    }
    return [(id_, versions[id_]) for id_ in ids if id_ in versions]


def group_of(status: Status, review_on: date | None, today: date) -> View | None:
    """The group in which a claim is shown; None for one in no group."""
    if status is Status.PROPOSED:
        return View.SIGNOFF
    if status not in (Status.OPEN, Status.DUE) or review_on is None or review_on > today + MONTH:
        return None
    return View.OVERDUE if review_on < today else View.DUE if review_on <= today + WEEK else View.UPCOMING


def find_next(session: Session, asked: Asked, view: View, claim_id: int, review_on: date | None) -> int | None:
    """The claim of a group that comes after another one with this review date, then the first; None where there is no other.

    Proposals whose signature the reader was asked for by name come first.
    """
    lists = [_group_ids(asked, view)]
    if view is View.SIGNOFF and asked.signer is not None:
        lists.insert(0, select_ids(asked, view, may_sign(asked), Claim.requested_signer_id == asked.signer))
    after = str(Place(review_on, claim_id)) if review_on is not None else None
    for query, order in lists:
        rows = page(session, query, order, size=2, after=after).rows
        following = next((row.id for row in rows if row.id != claim_id), None)
        if following is not None:
            return int(following)
    return None


def next_review(session: Session, asked: Asked) -> date | None:
    """The first review date after this week, without filters."""
    query = select(Claim.review_on).where(
        WAITING["claim"],
        Claim.status.in_((Status.OPEN, Status.DUE)),
        Claim.review_on > asked.today + WEEK,
        *sample_conditions(asked),
    )
    return session.scalar(by_index(query, Claim, "ix_claim_queue").order_by(Claim.review_on).limit(1))


def has_claims(session: Session, *, with_sample: bool) -> bool:
    """Whether this newsroom has any claim yet."""
    query = select(Claim.id) if with_sample else select(Claim.id).where(Claim.is_sample.is_(False))
    return session.scalar(query.order_by(Claim.id).limit(1)) is not None


def _with_rows(found: Page[AnyRow], fetched: dict[int, ClaimRow]) -> Page[ClaimRow]:
    return Page([fetched[row.id] for row in found.rows if row.id in fetched], found.before, found.after)


def _page(session: Session, asked: Asked, view: View, alone: bool, after: str | None, before: str | None) -> Page[AnyRow]:
    query, order = _group_ids(asked, view)
    size = SHOWN if alone else PREVIEW if view is View.UPCOMING else FIRST
    return page(session, query, order, size=size, after=after if alone else None, before=before if alone else None)


@lru_cache(maxsize=1_024)
def _group_ids(asked: Asked, view: View) -> tuple[AnySelect, Order]:
    query, order = select_ids(asked, view, *([may_sign(asked)] if view is View.SIGNOFF else []))
    return write_values(query), order


def _others(session: Session, asked: Asked) -> list[int]:
    """Proposals that the reader cannot sign, looked for among the first COUNTED: without a bound, one's own few would be
    searched for among everybody's."""
    if asked.signer is None:
        return []
    return list(session.scalars(_others_ids(asked, COUNTED)))


@lru_cache(maxsize=256)
def _others_ids(asked: Asked, counted: int) -> AnySelect:
    query, order = select_ids(asked, View.SIGNOFF)
    first = query.order_by(order.key, order.id).limit(counted).subquery()
    not_mine = select(Claim.id).join(first, first.c.id == Claim.id).where(not_(may_sign(asked)))
    return not_mine.order_by(first.c.review_on, first.c.id).limit(SHOWN)


def _counted(ids: AnySelect, order: Order, label: str, most: int) -> ColumnElement[int]:
    # ORDER BY matches the index; without it the planner may choose a table scan for the LIMIT.
    some = ids.order_by(order.key, order.id).limit(most + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery().label(label)
