"""What each verdict needs before it may be proposed. Pure: facts in, a refusal or nothing out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from tracker.claims.enums import (
    UNRESOLVABLE_REASONS,
    VOID_REASONS,
    WITH_BAND,
    Attribution,
    Certainty,
    ConditionStatus,
    DeadlineSource,
    Outcome,
    OutcomeReason,
)
from tracker.errors import N_, Invalid, Message

RATIONALE_MIN = 10  # characters: enough that "ok" is no reason
WHEN: Final = N_("Say when it happened; for a lasting state, the period it covers.")
WHICH_PART: Final = N_("Say which part did not happen.")
WHY_UNRESOLVABLE: Final = N_("Say why it cannot be established.")
WHY_VOID: Final = N_("Say why the claim no longer applies.")


@dataclass(frozen=True)
class Proposed:
    """A verdict as an editor wants it."""

    outcome: Outcome
    rationale: str
    known_on: date | None
    reason: OutcomeReason | None = None
    missing: str = ""
    occurred_from: date | None = None
    occurred_to: date | None = None
    language: str | None = None  # of rationale and missing; none: the claim's
    impossible: bool = False  # refuted before the deadline: it can no longer happen


@dataclass(frozen=True)
class Facts:
    """What the rules look at on the claim's side. Counts are of evidence that is public and not withdrawn."""

    today: date
    confirmed_if: str
    deadline_on: date | None
    deadline_source: DeadlineSource | None
    condition: str
    condition_status: ConditionStatus | None
    supporting: int
    contradicting: int
    checks: int
    last_exhaustive_check_on: date | None


def check(proposed: Proposed, facts: Facts) -> None:
    """Raise Invalid, naming the field, for the first rule that the proposal breaks."""
    if not facts.confirmed_if.strip():
        raise Invalid(N_("First write what would count as confirmed: a verdict needs it."), field="confirmed_if")
    if len(proposed.rationale.strip()) < RATIONALE_MIN:
        raise Invalid(N_("Say why in at least a few words."), field="rationale")
    _check_days(proposed, facts)
    _RULES[proposed.outcome](proposed, facts)


def unfilled(proposed: Proposed) -> Iterator[tuple[str, str]]:
    """Required fields of this outcome that are empty, for any claim: (field, message in English)."""
    if proposed.outcome in (Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED) and proposed.occurred_from is None:
        yield "occurred_from", WHEN
    if proposed.outcome is Outcome.PARTLY_CONFIRMED and not proposed.missing.strip():
        yield "missing", WHICH_PART
    if proposed.outcome is Outcome.UNRESOLVABLE and proposed.reason is None:
        yield "reason", WHY_UNRESOLVABLE
    if proposed.outcome is Outcome.VOID and proposed.reason is None:
        yield "reason", WHY_VOID


def _check_days(proposed: Proposed, facts: Facts) -> None:
    first, last = proposed.occurred_from, proposed.occurred_to
    if proposed.known_on is None:
        raise Invalid(N_("Give the day when the outcome could first be known."), field="known_on")
    for name, day in (("known_on", proposed.known_on), ("occurred_from", first), ("occurred_to", last)):
        if day is not None and day > facts.today:
            raise Invalid(N_("This day is in the future."), field=name)
    if last is not None and first is None:
        raise Invalid(N_("Give the first day as well, or only one day."), field="occurred_from")
    if first is not None and last is not None and last < first:
        raise Invalid(N_("The last day is before the first day."), field="occurred_to")
    if proposed.reason is not None and proposed.outcome not in (Outcome.UNRESOLVABLE, Outcome.VOID):
        raise Invalid(N_("This reason does not apply to this verdict."), field="reason")


