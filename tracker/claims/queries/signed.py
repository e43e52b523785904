"""The verdicts that hold, by the moment of their signature, newest first."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor
from tracker.claims.enums import Status
from tracker.claims.models import Claim, Verdict, VerdictDecision
from tracker.claims.queries import claim_rows
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.queries.name_lists import unless_sample
from tracker.pagination import Order, Page, page
from tracker.sql import AnyRow, among

SIZE: Final = 50


class SignedClaim(NamedTuple):
    """A claim with the verdict that holds. `signer` is "" where no editor signed, as in imports."""

    row: ClaimRow
    at: datetime
    signer: str
    is_decided_alone: bool


def list_signed(
    session: Session, language: str, *, with_sample: bool, after: str | None = None, before: str | None = None
) -> Page[SignedClaim]:
    """One page of the claims whose signed verdict holds: not replaced by a later one, and the claim not withdrawn."""
    # Looked up for each decision, never joined: a planner expects few of them to hold, and would then sort all.
    holds = (
        select(Claim.id)
        .join(Verdict, Claim.signed_verdict_id == Verdict.id)
        .where(Verdict.id == VerdictDecision.verdict_id, Claim.id == Verdict.claim_id)
        .where(Claim.status != Status.WITHDRAWN, *unless_sample(with_sample, Claim.is_sample))
        .scalar_subquery()
    )
    query = (
        select(VerdictDecision.id, VerdictDecision.decided_at)
        .where(holds.is_not(None))
        .with_hint(VerdictDecision, "INDEXED BY ix_verdict_decision_decided_at", "sqlite")
    )
    order = Order(VerdictDecision.id, VerdictDecision.decided_at, read=_read_moment, descending=True)
    found = page(session, query, order, size=SIZE, after=after, before=before)
    people = _load_people(session, [each.id for each in found.rows])
    rows = claim_rows.fetch(session, [each.claim_id for each in people.values()], language, is_brief=True)

    def show(decision: AnyRow) -> SignedClaim:
        own = people[decision.id]
        return SignedClaim(rows[own.claim_id], decision.decided_at, own.signer or "", own.is_alone)

    return found.map(show)


def _load_people(session: Session, ids: Sequence[int]) -> dict[int, AnyRow]:
    """Return for each decision its claim, who signed, and whether that editor had given the verdict, too."""
    if not ids:
        return {}
    is_alone = VerdictDecision.decided_by_id.is_not_distinct_from(Verdict.proposed_by_id)
    query = (
        select(VerdictDecision.id, Verdict.claim_id, Editor.name.label("signer"), is_alone.label("is_alone"))
        .join(Verdict, Verdict.id == VerdictDecision.verdict_id)
        .outerjoin(Editor, Editor.id == VerdictDecision.decided_by_id)
        .where(among(session, VerdictDecision.id, ids))
    )
    return {row.id: row for row in session.execute(query)}


def _read_moment(text: str) -> datetime:
    """Return the moment of a place in UTC. Raises ValueError for one without a zone, or outside of what can be stored."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment before the first or after the last year") from error
