"""What each verdict needs, rule by rule: once kept, once broken."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tracker.claims.enums import Attribution, Certainty, ConditionStatus, DeadlineSource, Outcome, OutcomeReason
from tracker.claims.verdict_rules import Facts, Proposed, absence_of_evidence_refutes, check, is_late, is_scored
from tracker.errors import Invalid

DEADLINE = date(2024, 3, 10)
TODAY = date(2024, 3, 20)
BEFORE, AFTER = DEADLINE - timedelta(days=3), DEADLINE + timedelta(days=3)

FACTS = Facts(
    today=TODAY,
    confirmed_if="A signed deal is published.",
    deadline_on=DEADLINE,
    deadline_source=DeadlineSource.STATED,
    condition="",
    condition_status=None,
    supporting=0,
    contradicting=0,
    checks=0,
    last_exhaustive_check_on=None,
)


def proposed(outcome: Outcome, **changes: Any) -> Proposed:
    return Proposed(**{"outcome": outcome, "rationale": "Both governments said so.", "known_on": TODAY, **changes})


CONFIRMED = proposed(Outcome.CONFIRMED, occurred_from=BEFORE)
PARTLY = proposed(Outcome.PARTLY_CONFIRMED, occurred_from=BEFORE, missing="The second deal was not signed.")
REFUTED = proposed(Outcome.REFUTED)
UNRESOLVABLE = proposed(Outcome.UNRESOLVABLE, reason=OutcomeReason.NO_PUBLIC_INFORMATION)
VOID = proposed(Outcome.VOID, reason=OutcomeReason.WITHDRAWN_BY_SPEAKER)

# What each everyday verdict needs, and no more.
ENOUGH = {
    Outcome.CONFIRMED: (CONFIRMED, {"supporting": 1}),
    Outcome.PARTLY_CONFIRMED: (PARTLY, {"supporting": 1}),
    Outcome.REFUTED: (REFUTED, {"contradicting": 1}),
    Outcome.UNRESOLVABLE: (UNRESOLVABLE, {"checks": 1}),
    Outcome.VOID: (VOID, {}),
}


def accepts(verdict: Proposed, **facts: Any) -> None:
    check(verdict, replace(FACTS, **facts))


def refuses(field: str, verdict: Proposed, says: str = ".", **facts: Any) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        check(verdict, replace(FACTS, **facts))
    assert refused.value.field == field


@pytest.mark.parametrize("outcome", Outcome)
def test_each_verdict_is_accepted_with_what_it_needs(outcome: Outcome):
    verdict, facts = ENOUGH[outcome]
    accepts(verdict, **facts)


# --- for every verdict ---


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("confirmed_if", ["", "  \n"])
def test_no_verdict_without_a_test_written_down(outcome: Outcome, confirmed_if: str):
    verdict, facts = ENOUGH[outcome]
    refuses("confirmed_if", verdict, confirmed_if=confirmed_if, **facts)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("rationale", ["", "   ", "ok", "yes it did"[:9], "   ok      . "])
def test_no_verdict_without_a_reason_in_words(outcome: Outcome, rationale: str):
    verdict, facts = ENOUGH[outcome]
    refuses("rationale", replace(verdict, rationale=rationale), **facts)
    accepts(replace(verdict, rationale="yes it did"), **facts)


@pytest.mark.parametrize("outcome", Outcome)
def test_known_on_is_required_and_not_in_the_future(outcome: Outcome):
    verdict, facts = ENOUGH[outcome]
    refuses("known_on", replace(verdict, known_on=None), **facts)
    refuses("known_on", replace(verdict, known_on=TODAY + timedelta(days=1)), "future", **facts)
    accepts(replace(verdict, known_on=TODAY), **facts)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_day_on_which_it_happened_lies_neither_in_the_future_nor_out_of_order(outcome: Outcome):
    verdict, facts = ENOUGH[outcome]
    tomorrow = TODAY + timedelta(days=1)
    refuses("occurred_from", replace(verdict, occurred_from=tomorrow), "future", **facts)
    refuses("occurred_to", replace(verdict, occurred_from=BEFORE, occurred_to=tomorrow), "future", **facts)
    refuses("occurred_from", replace(verdict, occurred_from=None, occurred_to=BEFORE), "the first day as well", **facts)
    refuses("occurred_to", replace(verdict, occurred_from=BEFORE, occurred_to=BEFORE - timedelta(days=1)), "before", **facts)


@pytest.mark.parametrize("outcome", [Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED, Outcome.REFUTED])
@pytest.mark.parametrize("reason", OutcomeReason)
def test_only_unresolvable_and_void_take_a_reason_from_the_list(outcome: Outcome, reason: OutcomeReason):
    verdict, facts = ENOUGH[outcome]
    refuses("reason", replace(verdict, reason=reason), **facts)


# --- confirmed, and in part ---


@pytest.mark.parametrize("verdict", [CONFIRMED, PARTLY])
def test_what_happened_is_shown_by_supporting_evidence_and_nothing_else(verdict: Proposed):
    refuses("outcome", verdict, "supports", supporting=0, contradicting=3, checks=5, last_exhaustive_check_on=TODAY)
    accepts(verdict, supporting=1)
    accepts(verdict, supporting=1, contradicting=4)


@pytest.mark.parametrize("verdict", [CONFIRMED, PARTLY])
def test_what_happened_has_a_day_by_the_deadline(verdict: Proposed):
    refuses("occurred_from", replace(verdict, occurred_from=None), "when it happened", supporting=1)
    accepts(replace(verdict, occurred_from=DEADLINE), supporting=1)
    refuses("occurred_from", replace(verdict, occurred_from=DEADLINE + timedelta(days=1)), "after the deadline", supporting=1)
    # What was so by the deadline may last longer.
    accepts(replace(verdict, occurred_from=BEFORE, occurred_to=AFTER), supporting=1)


@pytest.mark.parametrize("verdict", [CONFIRMED, PARTLY])
def test_without_a_deadline_any_day_so_far_will_do(verdict: Proposed):
    accepts(replace(verdict, occurred_from=TODAY), supporting=1, deadline_on=None, deadline_source=None)


@pytest.mark.parametrize("verdict", [CONFIRMED, PARTLY])
@pytest.mark.parametrize("source", DeadlineSource)
def test_claim_may_be_confirmed_before_its_deadline(verdict: Proposed, source: DeadlineSource):
    happened = replace(verdict, known_on=BEFORE)
    accepts(happened, supporting=1, today=BEFORE, deadline_source=source)


@pytest.mark.parametrize("verdict", [CONFIRMED, PARTLY])
def test_what_happened_was_not_known_before_it_did(verdict: Proposed):
    refuses("known_on", replace(verdict, known_on=BEFORE - timedelta(days=1)), "known before", supporting=1)
    accepts(replace(verdict, known_on=BEFORE), supporting=1)


@pytest.mark.parametrize("missing", ["", " \n\t"])
def test_partly_confirmed_needs_what_is_missing(missing: str):
    refuses("missing", replace(PARTLY, missing=missing), supporting=1)


def test_confirmed_in_part_needs_no_reason_of_absence_but_confirmed_needs_none_either():
    accepts(replace(CONFIRMED, missing=""), supporting=1)


# --- refuted ---


@pytest.mark.parametrize("source", DeadlineSource)
def test_contradicting_evidence_refutes_once_the_deadline_has_passed(source: DeadlineSource):
    accepts(REFUTED, contradicting=1, deadline_source=source)
    accepts(REFUTED, contradicting=1, supporting=2, deadline_source=source)


@pytest.mark.parametrize("source", [DeadlineSource.STATED, DeadlineSource.INTERPRETED])
def test_one_exhaustive_check_refutes_what_had_their_deadline(source: DeadlineSource):
    accepts(REFUTED, deadline_source=source, checks=1, last_exhaustive_check_on=DEADLINE + timedelta(days=1))
    refuses("outcome", REFUTED, "exhaustive", deadline_source=source, checks=4, last_exhaustive_check_on=None)
    early = DEADLINE - timedelta(days=1)
    refuses("outcome", REFUTED, "exhaustive", deadline_source=source, checks=1, last_exhaustive_check_on=early)


@pytest.mark.parametrize(("deadline", "source"), [(DEADLINE, DeadlineSource.EDITOR), (DEADLINE, None), (None, None)])
def test_with_our_own_horizon_or_none_silence_refutes_nothing(deadline: date | None, source: DeadlineSource | None):
    looked = {"checks": 9, "last_exhaustive_check_on": TODAY, "deadline_on": deadline, "deadline_source": source}
    refuses("outcome", REFUTED, "lack of news refutes nothing", **looked)
    accepts(REFUTED, contradicting=1, **looked)


def test_supporting_evidence_alone_refutes_nothing():
    refuses("outcome", REFUTED, supporting=3)


@pytest.mark.parametrize("today", [BEFORE, DEADLINE])
def test_before_the_deadline_has_passed_only_the_impossible_is_refuted(today: date):
    early = replace(REFUTED, known_on=today)
    refuses("outcome", early, "has not passed", contradicting=1, today=today)
    refuses("outcome", early, "has not passed", checks=1, last_exhaustive_check_on=today, today=today)
    impossible = replace(early, impossible=True)
    accepts(impossible, contradicting=1, today=today)
    refuses("outcome", impossible, "has not passed", checks=1, last_exhaustive_check_on=today, today=today)
    accepts(replace(early, known_on=DEADLINE), contradicting=1, today=DEADLINE + timedelta(days=1))


def test_what_happened_in_time_is_not_refuted():
    for day in (BEFORE, DEADLINE):
        refuses("occurred_from", replace(REFUTED, occurred_from=day), "the claim is confirmed, not refuted", contradicting=1)
    refuses("occurred_from", replace(REFUTED, occurred_from=AFTER), contradicting=1, deadline_on=None, deadline_source=None)


def test_late_is_refuted_with_the_later_day_and_nothing_else_is_late():
    late = replace(REFUTED, occurred_from=AFTER)
    accepts(late, contradicting=1)
    accepts(replace(late, known_on=DEADLINE + timedelta(days=1)), contradicting=1)  # known to have failed before it came
    assert is_late(late, FACTS)
    assert not is_late(REFUTED, FACTS)
    assert not is_late(replace(late, occurred_from=DEADLINE), FACTS)
    assert not is_late(late, replace(FACTS, deadline_on=None))
    assert not is_late(replace(CONFIRMED, occurred_from=AFTER), FACTS)


@pytest.mark.parametrize("offset", [-2, 0, 1, 5])
def test_occurrence_is_either_in_time_or_late(offset: int):
    day = DEADLINE + timedelta(days=offset)
    fits = []
    for verdict in (replace(CONFIRMED, occurred_from=day, occurred_to=TODAY), replace(REFUTED, occurred_from=day)):
        try:
            accepts(verdict, supporting=1, contradicting=1)
        except Invalid:
            continue
        fits.append(verdict.outcome)
    assert fits == [Outcome.CONFIRMED if offset <= 0 else Outcome.REFUTED]


# --- unresolvable ---


@pytest.mark.parametrize("reason", [None, *OutcomeReason])
def test_unresolvable_has_a_reason_of_its_own(reason: OutcomeReason | None):
    verdict = replace(UNRESOLVABLE, reason=reason)
    if reason in ("no_public_information", "sources_conflict", "too_vague"):
        accepts(verdict, checks=1)
    else:
        refuses("reason", verdict, checks=1)


def test_unresolvable_needs_a_check():
    refuses("outcome", UNRESOLVABLE, "at least one check", supporting=2, contradicting=2)


# --- void ---


@pytest.mark.parametrize("reason", [None, *OutcomeReason])
def test_void_has_a_reason_of_its_own(reason: OutcomeReason | None):
    verdict = replace(VOID, reason=reason)
    not_met = {"condition": "If the sanctions end", "condition_status": ConditionStatus.NOT_MET}
    if reason in ("condition_not_met", "withdrawn_by_speaker", "superseded"):
        accepts(verdict, **not_met)
    else:
        refuses("reason", verdict, **not_met)


@pytest.mark.parametrize("status", [None, ConditionStatus.UNKNOWN, ConditionStatus.MET])
def test_a_condition_that_is_not_marked_as_failed_voids_nothing(status: ConditionStatus | None):
    verdict = replace(VOID, reason=OutcomeReason.CONDITION_NOT_MET)
    refuses("reason", verdict, "not met first", condition="If the sanctions end", condition_status=status)


def test_without_a_condition_none_can_have_failed():
    verdict = replace(VOID, reason=OutcomeReason.CONDITION_NOT_MET)
    refuses("reason", verdict, "no condition", condition=" ", condition_status=ConditionStatus.NOT_MET)


@pytest.mark.parametrize(("verdict", "facts"), [(UNRESOLVABLE, {"checks": 1}), (VOID, {})])
def test_outcome_without_occurrence_has_no_day(verdict: Proposed, facts: dict[str, int]):
    refuses("occurred_from", replace(verdict, occurred_from=BEFORE), **facts)


# --- scores ---


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("certainty", Certainty)
@pytest.mark.parametrize("attribution", Attribution)
def test_only_stated_odds_with_clear_outcome_are_scored(outcome: Outcome, certainty: Certainty, attribution: Attribution):
    clear = outcome in ("confirmed", "partly_confirmed", "refuted")
    gave_odds = certainty in ("flat", "hedged")
    assert is_scored(outcome, certainty, attribution) == (clear and gave_odds and attribution != "implied")


@pytest.mark.parametrize(
    ("source", "is_over", "refutes"),
    [
        (DeadlineSource.STATED, True, True),
        (DeadlineSource.INTERPRETED, True, True),
        (DeadlineSource.STATED, False, False),
        (DeadlineSource.EDITOR, True, False),
        (None, True, False),
    ],
)
def test_silence_refutes_only_after_a_deadline_that_is_not_ours(source: DeadlineSource | None, is_over: bool, refutes: bool):
    today = DEADLINE + timedelta(days=1 if is_over else 0)

    assert absence_of_evidence_refutes(replace(FACTS, deadline_source=source, today=today)) is refutes


def test_silence_refutes_nothing_without_a_deadline():
    assert not absence_of_evidence_refutes(replace(FACTS, deadline_on=None))
