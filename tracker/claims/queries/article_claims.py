"""Reads of one article's claims: a page of them in reading order, how many there are of each state, the places of their quotes.

An import can put a whole archive into one article, so nothing here reads all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.claims.enums import Outcome, Status
from tracker.claims.labels import state_key
from tracker.claims.models import Claim, Verdict
from tracker.claims.queries import claim_rows
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.pagination import Page, Place, read_id
from tracker.sql import AnySelect, among, make_alias

SIZE: Final = 100  # claims on a page of an article
COUNTED: Final = 1_000  # claims of each article in a list
COUNTED_BY_STATE: Final = 10_000  # claims of the one article shown
OTHERS: Final = 50  # claims of other texts that the page of a text names
PLACED_MAX: Final = 1_000  # claims marked in the paragraphs of one page

_PROPOSED = make_alias(Verdict)
_SIGNED = make_alias(Verdict)


@dataclass(frozen=True)
class ClaimCounts:
    """How many claims an article has without those withdrawn, and how many have a verdict, among those counted.

    `is_cut`: it has more.
    """

    active: int
    settled: int
    is_cut: bool


@dataclass(frozen=True)
class StateCounts:
    """How many claims of an article have each state, and how many are proposed to have it. `is_cut`: it has more claims."""

    by_state: dict[tuple[str, bool], int]
    active: int
    settled: int
    is_cut: bool


@dataclass(frozen=True)
class PlacedClaim:
    """A claim in the margin of a text: the state that it is drawn with, the place of its quote."""

    id: int
    state: str
    paragraph: int
    start: int | None
    end: int | None


def list_article_claims(
    session: Session, article_id: int, language: str, *, after: str | None = None, before: str | None = None
) -> Page[ClaimRow]:
    """One page of an article's claims in reading order, those without a paragraph last. Places are as in `pagination`."""
    backwards = before is not None and _place(before) is not None
    found = _ids(session, article_id, _place(before if backwards else after), backwards=backwards)
    more, found = len(found) > SIZE, found[:SIZE]
    if (backwards and not more) or (after and not found):  # before a short first page, or beyond the end
        return list_article_claims(session, article_id, language)
    if backwards:
        found.reverse()
    has_before, has_after = (more, True) if backwards else (_place(after) is not None, more)
    claims = claim_rows.in_order(session, [place.id for place in found], language)
    return Page(_in_reading_order(claims), found[0] if found and has_before else None, found[-1] if found and has_after else None)


def find_next(
    session: Session, article_id: int, paragraph: int | None, claim_id: int, conditions: Sequence[ColumnElement[bool]]
) -> int | None:
    """The claim under some conditions that comes after another one in reading order, then the first; None for no other."""
    here, is_placed = Place(paragraph, claim_id), paragraph is not None
    parts = [(is_placed, here), *([(False, None)] if is_placed else []), (True, None), (False, None)]
    for placed, start in parts:
        query = _part(article_id, placed, start, False).where(Claim.id != claim_id, *conditions)
        following = session.scalar(query.limit(1))
        if following is not None:
            return int(following)
    return None


def count_by_state(session: Session, article_id: int, today: date) -> StateCounts:
    """How many claims of an article have each state of `labels.state_key`, among its first COUNTED_BY_STATE."""
    columns = (Claim.status, Claim.review_on, Claim.signed_verdict_id, Claim.proposal_id)
    some = select(*columns).where(Claim.article_id == article_id).limit(COUNTED_BY_STATE + 1).subquery().c
    groups = (some.status, some.review_on, _SIGNED.outcome, some.proposal_id.is_(None), _PROPOSED.outcome)
    query = (
        select(*groups, func.count())
        .outerjoin(_SIGNED, _SIGNED.id == some.signed_verdict_id)
        .outerjoin(_PROPOSED, _PROPOSED.id == some.proposal_id)
        .group_by(*groups)
    )
    by_state: dict[tuple[str, bool], int] = {}
    active = settled = total = 0
    for status, review_on, signed, unproposed, proposed, count in session.execute(query):
        key = shown_state(status, review_on, today, signed, has_proposal=not unproposed, proposed=proposed)
        by_state[key] = by_state.get(key, 0) + count
        total += count
        active += count if status != Status.WITHDRAWN else 0
        settled += count if status == Status.RESOLVED else 0
    return StateCounts(by_state, active, settled, total > COUNTED_BY_STATE)


