"""The moves that need no verdict: track, postpone, withdraw, restore, reopen."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.claims import lifecycle
from tracker.claims.enums import VerdictKind, WithdrawReason
from tracker.claims.models import Check, Claim, ClaimTranslation
from tracker.claims.services import terms
from tracker.claims.services.common import clean_text, day_of, require_text
from tracker.errors import N_, Invalid
from tracker.ledger import Actor


def track(session: Session, claim: Claim, *, actor: Actor, version: int, at: datetime | None = None) -> None:
    """Take a draft onto the desk: from now on it comes back on its review day. Raises Invalid without a review day."""
    at = at or clock.now()
    lifecycle.begin(session, claim, "track", actor=actor, version=version)
    if not claim.statement.strip():
        raise Invalid(N_("Write the claim in your own plain words."), field="statement")
    if claim.review_on is None:
        raise Invalid(N_("Give a review date."), field="review_on")
    terms.require_filled({field: getattr(claim, field) for field in terms.CRITERIA})
    for words in session.scalars(select(ClaimTranslation).where(ClaimTranslation.claim_id == claim.id)):
        terms.require_filled({field: getattr(words, field) for field in terms.CRITERIA}, "other_")
    lifecycle.move(session, claim, "track", actor=actor, version=version, at=at)


def postpone(
    session: Session,
    claim: Claim,
    review_on: date,
    reason: str,
    *,
    actor: Actor,
    version: int,
    at: datetime | None = None,
    check: Check | None = None,
) -> None:
    """Move the review to a later day, with a reason; `check` is a look that was logged in the same breath.

    Raises Invalid if the day is not later than both the review day it had and today.
    """
    at = at or clock.now()
    lifecycle.begin(session, claim, "postpone", actor=actor, version=version)
    reason = require_text(reason, "reason", N_("Say why the review date moves."))
    if claim.review_on is not None and review_on <= claim.review_on:
        raise Invalid(
            N_("The new review date must be later than %(day)s, the current one."), field="review_on", day=claim.review_on
        )
    if review_on <= day_of(session, at):
        raise Invalid(N_("The new review date must be in the future."), field="review_on")
    data = {"reason": ledger.Text(reason), **({"check": check.id} if check is not None else {})}
    lifecycle.move(session, claim, "postpone", actor=actor, version=version, at=at, values={"review_on": review_on}, data=data)


def withdraw(
    session: Session,
    claim: Claim,
    reason: WithdrawReason,
    note: str,
    *,
    actor: Actor,
    version: int,
    at: datetime | None = None,
) -> None:
    """Take a claim off the desk; it stays in the record. A signed verdict cannot be taken away like this."""
    at = at or clock.now()
    lifecycle.begin(session, claim, "withdraw", actor=actor, version=version)
    note = clean_text(note, "note")
    lifecycle.move(
        session,
        claim,
        "withdraw",
        actor=actor,
        version=version,
        at=at,
        values={
            "withdraw_reason": validation.word(reason, WithdrawReason, "reason"),
            "restore_to": claim.status,
            "requested_signer_id": None,
        },
        data={"note": ledger.Text(note)} if note else None,
    )


def restore(session: Session, claim: Claim, reason: str, *, actor: Actor, version: int, at: datetime | None = None) -> None:
    """Bring a withdrawn claim back to the status it had. Chiefs only."""
    at = at or clock.now()
    lifecycle.begin(session, claim, "restore", actor=actor, version=version)
    reason = require_text(reason, "reason", N_("Say why the claim comes back."))
    lifecycle.move(
        session,
        claim,
        "restore",
        actor=actor,
        version=version,
        at=at,
        values={"withdraw_reason": None, "restore_to": None},
        data={"reason": ledger.Text(reason)},
    )


def reopen(
    session: Session,
    claim: Claim,
    kind: VerdictKind,
    reason: str,
    *,
    actor: Actor,
    version: int,
    at: datetime | None = None,
) -> None:
    """Bring a resolved claim back for a new verdict, because the facts changed or because we erred.

    The signed verdict stays public, under review, until a new one is signed. Raises Invalid for any kind but those two.
    """
    at = at or clock.now()
    lifecycle.begin(session, claim, "reopen", actor=actor, version=version)
    if kind not in (VerdictKind.UPDATE, VerdictKind.CORRECTION):
        raise Invalid(N_("Say whether the facts changed or we erred."), field="kind")
    reason = require_text(reason, "reason", N_("Say why the verdict is being reviewed."))
    lifecycle.move(
        session,
        claim,
        "reopen",
        actor=actor,
        version=version,
        at=at,
        values={"review_on": day_of(session, at), "reopened_as": VerdictKind(kind)},
        data={"reason": ledger.Text(reason)},
    )
