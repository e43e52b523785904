"""What the lists of speakers and of topics have in common."""

from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.claims.queries import claim_rows
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.pagination import Order, Page, page
from tracker.search.name_keys import sort_key
from tracker.sql import AnySelect

OFFERED: Final = 200  # choices of one filter
SIZE: Final = 50


def choices_of(
    session: Session,
    id_: InstrumentedAttribute[int],
    name: InstrumentedAttribute[str],
    conditions: Callable[[], Iterable[ColumnElement[bool]]],
    chosen: int | None,
    most: int | None,
) -> list[tuple[int, str]]:
    """The first `most` (OFFERED) names that meet the conditions and the chosen one, sorted; with 0, the chosen one alone."""
    most = OFFERED if most is None else most
    found: list[tuple[int, str]] = []
    if most:
        some = select(id_, name).where(*conditions()).order_by(name, id_).limit(most)
        found += [(row[0], row[1]) for row in session.execute(some)]
    if chosen is not None and chosen not in {number for number, _ in found}:
        found.extend((row[0], row[1]) for row in session.execute(select(id_, name).where(id_ == chosen)))
    return sorted(found, key=lambda choice: (sort_key(choice[1]), choice[0]))


def claims_page(
    session: Session, query: AnySelect, order: Order, language: str, after: str | None, before: str | None
) -> Page[ClaimRow]:
    """One page of the claims whose ids a query selects."""
    found = page(session, query, order, size=SIZE, after=after, before=before)
    return Page(claim_rows.in_order(session, [row[0] for row in found.rows], language), found.before, found.after)


def unless_sample(with_sample: bool, is_sample: InstrumentedAttribute[bool]) -> list[ColumnElement[bool]]:
    """The condition that leaves out the sample, unless it is wanted."""
    return [] if with_sample else [is_sample.is_(False)]
