"""The in-app channel: reminders shown behind the bell. A row is sent when it is due and read when its editor marks it so."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    TextClause,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker import clock
from tracker.accounts.models import Editor
from tracker.accounts.queries import working_editors
from tracker.claims.enums import Status
from tracker.claims.mentions import called
from tracker.claims.models import Claim, Note, Verdict
from tracker.claims.queries import claim_rows
from tracker.db import Database
from tracker.notifications import outbox, recipients, revalidation
from tracker.notifications.models import Reminder, State
from tracker.notifications.steps import Kind
from tracker.notifications.subjects import Notice
from tracker.pagination import Head
from tracker.sql import AnyRow, AnySelect, read_columns, update_rows, write_values

NAME: Final = "bell"
BATCH: Final = 500
SHOWN: Final = 50
COUNTED: Final = 99
# Word for word as in the indexes.
_QUEUE: Final = text("claim.status IN ('open', 'due', 'proposed')")
_REQUESTED: Final = text("claim.status = 'proposed' AND claim.requested_signer_id IS NOT NULL")


def deliver_in_app(database: Database, at: datetime | None = None, *, stopping: Callable[[], bool] = lambda: False) -> int:
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
            rung += _deliver_batch(session, some, at)
        if len(some) < BATCH:
            break
    return rung


def _deliver_batch(session: Session, some: list[Reminder], at: datetime) -> int:
    decisions = revalidation.revalidate(session, some, recipients.load_directory(session, at))
    revalidation.cancel(session, some, decisions, at)
    rung = 0
    for row in some:
        decision = decisions[row.id]
        if decision.delivery is not None:
            rung += outbox.mark_sent(session, [row.id], at, decision.delivery.editor_id)
        elif decision.broken:
            outbox.mark_failed_unleased(session, row.id, at, decision.broken)
    return rung


@dataclass(frozen=True)
class InAppMessage:
    """One message of the bell. `holds`: its reason still exists; otherwise it is shown as done."""

    id: int
    at: datetime
    notice: Notice
    is_read: bool
    holds: bool
    anchor: str = ""  # what of the claim's page it is about


@dataclass(frozen=True)
class BellCounts:
    """What an editor should see: messages they have not read, and what waits for them, read or not.

    `reviews`: their own claims whose review date has come; `signatures`: proposals that they were asked to sign. Each is counted
    up to COUNTED + 1.
    """

    unread: int = 0
    reviews: int = 0
    signatures: int = 0

    @property
    def waiting(self) -> int:
        return self.reviews + self.signatures


def count(session: Session, editor_id: int, today: date, *, with_sample: bool) -> BellCounts:
    """The counts of an editor on a day, in one query."""
    return BellCounts(*read_columns(session, _counts(with_sample, COUNTED), {"editor": editor_id, "today": today}).one())


# Asked on every page, so built once.
@lru_cache
def _counts(with_sample: bool, counted: int) -> AnySelect:
    editor_id: BindParameter[int] = bindparam("editor")
    unread = select(Reminder.id).join(Claim, Claim.id == Reminder.claim_id).where(_unread_of(editor_id), _holds())
    mine: list[ColumnElement[bool] | TextClause] = [
        _QUEUE, Claim.owner_id == editor_id, Claim.review_on <= bindparam("today"), Claim.status.in_(revalidation.WAITING),
    ]  # fmt: skip
    asked: list[ColumnElement[bool] | TextClause] = [_REQUESTED, Claim.requested_signer_id == editor_id]
    if not with_sample:
        mine.append(Claim.is_sample.is_(False))
        asked.append(Claim.is_sample.is_(False))
    parts = (unread, select(Claim.id).where(*mine), select(Claim.id).where(*asked))
    counts = [select(func.count()).select_from(part.limit(counted + 1).subquery()).scalar_subquery() for part in parts]
    return write_values(select(*counts))


def recent(session: Session, editor_id: int, language: str) -> Head[InAppMessage]:
    """An editor's last SHOWN messages, newest first."""
    rows = session.execute(
        select(Reminder, _holds().label("holds"), Editor.name.label("absent_owner"))
        .join(Claim, Claim.id == Reminder.claim_id)
        .outerjoin(Editor, and_(Reminder.recipient != f"editor:{editor_id}", Reminder.recipient == _named("editor", Editor.id)))
        .where(Reminder.channel == NAME, Reminder.state == State.SENT, Reminder.delivered_to_id == editor_id)
        .order_by(Reminder.id.desc())
        .limit(SHOWN + 1)
    )
    head = Head.of(rows, SHOWN)
    found = head.rows
    claims = claim_rows.fetch(session, [row.Reminder.claim_id for row in found], language)
    authors = _authors(session, [row.Reminder.subject for row in found if row.Reminder.kind == Kind.MENTION])
    return Head([_shown(row, claims, authors) for row in found], head.has_more)


