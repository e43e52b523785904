"""What a verdict is checked against: what the claim holds, and the fields of a proposal brought into their form."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import validation
from tracker.claims import visibility
from tracker.claims.enums import EvidenceAbout, Outcome, OutcomeReason, Stance
from tracker.claims.models import Check, Claim, Evidence, Verdict
from tracker.claims.services.common import clean_text
from tracker.claims.verdict_rules import Facts, Proposed


def load_facts(session: Session, claim: Claim, today: date) -> Facts:
    """What the rules for verdicts need to know of a claim."""
    by_stance: dict[Stance, int] = {
        row.stance: row.pieces
        for row in session.execute(
            select(Evidence.stance, func.count().label("pieces"))
            .where(
                Evidence.claim_id == claim.id,
                Evidence.about == EvidenceAbout.CLAIM,
                visibility.active_public_evidence(),
            )
            .group_by(Evidence.stance)
        )
    }
    checks, last_exhaustive = session.execute(
        select(func.count(), func.max(Check.checked_on).filter(Check.exhaustive)).where(Check.claim_id == claim.id)
    ).one()
    return _facts(claim, today, by_stance, checks, last_exhaustive)


def facts_of(claim: Claim, evidence: Sequence[Evidence], checks: Sequence[Check], today: date) -> Facts:
    """The same, from all evidence and all checks of the claim, where a page has read them."""
    by_stance = Counter(
        source.stance
        for source in evidence
        if source.about is EvidenceAbout.CLAIM and visibility.is_active_public_evidence(source)
    )
    exhaustive = [check.checked_on for check in checks if check.exhaustive]
    return _facts(claim, today, by_stance, len(checks), max(exhaustive, default=None))


def _facts(claim: Claim, today: date, by_stance: Mapping[Stance, int], checks: int, last_exhaustive: date | None) -> Facts:
    return Facts(
        today=today,
        confirmed_if=claim.confirmed_if,
        deadline_on=claim.deadline_on,
        deadline_source=claim.deadline_source,
        condition=claim.condition,
        condition_status=claim.condition_status,
        supporting=by_stance.get(Stance.SUPPORTS, 0),
        contradicting=by_stance.get(Stance.CONTRADICTS, 0),
        checks=checks,
        last_exhaustive_check_on=last_exhaustive,
    )


def clean_proposal(proposed: Proposed) -> Proposed:
    """Return a proposal with its words and days checked. Raises Invalid."""
    outcome = validation.word(proposed.outcome, Outcome, "outcome")
    return replace(
        proposed,
        outcome=outcome,
        reason=validation.word(proposed.reason, OutcomeReason, "reason") if proposed.reason else None,
        rationale=clean_text(proposed.rationale, "rationale"),
        # Only this verdict has a missing part; without scripts the form may still send one.
        language=validation.language(proposed.language) if proposed.language else None,
        missing=clean_text(proposed.missing, "missing") if outcome is Outcome.PARTLY_CONFIRMED else "",
        known_on=_day(proposed.known_on, "known_on"),
        occurred_from=_day(proposed.occurred_from, "occurred_from"),
        occurred_to=_day(proposed.occurred_to, "occurred_to"),
    )


def _day(value: date | None, field: str) -> date | None:
    return None if value is None else validation.day(value, field)


def to_proposed(verdict: Verdict) -> Proposed:
    """A stored verdict as it was proposed. Raises ValueError for a withdrawal."""
    if verdict.outcome is None:
        raise ValueError("a withdrawal is no verdict")
    return Proposed(
        outcome=verdict.outcome,
        rationale=verdict.rationale,
        known_on=verdict.known_on,
        reason=verdict.reason,
        missing=verdict.missing,
        language=verdict.language,
        occurred_from=verdict.occurred_from,
        occurred_to=verdict.occurred_to,
        impossible=verdict.outcome is Outcome.REFUTED,  # as proposed, or it would not be stored
    )
