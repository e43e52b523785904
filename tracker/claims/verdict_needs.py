"""Which preconditions of each verdict are unmet, for display before submission. Pure: asks the rules themselves."""

from tracker.claims.enums import DeadlineSource, Outcome, OutcomeReason
from tracker.claims.verdict_rules import RATIONALE_MIN, Facts, Proposed, check
from tracker.errors import Invalid, Message

_REASONS = {
    Outcome.UNRESOLVABLE: OutcomeReason.NO_PUBLIC_INFORMATION,
    Outcome.VOID: OutcomeReason.WITHDRAWN_BY_SPEAKER,
}


def missing_requirement(outcome: Outcome, facts: Facts) -> Message | None:
    """What must be done on the claim before this verdict can be proposed; None if nothing more than filling in the form."""
    try:
        check(_at_best(outcome, facts), facts)
    except Invalid as refused:
        return refused.message
    return None


def _at_best(outcome: Outcome, facts: Facts) -> Proposed:
    """A proposal with everything that an editor could fill in, so that only the claim's own side can be wrong."""
    came_true = outcome in (Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED)
    in_time = facts.today if facts.deadline_on is None else min(facts.today, facts.deadline_on)
    return Proposed(
        outcome=outcome,
        rationale="x" * RATIONALE_MIN,
        known_on=facts.today,
        reason=_REASONS.get(outcome),
        missing="x" if outcome is Outcome.PARTLY_CONFIRMED else "",
        occurred_from=in_time if came_true else None,
        impossible=True,
    )


def is_before_deadline(facts: Facts) -> bool:
    """Whether refuting means saying that it has become impossible."""
    return facts.deadline_on is not None and facts.today <= facts.deadline_on


def absence_of_evidence_refutes(facts: Facts) -> bool:
    """Whether an exhaustive look that finds nothing can refute: only once a deadline of theirs, not ours, has passed."""
    theirs = facts.deadline_source in (DeadlineSource.STATED, DeadlineSource.INTERPRETED)
    return facts.deadline_on is not None and facts.today > facts.deadline_on and theirs
