"""The bell: reminders on the tracker's own pages. A row is sent when it is due, and read when its editor says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Editor
from tracker.claims.models import Claim, Note
from tracker.claims.queries import rows as claim_rows
from tracker.claims.words import Status
from tracker.db import Database
from tracker.notifications import checks, outbox, roster
from tracker.notifications.headings import Notice
from tracker.notifications.models import Reminder, State
from tracker.notifications.steps import Kind

NAME: Final = "bell"
BATCH: Final = 500
SHOWN: Final = 50
COUNTED: Final = 99


def ring(database: Database, at: datetime | None = None, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Show what is due, looked at once more in the same transaction; return how many messages. Safe to run in parallel."""
    at = at or clock.now()
    which = outbox.can_be_sent(NAME, at)
    rung = 0
    while not stopping():
        with database.reading() as session:
            if session.scalar(select(Reminder.id).where(which).limit(1)) is None:
                break
        with database.writing() as session:
            query = select(Reminder).where(which).order_by(Reminder.next_try_at, Reminder.id).limit(BATCH)
            some = list(session.scalars(query.with_for_update(skip_locked=True)))
            rung += _ring(session, some, at)
        if len(some) < BATCH:
            break
    return rung


def _ring(session: Session, some: list[Reminder], at: datetime) -> int:
    fates = checks.look(session, some, roster.load(session, at))
    checks.cancel(session, some, fates, at)
    rung = 0
    for row in some:
        fate = fates[row.id]
        if fate.delivery is not None:
            rung += outbox.mark_sent(session, [row.id], at, fate.delivery.editor_id)
        elif fate.broken:
            outbox.set_aside_alone(session, row.id, at, fate.broken)
    return rung


@dataclass(frozen=True)
class Ring:
    """One message of the bell. `holds`: it is still so; what was settled meanwhile asks for nothing any more."""

    id: int
    at: datetime
    notice: Notice
    is_read: bool
    holds: bool
    anchor: str = ""  # what of the claim's page it is about


def unread(session: Session, editor_id: int) -> int:
    """How many messages an editor has not read and still hold, counted up to COUNTED + 1."""
    query = select(Reminder.id).join(Claim, Claim.id == Reminder.claim_id).where(_unread_of(editor_id), _holds())
    return session.scalar(select(func.count()).select_from(query.limit(COUNTED + 1).subquery())) or 0


def recent(session: Session, editor_id: int, language: str) -> Sequence[Ring]:
    """An editor's last messages, newest first."""
    found = session.execute(
        select(Reminder, _holds().label("holds"), Editor.name.label("owed_to"))
        .join(Claim, Claim.id == Reminder.claim_id)
        .outerjoin(Editor, and_(Reminder.recipient != f"editor:{editor_id}", Reminder.recipient == _named("editor", Editor.id)))
        .where(Reminder.channel == NAME, Reminder.state == State.SENT, Reminder.delivered_to_id == editor_id)
        .order_by(Reminder.id.desc())
        .limit(SHOWN)
    ).all()
    claims = claim_rows.fetch(session, [row.Reminder.claim_id for row in found], language)
    authors = _authors(session, [row.Reminder.subject for row in found if row.Reminder.kind == Kind.MENTION])
    return [_shown(row, claims, authors) for row in found]


def _authors(session: Session, notes: list[str]) -> dict[str, str]:
    """Who wrote these notes, by the notes' names."""
    ids = [int(name.removeprefix("note:")) for name in notes]
    if not ids:
        return {}
    query = select(Note.id, Editor.name).join(Editor, Editor.id == Note.author_id).where(Note.id.in_(ids))
    return {f"note:{note_id}": name for note_id, name in session.execute(query)}


def _shown(row: Any, claims: dict[int, claim_rows.ClaimRow], authors: dict[str, str]) -> Ring:
    rung: Reminder = row.Reminder
    is_mention = rung.kind == Kind.MENTION
    by = authors.get(rung.subject, "")
    notice = Notice(rung.kind, rung.step, claims[rung.claim_id or 0], "" if is_mention else row.owed_to or "", by)
    anchor = f"n{rung.subject.removeprefix('note:')}" if is_mention else ""
    return Ring(rung.id, rung.ended_at or rung.due_at, notice, rung.read_at is not None, bool(row.holds), anchor)


def read(session: Session, editor_id: int, *, up_to: int, at: datetime | None = None) -> int:
    """Mark an editor's messages as read, up to one that they have seen; return how many."""
    marked = session.scalars(
        update(Reminder)
        .where(_unread_of(editor_id), Reminder.id <= up_to)
        .values(read_at=at or clock.now())
        .returning(Reminder.id)
        .execution_options(synchronize_session=False)
    )
    return len(marked.all())


def _unread_of(editor_id: int) -> ColumnElement[bool]:
    return and_(
        Reminder.channel == NAME,
        Reminder.state == State.SENT,
        Reminder.read_at.is_(None),
        Reminder.delivered_to_id == editor_id,
    )


def _holds() -> ColumnElement[bool]:
    waits = and_(Reminder.kind == Kind.REVIEW, Claim.status.in_(checks.WAITS), Claim.due_cycle == Reminder.due_cycle)
    asks = and_(
        Reminder.kind == Kind.SIGNOFF,
        Claim.status == Status.PROPOSED,
        Reminder.subject == _named("verdict", Claim.proposal_id),
    )
    return or_(waits, asks, Reminder.kind == Kind.MENTION)


def _named(kind: str, id_: Any) -> Any:
    return literal(f"{kind}:") + cast(id_, String)
