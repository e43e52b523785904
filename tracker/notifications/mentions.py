"""Colleagues who are mentioned in a note learn it in the bell: once, in the transaction that stores the note."""

import secrets

from sqlalchemy.orm import Session

from tracker.accounts.queries import working_editors
from tracker.claims.mentions import called
from tracker.claims.models import Note
from tracker.notifications.models import Reminder, State
from tracker.notifications.steps import Kind


def notify_mentioned(session: Session, note: Note) -> None:
    """Store a delivered message for every editor whom a new note mentions, its author left out."""
    for editor_id in called(note.body, working_editors(session)) if "@" in note.body else ():
        if editor_id == note.author_id:
            continue
        session.add(
            Reminder(
                kind=Kind.MENTION,
                subject=f"note:{note.id}",
                recipient=f"editor:{editor_id}",
                channel="bell",
                due_cycle=0,
                step="once",
                claim_id=note.claim_id,
                state=State.SENT,
                due_at=note.created_at,
                next_try_at=note.created_at,
                ended_at=note.created_at,
                message_id=secrets.token_hex(16),
                delivered_to_id=editor_id,
            )
        )
