"""Proposing a verdict, what a second editor does with it, and dated lines under a signed one."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.claims import lifecycle, verdict_rules
from tracker.claims.enums import Decision, ProposalKind, Status, VerdictKind, WithdrawReason
from tracker.claims.hooks import on_dispute_opened
from tracker.claims.models import Claim, Postscript, Verdict, VerdictDecision
from tracker.claims.services.common import clean_text, day_of, lock, require_editor, require_eligible_signer, require_text
from tracker.claims.services.name_guard import require_no_implied_name
from tracker.claims.services.verdict_facts import clean_proposal, load_facts, to_proposed
from tracker.claims.verdict_rules import Proposed
from tracker.errors import N_, IllegalMove
from tracker.ledger import Actor
from tracker.ledger.rows import row_name
from tracker.newsroom import settings


def propose(
    session: Session,
    claim: Claim,
    proposed: Proposed,
    *,
    actor: Actor,
    version: int,
    at: datetime | None = None,
    requested_signer_id: int | None = None,
) -> Verdict:
    """Propose a verdict for a second editor to sign. Raises Invalid, naming the field, if a rule of the verdict is not met."""
    at = at or clock.now()
    lifecycle.begin(session, claim, "propose", actor=actor, version=version)
    require_eligible_signer(session, requested_signer_id, actor)
    verdict = _store(session, claim, proposed, actor, at)
    _move(
        session,
        claim,
        "propose",
        actor,
        version,
        at,
        values={"proposal_id": verdict.id, "recall_to": claim.status, "requested_signer_id": requested_signer_id},
        also=[verdict],
        data={"outcome": verdict.outcome},
    )
    return verdict


def decide(
    session: Session, claim: Claim, proposed: Proposed, *, actor: Actor, version: int, at: datetime | None = None
) -> Verdict:
    """Give a verdict without a second signature: where the newsroom asks for none, or as a chief after two returns.

    The event has `by_party` where that chief had sent back one of the verdicts in dispute.
    """
    at = at or clock.now()
    lifecycle.begin(session, claim, "decide", actor=actor, version=version)
    is_party = actor.editor_id in lifecycle.load_dispute(session, claim).returners
    verdict = _store(session, claim, proposed, actor, at)
    decision = _decision(session, verdict, Decision.SIGNED, "", actor, at)
    _move(
        session,
        claim,
        "decide",
        actor,
        version,
        at,
        values={"signed_verdict_id": verdict.id, "reopened_as": None, "requested_signer_id": None},
        also=[verdict, decision],
        data={"outcome": verdict.outcome, **({"by_party": True} if is_party else {})},
    )
    return verdict


def sign(session: Session, claim: Claim, *, actor: Actor, version: int, at: datetime | None = None, note: str = "") -> None:
    """Sign what was proposed, in the version that was read. A signed withdrawal takes the claim off the desk.

    Raises Invalid if the verdict no longer keeps the rules: evidence may have been withdrawn since it was proposed.
    """
    at = at or clock.now()
    lifecycle.begin(session, claim, "sign", actor=actor, version=version)
    proposal = lifecycle.proposal_of(session, claim)
    if proposal.proposal_kind is ProposalKind.VERDICT:
        verdict_rules.check(to_proposed(proposal), load_facts(session, claim, day_of(session, at)))
    # The text may have been changed, or the speaker merged with another, since it was proposed.
    require_no_implied_name(session, claim, {"rationale": proposal.rationale, "missing": proposal.missing})
    decision = _decision(session, proposal, Decision.SIGNED, note, actor, at)
    values: dict[str, object] = {"proposal_id": None, "recall_to": None, "requested_signer_id": None}
    if proposal.proposal_kind is ProposalKind.WITHDRAWAL:
        values |= {"withdraw_reason": proposal.withdraw_reason, "restore_to": Status.RESOLVED}
    else:
        values |= {"signed_verdict_id": proposal.id, "reopened_as": None}
    _move(
        session,
        claim,
        "sign",
        actor,
        version,
        at,
        values=values,
        also=[decision],
        data={"verdict": proposal.id, "outcome": proposal.outcome, "proposal": proposal.proposal_kind},
        to=Status.WITHDRAWN if proposal.proposal_kind is ProposalKind.WITHDRAWAL else None,
    )


def return_(session: Session, claim: Claim, note: str, *, actor: Actor, version: int, at: datetime | None = None) -> None:
    """Send a proposal back with a note; the claim is due again, from this day on where its review day had not come yet.

    With a withdrawal that was sent back, the signed verdict is under review from this day on, as after reopening it.
    """
    at = at or clock.now()
    lifecycle.begin(session, claim, "return", actor=actor, version=version)
    note = require_text(note, "note", N_("Say what is missing, so that the proposer can go on."))
    proposal = lifecycle.proposal_of(session, claim)
    decision = _decision(session, proposal, Decision.RETURNED, note, actor, at)
    values: dict[str, object] = {"proposal_id": None, "recall_to": None, "requested_signer_id": None}
    today = day_of(session, at)
    if proposal.proposal_kind is ProposalKind.WITHDRAWAL:
        values |= {"review_on": today, "reopened_as": VerdictKind.CORRECTION}
    elif claim.review_on is None or claim.review_on > today:
        # A due claim whose day is far off would stand in no group of the queue.
        values["review_on"] = today
    data: dict[str, object] = {"verdict": proposal.id}
    if settings.load(session).second_signature and lifecycle.load_dispute(session, claim).is_open_to_chiefs:
        data["chief_may_decide"] = True
    _move(session, claim, "return", actor, version, at, values=values, also=[decision], data=data)
    if "chief_may_decide" in data:
        on_dispute_opened(session, claim, proposal, at)


def recall(session: Session, claim: Claim, *, actor: Actor, version: int, at: datetime | None = None) -> None:
    """Take one's own proposal back; the claim goes where it was."""
    at = at or clock.now()
    lifecycle.begin(session, claim, "recall", actor=actor, version=version)
    proposal = lifecycle.proposal_of(session, claim)
    decision = _decision(session, proposal, Decision.RECALLED, "", actor, at)
    values = {"proposal_id": None, "recall_to": None, "requested_signer_id": None}
    _move(session, claim, "recall", actor, version, at, values=values, also=[decision], data={"verdict": proposal.id})