def placed_claims(
    session: Session, article_id: int, text_number: int, today: date, *, first: int, last: int, also_unnumbered: bool = False
) -> list[PlacedClaim]:
    """The claims whose quote is in some paragraphs of a text, in reading order, without those withdrawn.

    At most PLACED_MAX, and one more where there are others. `also_unnumbered`: those, too, that name a paragraph but no text.
    """
    of_text = Claim.text_number == text_number
    query = (
        select(
            Claim.id, Claim.status, Claim.review_on, Claim.paragraph, Claim.quote_start, Claim.quote_end,
            _SIGNED.outcome.label("signed"), Claim.proposal_id, _PROPOSED.outcome.label("proposed"),
        )
        .outerjoin(_SIGNED, _SIGNED.id == Claim.signed_verdict_id)
        .outerjoin(_PROPOSED, _PROPOSED.id == Claim.proposal_id)
        .where(
            Claim.article_id == article_id,
            Claim.paragraph.between(first, last),
            of_text | Claim.text_number.is_(None) if also_unnumbered else of_text,
            Claim.status != Status.WITHDRAWN,
        )
        .order_by(Claim.paragraph, func.coalesce(Claim.quote_start, 0), Claim.id)
        .limit(PLACED_MAX + 1)
    )  # fmt: skip
    found = []
    for row in session.execute(query):
        has_proposal = row.proposal_id is not None
        state, _proposed = shown_state(
            row.status, row.review_on, today, row.signed, has_proposal=has_proposal, proposed=row.proposed
        )
        found.append(PlacedClaim(row.id, state, row.paragraph, row.quote_start, row.quote_end))
    return found


def shown_state(
    status: Status, review_on: date | None, today: date, signed: Outcome | None, *, has_proposal: bool, proposed: Outcome | None
) -> tuple[str, bool]:
    """The key of the state that a claim is drawn with, and whether that is only proposed."""
    if status == Status.PROPOSED and has_proposal:
        return (proposed or Status.WITHDRAWN).value, True
    return state_key(status, review_on, today, signed), False


def counts_of_articles(session: Session, article_ids: Iterable[int]) -> dict[int, ClaimCounts]:
    """How many claims some articles have, each counted up to COUNTED."""
    some = select(Claim.status).where(Claim.article_id == Article.id).limit(COUNTED + 1).correlate(Article).subquery()
    active, settled = (
        select(func.count()).select_from(some).where(condition).scalar_subquery()
        for condition in (some.c.status != Status.WITHDRAWN, some.c.status == Status.RESOLVED)
    )
    total = select(func.count()).select_from(some).scalar_subquery()
    query = select(Article.id, active, settled, total).where(among(session, Article.id, article_ids))
    return {row[0]: ClaimCounts(min(row[1], COUNTED), min(row[2], COUNTED), row[3] > COUNTED) for row in session.execute(query)}


def _place(given: str | None) -> Place | None:
    """A place in reading order: a claim's number with its paragraph, or without one."""
    number, tilde, paragraph = (given or "").partition("~")
    id_, key = read_id(number), read_id(paragraph)
    if id_ is None or (tilde and (key is None or key >= 2**31)):
        return None
    return Place(key, id_)


def _ids(session: Session, article_id: int, start: Place | None, *, backwards: bool) -> list[Place]:
    """Up to SIZE + 1 places from a place on: by paragraph and number, then those without a paragraph by number.

    Two queries, which one index answers: the databases do not agree where NULLs are sorted.
    """
    at_unplaced = start is not None and start.key is None
    near, far = (False, True) if at_unplaced else (True, False)
    parts = [near, far] if at_unplaced == backwards else [near]  # the other part is on the side we come from
    found: list[Place] = []
    for placed in parts:
        here = start if start is not None and (start.key is not None) == placed else None
        query = _part(article_id, placed, here, backwards).limit(SIZE + 1 - len(found))
        found += [Place(row.paragraph, row.id) for row in session.execute(query)]
        if len(found) > SIZE:
            break
    return found


def _part(article_id: int, placed: bool, start: Place | None, backwards: bool) -> AnySelect:
    query: AnySelect = select(Claim.id, Claim.paragraph).where(
        Claim.article_id == article_id, Claim.paragraph.is_not(None) if placed else Claim.paragraph.is_(None)
    )
    columns = (Claim.paragraph, Claim.id) if placed else (Claim.id,)
    if start is not None:
        here, there = tuple_(*columns), tuple_(*((start.key, start.id) if placed else (start.id,)))
        query = query.where(here < there if backwards else here > there)
    return query.order_by(*(column.desc() if backwards else column.asc() for column in columns))


def _in_reading_order(claims: list[ClaimRow]) -> list[ClaimRow]:
    """The rows of one page, those of one paragraph by the place of their quotes, as far as these are known."""
    return sorted(claims, key=lambda row: (row.paragraph is None, row.paragraph or 0, row.quote_start or 0))


def other_quotes(session: Session, article_id: int, text_number: int, language: str) -> tuple[list[ClaimRow], bool]:
    """Claims quoted from other texts of the article, the first OTHERS by number, and whether there are more."""
    query = (
        select(Claim.id)
        .where(Claim.article_id == article_id, Claim.text_number != text_number)
        .order_by(Claim.id)
        .limit(OTHERS + 1)
    )
    ids = session.scalars(query).all()
    return claim_rows.in_order(session, ids[:OTHERS], language), len(ids) > OTHERS
