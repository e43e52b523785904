"""Proposing and signing verdicts: what is looked at, what is stored, and what must still hold on the day of the signature."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.claims.desk import AT, DAY, last_said, make
from tests.factories import DEADLINE_ON, everyday, fresh, make_check, make_evidence, verdicts_of
from tracker.accounts.models import Editor
from tracker.claims.enums import Outcome, Stance
from tracker.claims.models import Claim, Verdict
from tracker.claims.services import editing, evidence, verdict_facts, verdicts
from tracker.claims.verdict_rules import Proposed
from tracker.db import Database
from tracker.errors import IllegalMove, Invalid

HAPPENED = DEADLINE_ON - timedelta(days=2)


@pytest.fixture
def editors(make_editor) -> tuple[Editor, Editor]:
    return make_editor(), make_editor()


@pytest.fixture
def propose(database: Database, editors: tuple[Editor, Editor]) -> Callable[..., Verdict]:
    """`propose(claim, outcome, field=…)` by the first editor; the stored verdict."""

    def do(claim: Claim, outcome: str = "confirmed", **fields: Any) -> Verdict:
        given: dict[str, Any] = {"rationale": "Both published it.", "known_on": DEADLINE_ON, **fields}
        if outcome in ("confirmed", "partly_confirmed"):
            given.setdefault("occurred_from", HAPPENED)
        with database.sessions(expire_on_commit=False) as session, database.writing(session):
            own = session.get_one(Claim, claim.id)
            proposal = Proposed(outcome=outcome, **given)
            return verdicts.propose(session, own, proposal, actor=editors[0].actor, version=own.version, at=AT)

    return do


def test_verdict_counts_only_public_active_claim_evidence(database: Database, make_claim, editors, propose):
    claim = make_claim("due", condition="If the sanctions end")
    make_evidence(database, claim, visibility="internal")
    make_evidence(database, claim, about="condition")
    make_evidence(database, claim, Stance.CONTEXT)
    gone = make_evidence(database, claim)
    other = make_claim("due")
    make_evidence(database, other)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        evidence.withdraw_evidence(session, own, gone.id, "Forged.", actor=editors[0].actor, at=AT)
    with database.reading() as session:
        known = verdict_facts.load_facts(session, session.get_one(Claim, claim.id), DAY)
        assert (known.supporting, known.contradicting) == (0, 0)
    with pytest.raises(Invalid, match="at least one public"):
        propose(claim)
    assert verdicts_of(database, claim) == []
    make_evidence(database, claim)
    assert propose(claim).outcome is Outcome.CONFIRMED


def test_the_newest_exhaustive_check_is_the_one_that_counts(database: Database, make_claim):
    claim = make_claim("due")
    for day, exhaustive in ((date(2024, 2, 1), True), (date(2024, 3, 11), True), (date(2024, 3, 5), True), (DAY, False)):
        make_check(database, claim, checked_on=day, exhaustive=exhaustive, at=AT)
    with database.reading() as session:
        known = verdict_facts.load_facts(session, session.get_one(Claim, claim.id), DAY)
    assert (known.checks, known.last_exhaustive_check_on) == (4, date(2024, 3, 11))


def test_verdict_stores_given_and_derived_fields(database: Database, make_claim, make_evidence, propose, editors):
    claim = make_claim("due", certainty="hedged")
    make_evidence(claim)
    verdict = propose(claim, "partly_confirmed", rationale="  One of two was signed. ", missing=" The second. ")
    assert (verdict.rationale, verdict.missing) == ("One of two was signed.", "The second.")
    assert (verdict.occurred_from, verdict.occurred_to, verdict.known_on) == (HAPPENED, HAPPENED, DEADLINE_ON)
    assert (verdict.number, verdict.verdict_kind, verdict.supersedes_id, verdict.is_scored) == (1, "first", None, True)
    assert (verdict.proposed_by_id, verdict.proposed_at) == (editors[0].id, AT)
    after = fresh(database, claim)
    assert (after.status, after.proposal_id, after.signed_verdict_id) == ("proposed", verdict.id, None)
    event = last_said(database, claim)
    stored = event["also"][f"verdict:{verdict.id}"]["set"]
    assert (event["outcome"], stored["outcome"], stored["is_scored"]) == ("partly_confirmed", "partly_confirmed", True)
    assert list(stored["rationale"]) == ["sha256"]


def test_what_is_missing_is_kept_with_a_verdict_in_part_alone(make_claim, make_evidence, propose):
    claim = make_claim("due")
    make_evidence(claim)
    assert propose(claim, "confirmed", missing="Left over in the form.").missing == ""


def test_late_is_kept_as_such(make_claim, make_evidence, propose):
    claim = make_claim("due", review_on=date(2024, 2, 1), deadline_on=date(2024, 2, 1))
    make_evidence(claim, Stance.CONTRADICTS)
    verdict = propose(claim, "refuted", occurred_from=date(2024, 2, 20), occurred_to=date(2024, 2, 25))
    assert verdict.occurred_after_deadline is True
    assert (verdict.occurred_from, verdict.occurred_to) == (date(2024, 2, 20), date(2024, 2, 25))


@pytest.mark.parametrize(
    ("certainty", "attribution", "scored"),
    [
        ("flat", "stated", True),
        ("flat", "implied", False),
        ("comparative", "stated", False),
        ("possible_only", "article", False),
        ("not_recorded", "stated", False),
    ],
)
def test_whether_it_counts_is_fixed_with_the_verdict(
    database: Database, make_claim, make_speaker, make_evidence, propose, certainty: str, attribution: str, scored: bool
):
    speaker = None if attribution == "article" else make_speaker().id
    claim = make_claim("due", certainty=certainty, attribution=attribution, speaker_id=speaker)
    make_evidence(claim)
    assert propose(claim).is_scored is scored


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("outcome", {"outcome": "true"}),
        ("reason", {"outcome": "void", "reason": "bored"}),
        ("known_on", {"known_on": "2024-03-10"}),
        ("occurred_from", {"occurred_from": AT}),
        ("rationale", {"rationale": "\u200b" * 20}),
        ("rationale", {"rationale": "word " * 3_000}),
        ("missing", {"outcome": "partly_confirmed", "missing": "x" * 10_001}),
    ],
)
def test_what_is_no_verdict_is_refused_and_the_field_named(
    database: Database, make_claim, make_evidence, propose, field: str, values: dict[str, Any]
):
    claim = make_claim("due")
    make_evidence(claim)
    with pytest.raises(Invalid) as refused:
        propose(claim, **values)
    assert refused.value.field == field
    assert fresh(database, claim).status == "due"


# --- signing ---


def test_signature_needs_active_evidence(database: Database, make_claim, make_evidence, editors, propose):
    claim = make_claim("due")
    row = make_evidence(claim)
    propose(claim)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        evidence.withdraw_evidence(session, own, row.id, "Forged.", actor=editors[1].actor, at=AT)
    with pytest.raises(Invalid, match="at least one public"):
        make(database, claim, "sign", editors[1].actor)
    assert fresh(database, claim).status == "proposed"
    make_evidence(claim)
    assert make(database, claim, "sign", editors[1].actor).status == "resolved"


def test_what_was_impossible_when_proposed_is_signed_before_the_deadline(
    database: Database, make_claim, make_evidence, editors, propose
):
    claim = make_claim("open", deadline_on=date(2024, 12, 31))
    make_evidence(claim, Stance.CONTRADICTS)
    with pytest.raises(Invalid, match="has not passed"):
        propose(claim, "refuted")
    propose(claim, "refuted", impossible=True)
    assert make(database, claim, "sign", editors[1].actor).status == "resolved"


def test_evidence_that_came_after_the_signer_read_turns_the_signature_stale(
    database: Database, make_claim, make_evidence, editors
):
    claim = make_claim("proposed", proposer=editors[0])
    make_evidence(claim, Stance.CONTRADICTS)
    with pytest.raises(Exception, match="Someone else changed"):
        make(database, claim, "sign", editors[1].actor, version=claim.version)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_stored_verdict_can_be_read_as_it_was_proposed(database: Database, make_claim, outcome: Outcome):
    claim = make_claim("resolved", outcome=outcome)
    [verdict] = verdicts_of(database, claim)
    again = verdict_facts.to_proposed(verdict)
    wanted = everyday(claim, outcome)
    for field in ("outcome", "rationale", "known_on", "reason", "missing", "occurred_from"):
        assert getattr(again, field) == getattr(wanted, field)
    assert again.impossible is (outcome is Outcome.REFUTED)


def test_withdrawal_has_a_public_reason(database: Database, make_claim, editors):
    claim = make_claim("resolved")
    make(database, claim, "propose_withdrawal", editors[0].actor)
    with pytest.raises(ValueError, match="no verdict"):
        verdict_facts.to_proposed(verdicts_of(database, claim)[-1])
    claim = make_claim("resolved")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        for reason, rationale, field in (("mistake", " ", "rationale"), ("whim", "It was never said.", "withdraw_reason")):
            with pytest.raises(Invalid) as refused:
                verdicts.propose_withdrawal(
                    session,
                    own,
                    reason,
                    rationale,
                    actor=editors[0].actor,
                    version=own.version,
                    at=AT,
                )
            assert refused.value.field == field


def test_return_needs_a_note(database: Database, make_claim, editors):
    claim = make_claim("proposed", proposer=editors[0])
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        with pytest.raises(Invalid) as refused:
            verdicts.return_(session, own, " ", actor=editors[1].actor, version=own.version, at=AT)
        assert refused.value.field == "note"


@pytest.mark.parametrize(("review_on", "after"), [(DAY + timedelta(days=300), DAY), (DAY - timedelta(days=9), None)])
def test_what_is_returned_is_due_from_that_day_at_the_latest(
    database: Database, make_claim, editors, review_on: date, after: date | None
):
    claim = make_claim("proposed", proposer=editors[0], review_on=review_on)
    back = make(database, claim, "return", editors[1].actor)
    assert (back.status, back.review_on) == ("due", after or review_on)


def test_postscript_is_allowed_while_under_review(database: Database, make_claim, editors):
    for status in ("resolved", "under_review"):
        claim = make_claim(status)
        with database.writing() as session:
            own = session.get_one(Claim, claim.id)
            line = verdicts.add_postscript(session, own, " Later news. ", actor=editors[0].actor, at=AT)
            assert (line.verdict_id, line.body, line.written_on) == (claim.signed_verdict_id, "Later news.", DAY)
        assert (fresh(database, claim).version, fresh(database, claim).status) == (claim.version + 1, claim.status)
        assert last_said(database, claim)["kind"] == "postscript.add"
    open_one = make_claim("open")
    with database.writing() as session, pytest.raises(IllegalMove):
        verdicts.add_postscript(session, session.get_one(Claim, open_one.id), "x", actor=editors[0].actor)


def test_a_changed_term_between_recall_and_proposal_shows_in_the_next_verdict(
    database: Database, make_claim, make_evidence, editors, propose
):
    claim = make_claim("due", certainty="flat")
    make_evidence(claim)
    assert propose(claim).is_scored is True
    make(database, claim, "recall", editors[0].actor)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.edit(session, own, {"certainty": "comparative"}, actor=editors[0].actor, version=own.version, at=AT)
    second = propose(claim)
    assert (second.number, second.is_scored) == (2, False)
