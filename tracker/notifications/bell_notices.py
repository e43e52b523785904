"""Messages that are in the bell at once, each stored as delivered in the transaction of what it tells of."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.accounts.queries import working_editors
from tracker.claims.mentions import called
from tracker.claims.models import Claim, Note, Verdict
from tracker.notifications.models import Reminder, State
from tracker.notifications.steps import Kind


def notify_proposer(session: Session, claim: Claim, proposal: Verdict, at: datetime) -> None:
    """Tell the proposer of a verdict that was sent back a second time that a chief editor may now decide."""
    if proposal.proposed_by_id is not None:
        _store(session, Kind.DISPUTE, f"verdict:{proposal.id}", proposal.proposed_by_id, claim.id, at)


def notify_mentioned(session: Session, note: Note) -> None:
    """Tell every editor whom a new note mentions, its author left out."""
    for editor_id in called(note.body, working_editors(session)) if "@" in note.body else ():
        if editor_id != note.author_id:
            _store(session, Kind.MENTION, f"note:{note.id}", editor_id, note.claim_id, note.created_at)


def _store(session: Session, kind: Kind, subject: str, editor_id: int, claim_id: int, at: datetime) -> None:
    session.add(
        Reminder(
            kind=kind,
            subject=subject,
            recipient=f"editor:{editor_id}",
            channel="bell",
            due_cycle=0,
            step="once",
            claim_id=claim_id,
            state=State.SENT,
            due_at=at,
            next_try_at=at,
            ended_at=at,
            message_id=secrets.token_hex(16),
            delivered_to_id=editor_id,
        )
    )
