"""Taking one's last change to a claim back, for ten minutes: an edit, a hand-over, a postponement, other topics, a recalled
proposal.

A signature is no such thing: it is undone by reopening alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.claims import lifecycle
from tracker.claims.enums import ProposalKind, WithdrawReason
from tracker.claims.models import Claim, Verdict
from tracker.claims.services import editing, verdict_facts, verdicts
from tracker.claims.services.common import lock, require_editor, require_eligible_signer, require_owner
from tracker.claims.services.three_way_merge import UNKNOWN, restored
from tracker.errors import N_, IllegalMove, Invalid, Stale
from tracker.ledger import Actor
from tracker.ledger.models import Event, EventTexts

WINDOW = timedelta(minutes=10)
KINDS = ("claim.edit", "claim.assign", "claim.postpone", "claim.recall", "claim.topics")


@dataclass(frozen=True)
class Change:
    """The change that could be taken back: the event's number and kind, what was before it, and until when."""

    seq: int
    kind: str
    was: Mapping[str, Any]
    data: Mapping[str, Any]
    until: datetime


def last(session: Session, claim: Claim, *, actor: Actor, at: datetime | None = None) -> Change | None:
    """What the actor could take back now: the newest change of the claim, if it is theirs, of the right kind and fresh."""
    at = at or clock.now()
    events = session.execute(
        select(Event.seq, Event.at, Event.actor, Event.kind, Event.canonical, EventTexts.texts)
        .outerjoin(EventTexts, EventTexts.seq == Event.seq)
        .where(Event.subject == f"claim:{claim.id}")
        .order_by(Event.seq.desc())
    )
    for event in events:
        data = json.loads(event.canonical)["data"]
        if "version" not in data:
            continue  # notes and the sweep's flag change nothing of an editor's
        until = event.at + WINDOW
        if event.kind not in KINDS or event.actor != str(actor) or at > until or data["version"] != claim.version:
            return None
        texts = json.loads(event.texts) if event.texts else {}
        was = {field: restored(field, value, texts) for field, value in data.get("was", {}).items()}
        return None if UNKNOWN in was.values() else Change(event.seq, event.kind, was, data, until)
    return None


def undo(session: Session, claim: Claim, *, actor: Actor, version: int, at: datetime | None = None) -> str:
    """Take the actor's last change back and return its kind; a recalled proposal is proposed once more.

    Raises Stale if someone changed the claim since, IllegalMove if there is nothing (or no longer anything) to take back.
    """
    require_editor(actor)
    at = at or clock.now()
    lock(session, claim)
    if claim.version != version:
        raise Stale(current=claim.version)
    change = last(session, claim, actor=actor, at=at)
    if change is None:
        raise IllegalMove(N_("You have no change here that can still be undone."))
    if change.kind == "claim.recall":
        _propose_again(session, claim, change, actor, version, at)
        return change.kind
    if change.kind == "claim.topics":
        before, now = change.data["topics_were"], change.data["topics"]
        editing.replace_topics(session, claim, tuple(before))
        data = {"undoes": change.seq, "topics": before, "topics_were": now}
        lifecycle.write(session, claim, "claim.undo", {}, actor=actor, at=at, data=data, status=claim.status)
        return change.kind
    changes = dict(change.was)
    if "owner_id" in changes:
        require_owner(session, changes["owner_id"])
    if change.kind == "claim.postpone":
        # A new review cycle on the old date; a cycle number is never used twice.
        changes["due_cycle"] = claim.due_cycle + 1
    lifecycle.write(session, claim, "claim.undo", changes, actor=actor, at=at, data={"undoes": change.seq}, status=claim.status)
    return change.kind


def _propose_again(session: Session, claim: Claim, change: Change, actor: Actor, version: int, at: datetime) -> None:
    recalled = session.get_one(Verdict, change.data["verdict"])
    signer: int | None = change.was.get("requested_signer_id")
    try:
        require_eligible_signer(session, signer, actor)
    except Invalid:
        signer = None
    if recalled.proposal_kind is ProposalKind.WITHDRAWAL:
        verdicts.propose_withdrawal(
            session,
            claim,
            recalled.withdraw_reason or WithdrawReason.OTHER,
            recalled.rationale,
            actor=actor,
            language=recalled.language,
            version=version,
            at=at,
            requested_signer_id=signer,
        )
    else:
        proposed = verdict_facts.to_proposed(recalled)
        verdicts.propose(session, claim, proposed, actor=actor, version=version, at=at, requested_signer_id=signer)