def propose_withdrawal(
    session: Session,
    claim: Claim,
    reason: WithdrawReason,
    rationale: str,
    *,
    actor: Actor,
    version: int,
    at: datetime | None = None,
    language: str | None = None,
    requested_signer_id: int | None = None,
) -> Verdict:
    """Ask a second editor to take a resolved claim out. `rationale` is the public line that will stand in the verdict's place."""
    at = at or clock.now()
    lifecycle.begin(session, claim, "propose_withdrawal", actor=actor, version=version)
    require_eligible_signer(session, requested_signer_id, actor)
    proposal = Verdict(
        claim_id=claim.id,
        number=_next_number(session, claim),
        proposal_kind=ProposalKind.WITHDRAWAL,
        verdict_kind=VerdictKind.CORRECTION,
        supersedes_id=claim.signed_verdict_id,
        rationale=require_text(rationale, "rationale", N_("Say why; exports show this line in place of the verdict.")),
        language=validation.language(language) if language else claim.language,
        withdraw_reason=validation.word(reason, WithdrawReason, "withdraw_reason"),
        proposed_by_id=actor.editor_id,
        proposed_at=at,
    )
    session.add(proposal)
    session.flush()
    _move(
        session,
        claim,
        "propose_withdrawal",
        actor,
        version,
        at,
        values={"proposal_id": proposal.id, "recall_to": claim.status, "requested_signer_id": requested_signer_id},
        also=[proposal],
    )
    return proposal


def _next_number(session: Session, claim: Claim) -> int:
    return (session.scalar(select(func.max(Verdict.number)).where(Verdict.claim_id == claim.id)) or 0) + 1


def _store(session: Session, claim: Claim, proposed: Proposed, actor: Actor, at: datetime) -> Verdict:
    proposed = clean_proposal(proposed)
    known = load_facts(session, claim, day_of(session, at))
    verdict_rules.check(proposed, known)
    require_no_implied_name(session, claim, {"rationale": proposed.rationale, "missing": proposed.missing})
    first, last = proposed.occurred_from, proposed.occurred_to
    again = VerdictKind.CORRECTION if claim.signed_verdict_id is not None else VerdictKind.FIRST
    verdict = Verdict(
        claim_id=claim.id,
        number=_next_number(session, claim),
        outcome=proposed.outcome,
        reason=proposed.reason,
        verdict_kind=claim.reopened_as or again,
        supersedes_id=claim.signed_verdict_id,
        rationale=proposed.rationale,
        missing=proposed.missing,
        language=proposed.language or claim.language,
        known_on=proposed.known_on,
        occurred_from=first,
        occurred_to=last or first,
        occurred_after_deadline=verdict_rules.is_late(proposed, known),
        is_scored=verdict_rules.is_scored(proposed.outcome, claim.certainty, claim.attribution),
        proposed_by_id=actor.editor_id,
        proposed_at=at,
    )
    session.add(verdict)
    session.flush()
    return verdict


def _decision(session: Session, proposal: Verdict, decision: Decision, note: str, actor: Actor, at: datetime) -> VerdictDecision:
    row = VerdictDecision(
        verdict_id=proposal.id, decision=decision, note=clean_text(note, "note"), decided_by_id=actor.editor_id, decided_at=at
    )
    session.add(row)
    session.flush()
    return row


def _move(
    session: Session,
    claim: Claim,
    name: str,
    actor: Actor,
    version: int,
    at: datetime,
    *,
    values: dict[str, Any],
    also: list[Any],
    data: dict[str, Any] | None = None,
    to: Status | None = None,
) -> None:
    rows = {row_name(row): ledger.created(row) for row in also}
    lifecycle.move(
        session, claim, name, actor=actor, version=version, at=at, values=values, data={**(data or {}), "also": rows}, to=to
    )


def add_postscript(
    session: Session, claim: Claim, body: str, *, actor: Actor, language: str | None = None, at: datetime | None = None
) -> Postscript:
    """Add a dated line under the signed verdict; it changes nothing of the verdict. Raises IllegalMove if none is signed."""
    require_editor(actor)
    lock(session, claim)
    at = at or clock.now()
    body = require_text(body, "body", N_("The postscript is empty."))
    if claim.signed_verdict_id is None:
        raise IllegalMove(N_("There is no signed verdict to add to."))
    require_no_implied_name(session, claim, {"postscript": body})
    line = Postscript(
        verdict_id=claim.signed_verdict_id,
        body=body,
        language=validation.language(language) if language else claim.language,
        written_on=day_of(session, at),
        author_id=actor.editor_id,
    )
    session.add(line)
    session.flush()
    lifecycle.write(session, claim, "postscript.add", {}, actor=actor, at=at, row=line)
    return line