def _authors(session: Session, notes: list[str]) -> dict[str, str]:
    """Who wrote these notes, by the notes' names."""
    ids = [int(name.removeprefix("note:")) for name in notes]
    if not ids:
        return {}
    query = select(Note.id, Editor.name).join(Editor, Editor.id == Note.author_id).where(Note.id.in_(ids))
    return {f"note:{note_id}": name for note_id, name in session.execute(query)}


def _shown(row: AnyRow, claims: dict[int, claim_rows.ClaimRow], authors: dict[str, str]) -> InAppMessage:
    rung: Reminder = row.Reminder
    is_mention = rung.kind == Kind.MENTION
    by = authors.get(rung.subject, "")
    notice = Notice(rung.kind, rung.step, claims[rung.claim_id or 0], "" if is_mention else row.absent_owner or "", by)
    anchor = f"n{rung.subject.removeprefix('note:')}" if is_mention else ""
    return InAppMessage(rung.id, rung.ended_at or rung.due_at, notice, rung.read_at is not None, bool(row.holds), anchor)


def read(session: Session, editor_id: int, *, up_to: int, at: datetime | None = None) -> int:
    """Mark an editor's messages as read, up to one that they have seen; return how many."""
    return len(update_rows(session, Reminder, _unread_of(editor_id), Reminder.id <= up_to, read_at=at or clock.now()))


def _unread_of(editor_id: object) -> ColumnElement[bool]:
    return and_(
        Reminder.channel == NAME,
        Reminder.state == State.SENT,
        Reminder.read_at.is_(None),
        Reminder.delivered_to_id == editor_id,
    )


def _holds() -> ColumnElement[bool]:
    waits = and_(Reminder.kind == Kind.REVIEW, Claim.status.in_(revalidation.WAITING), Claim.due_cycle == Reminder.due_cycle)
    asks = and_(
        Reminder.kind == Kind.SIGNOFF,
        Claim.status == Status.PROPOSED,
        Reminder.subject == _named("verdict", Claim.proposal_id),
    )
    disputed = and_(Reminder.kind == Kind.DISPUTE, Claim.status.in_(revalidation.WAITING))
    return or_(waits, asks, disputed, Reminder.kind == Kind.MENTION)


def _named(kind: str, id_: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[str]:
    return literal(f"{kind}:") + cast(id_, String)


def notify_proposer(session: Session, claim: Claim, proposal: Verdict, at: datetime) -> None:
    """Tell the proposer of a verdict that was sent back a second time that a chief editor may now decide."""
    if proposal.proposed_by_id is not None:
        _store_delivered(session, Kind.DISPUTE, f"verdict:{proposal.id}", proposal.proposed_by_id, claim.id, at)


def notify_mentioned(session: Session, note: Note) -> None:
    """Tell every editor whom a new note mentions, its author left out."""
    for editor_id in called(note.body, working_editors(session)) if "@" in note.body else ():
        if editor_id != note.author_id:
            _store_delivered(session, Kind.MENTION, f"note:{note.id}", editor_id, note.claim_id, note.created_at)


def _store_delivered(session: Session, kind: Kind, subject: str, editor_id: int, claim_id: int, at: datetime) -> None:
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
