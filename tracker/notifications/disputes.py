"""The proposer of a verdict that was sent back a second time learns in the bell that a chief editor may now decide."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.claims.models import Claim, Verdict
from tracker.notifications.models import Reminder, State
from tracker.notifications.steps import Kind


def notify_proposer(session: Session, claim: Claim, proposal: Verdict, at: datetime) -> None:
    """Store a delivered message for the proposer, in the transaction of the return."""
    if proposal.proposed_by_id is None:
        return
    session.add(
        Reminder(
            kind=Kind.DISPUTE,
            subject=f"verdict:{proposal.id}",
            recipient=f"editor:{proposal.proposed_by_id}",
            channel="bell",
            due_cycle=0,
            step="once",
            claim_id=claim.id,
            state=State.SENT,
            due_at=at,
            next_try_at=at,
            ended_at=at,
            message_id=secrets.token_hex(16),
            delivered_to_id=proposal.proposed_by_id,
        )
    )
