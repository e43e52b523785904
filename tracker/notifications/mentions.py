"""Who is called in a note learns it by the bell: once, in the transaction that stores the note."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.claims.mentions import called
from tracker.claims.models import Note
from tracker.claims.queries.choices import working_editors
from tracker.ledger import recording
from tracker.notifications.models import Reminder, State
from tracker.notifications.steps import Kind

FRESH: Final = timedelta(minutes=1)  # a note that is older was not written now: it was imported


def on_seal(session: Session, said: Iterable[tuple[str, str]]) -> None:
    """Called with the kind and subject of every event that is about to be sealed."""
    claims = {int(subject.removeprefix("claim:")) for kind, subject in said if kind == "note.add"}
    if not claims:
        return
    now = clock.now()
    query = select(Note).where(Note.claim_id.in_(claims), Note.created_at >= now - FRESH, Note.body.contains("@"))
    for note in session.scalars(query.order_by(Note.id)).all():
        _ring(session, note)


def _ring(session: Session, note: Note) -> None:
    known = set(session.scalars(select(Reminder.recipient).where(Reminder.subject == f"note:{note.id}")))
    for editor_id in called(note.body, working_editors(session)):
        if editor_id == note.author_id or f"editor:{editor_id}" in known:
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


def watch() -> None:
    """See every event of this process before it is sealed. Doing it twice does nothing."""
    recording.before_seal(on_seal)