def _happened(proposed: Proposed, facts: Facts) -> None:
    if facts.supporting < 1:
        raise Invalid(N_("Add at least one public piece of evidence that supports the claim."), field="outcome")
    if proposed.occurred_from is None:
        raise Invalid(WHEN, field="occurred_from")
    # Refuted and late is the other way round: that it had not happened in time was known before it did.
    if proposed.known_on is not None and proposed.known_on < proposed.occurred_from:
        raise Invalid(N_("It cannot have been known before it happened."), field="known_on")
    # The first day decides, as it does for refuted: what was so by the deadline may go on after it.
    if facts.deadline_on is not None and proposed.occurred_from > facts.deadline_on:
        raise Invalid(
            N_("It happened after the deadline, %(deadline)s. Choose “refuted” and note the later date."),
            field="occurred_from",
            deadline=facts.deadline_on,
        )


def _partly_confirmed(proposed: Proposed, facts: Facts) -> None:
    if not proposed.missing.strip():
        raise Invalid(WHICH_PART, field="missing")
    _happened(proposed, facts)


def _refuted(proposed: Proposed, facts: Facts) -> None:
    deadline = facts.deadline_on
    if proposed.occurred_from is not None and (deadline is None or proposed.occurred_from <= deadline):
        raise Invalid(
            N_("It happened before the deadline, so the claim is confirmed, not refuted. Enter only a later date here."),
            field="occurred_from",
        )
    if deadline is not None and facts.today <= deadline and not (proposed.impossible and facts.contradicting):
        raise Invalid(
            N_("The deadline, %(deadline)s, has not passed. Before it, only evidence that it has become impossible refutes."),
            field="outcome",
            deadline=deadline,
        )
    if facts.contradicting >= 1:
        return
    if deadline is None or facts.deadline_source in (None, DeadlineSource.EDITOR):
        raise Invalid(
            N_("Add public evidence that contradicts the claim. The deadline is our own, so a lack of news refutes nothing."),
            field="outcome",
        )
    if facts.last_exhaustive_check_on is None or facts.last_exhaustive_check_on < deadline:
        raise Invalid(
            N_("Add public evidence that contradicts the claim, or log one exhaustive check made on or after the deadline."),
            field="outcome",
        )


def _unresolvable(proposed: Proposed, facts: Facts) -> None:
    if proposed.reason not in UNRESOLVABLE_REASONS:
        raise Invalid(WHY_UNRESOLVABLE, field="reason")
    if facts.checks < 1:
        raise Invalid(N_("Log at least one check first: where you looked, and what you did not find."), field="outcome")
    _did_not_happen_with_date(proposed)


def _void(proposed: Proposed, facts: Facts) -> None:
    if proposed.reason not in VOID_REASONS:
        raise Invalid(WHY_VOID, field="reason")
    if proposed.reason is OutcomeReason.CONDITION_NOT_MET:
        if not facts.condition.strip():
            raise Invalid(N_("This claim has no condition that could have failed."), field="reason")
        if facts.condition_status is not ConditionStatus.NOT_MET:
            raise Invalid(N_("Mark the condition as not met first, with its evidence."), field="reason")
    _did_not_happen_with_date(proposed)


def _did_not_happen_with_date(proposed: Proposed) -> None:
    if proposed.occurred_from is not None:
        raise Invalid(N_("With this verdict there is no day on which it happened."), field="occurred_from")


_RULES = {
    Outcome.CONFIRMED: _happened,
    Outcome.PARTLY_CONFIRMED: _partly_confirmed,
    Outcome.REFUTED: _refuted,
    Outcome.UNRESOLVABLE: _unresolvable,
    Outcome.VOID: _void,
}


def is_late(proposed: Proposed, facts: Facts) -> bool:
    """Refuted, and yet it happened after the deadline."""
    return (
        proposed.outcome is Outcome.REFUTED
        and facts.deadline_on is not None
        and proposed.occurred_from is not None
        and proposed.occurred_from > facts.deadline_on
    )


def is_scored(outcome: Outcome, certainty: Certainty, attribution: Attribution) -> bool:
    """Whether a verdict counts in a score: a decisive outcome, a claim that gave odds, a speaker who is stated."""
    is_decisive = outcome in (Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED, Outcome.REFUTED)
    return is_decisive and certainty in WITH_BAND and attribution is not Attribution.IMPLIED


_BEST_REASONS = {
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
        reason=_BEST_REASONS.get(outcome),
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
