"""The outbox: messages are enqueued here, leased by the dispatcher and marked with their result.

Works on rows alone and knows no channel. A lease lasts longer than one attempt may; a row whose lease has expired can be leased
again, because the process that held it is gone.
"""

import hashlib
import math
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.roles import Role
from tracker.db import Database
from tracker.errors import N_, Conflict, Forbidden
from tracker.ledger import Actor
from tracker.notifications.models import Reason, Reminder, State
from tracker.pagination import Head
from tracker.sql import insert_into, update_rows

# Nothing is planned more than a day ahead; a later moment comes from a clock that was wrong.
FAR: Final = timedelta(hours=26)
# Backoff between attempts; the last is repeated. After GIVE_UP_AFTER a message fails.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240))
GIVE_UP_AFTER: Final = timedelta(hours=24)
DETAIL_MAX: Final = 500
_ENDED: Final = (State.SENT, State.FAILED)

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True)
class PendingMessage:
    """A message to be enqueued. The first six fields are its unique key; it is not sent before `due_at`."""

    kind: str
    subject: str
    recipient: str
    channel: str
    due_cycle: int
    step: str
    due_at: datetime
    claim_id: int | None = None


@dataclass(frozen=True)
class Lease:
    """Rows that one process may send until the lease expires, as the message of the row `leader_id`, to `recipient`.

    `ends`: when it expires, by the monotonic clock of the process that holds it.
    """

    token: str
    leader_id: int
    ids: tuple[int, ...]
    recipient: str = ""
    ends: float = math.inf


def enqueue(session: Session, messages: Iterable[PendingMessage], at: datetime) -> int:
    """Insert messages that are not in the outbox yet; return how many rows were inserted or revived.

    A cancelled message is revived when its cause is undone; one that was sent never is.
    """
    rows = [_row(each, at) for each in messages]
    if not rows:
        return 0
    new = insert_into(session, Reminder)
    key = ["kind", "subject", "recipient", "channel", "due_cycle", "step"]
    again = {
        "state": State.PLANNED, "due_at": new.excluded.due_at, "next_try_at": new.excluded.next_try_at, "reason": "",
        "detail": "", "ended_at": None, "leader_id": None, "first_try_at": None,
    }  # fmt: skip
    new = new.on_conflict_do_update(index_elements=key, set_=again, where=Reminder.state == State.CANCELLED)
    # One order for all planners, against deadlocks.
    rows.sort(key=lambda row: [row[column] for column in key])
    return len(session.scalars(new.returning(Reminder.id), rows).all())


def _row(message: PendingMessage, at: datetime) -> dict[str, object]:
    key = (message.kind, message.subject, message.recipient, message.channel, message.due_cycle, message.step)
    return {
        **vars(message), "state": State.PLANNED, "planned_at": at, "next_try_at": message.due_at, "attempts": 0,
        "message_id": stable_id(key, at), "reason": "", "detail": "",
    }  # fmt: skip


def stable_id(key: tuple[str, str, str, str, int, str], planned_at: datetime) -> str:
    """The idempotency key that every copy of a message carries. It includes the moment of planning: a newsroom that starts over
    with the same row numbers must not look like a repetition."""
    return hashlib.sha256(repr((*map(str, key), planned_at.isoformat())).encode()).hexdigest()[:32]


# --- leasing ---


def can_be_sent(channel: str, at: datetime) -> ColumnElement[bool]:
    """Rows of a channel that are due and not batched into another."""
    return and_(
        Reminder.state == State.PLANNED,
        Reminder.leader_id.is_(None),
        Reminder.channel == channel,
        Reminder.next_try_at <= at,
    )


def _is_lease_expired(at: datetime) -> ColumnElement[bool]:
    expired = or_(Reminder.lease_until <= at, Reminder.lease_until > at + FAR)
    return and_(Reminder.state == State.LEASED, expired)


def _is_postponed_by_clock(at: datetime) -> ColumnElement[bool]:
    # A message planned for a far day by a wrong clock waits for that day; a retry must not.
    return and_(Reminder.state == State.PLANNED, Reminder.next_try_at > at + FAR, Reminder.next_try_at > Reminder.due_at)


@cache
def _is_orphaned() -> ColumnElement[bool]:
    """Rows batched under a leader that is finished or itself batched: the dispatcher would never pick them up."""
    leader = aliased(Reminder)
    goes = exists().where(
        leader.id == Reminder.leader_id, leader.leader_id.is_(None), leader.state.in_((State.PLANNED, State.LEASED))
    )
    return and_(Reminder.state == State.PLANNED, Reminder.leader_id.is_not(None), ~goes)


def recover(database: Database, at: datetime) -> int:
    """Free rows that are stuck (see `_recover`), if there are any; return how many."""
    ways = (_is_lease_expired(at), _is_postponed_by_clock(at), _is_orphaned())
    with database.reading() as session:
        if all(session.scalar(select(Reminder.id).where(way).limit(1)) is None for way in ways):
            return 0
    with database.writing() as session:
        return _recover(session, at)


def _recover(session: Session, at: datetime) -> int:
    """Free rows leased by dead processes, postponed by a wrong clock, or batched into a message that will not be sent."""
    expired = update_rows(session, Reminder, _is_lease_expired(at), **_planned_again(at))
    postponed = update_rows(
        session, Reminder, _is_postponed_by_clock(at), next_try_at=case((Reminder.due_at > at, Reminder.due_at), else_=at)
    )
    orphaned = session.scalars(select(Reminder).where(_is_orphaned()).with_for_update(skip_locked=True)).all()
    for row in orphaned:
        _detach(row)
    return len(expired) + len(postponed) + len(orphaned)


def _detach(row: Reminder) -> None:
    """Make a row a message of its own, with an id that differs from the batch it was in."""
    row.leader_id = None
    row.message_id = stable_id(row.key, row.planned_at)


def lease(session: Session, leader: Reminder, ids: Collection[int], at: datetime, seconds: float) -> Lease:
    """Lease rows that the caller has locked, as one message of the leader. Counts an attempt, since the process may crash.

    The batched rows take over the leader's message id, so that every copy of the message has the same.
    """
    token = secrets.token_hex(16)
    batched = [id_ for id_ in ids if id_ != leader.id]
    if batched:
        update_rows(session, Reminder, Reminder.id.in_(batched), leader_id=leader.id, message_id=leader.message_id)
    update_rows(
        session,
        Reminder,
        Reminder.id.in_(ids),
        state=State.LEASED,
        lease_token=token,
        lease_until=at + timedelta(seconds=seconds),
        attempts=Reminder.attempts + 1,
        first_try_at=func.coalesce(Reminder.first_try_at, at),
    )
    return Lease(token, leader.id, tuple(sorted(ids)), leader.recipient)


# --- results ---


def mark_sent(session: Session, ids: Sequence[int], at: datetime, delivered_to_id: int | None) -> int:
    """Mark rows as accepted by the receiver, regardless of later changes; return how many were not marked yet."""
    return _end(session, [Reminder.id.in_(ids)], at, State.SENT, delivered_to_id=delivered_to_id)


def cancel(session: Session, ids: Sequence[int], at: datetime, reason: Reason) -> int:
    """Cancel rows that are planned or leased; sent and failed ones stay as they are."""
    return _end(session, [Reminder.id.in_(ids), Reminder.state.in_((State.PLANNED, State.LEASED))], at, State.CANCELLED, reason)


def mark_failed(session: Session, lease: Lease, at: datetime, reason: Reason, detail: str) -> int:
    """Mark leased rows as failed, with the reason."""
    return _end(session, _of(lease, lease.ids), at, State.FAILED, reason, detail)


def mark_failed_unleased(session: Session, reminder_id: int, at: datetime, detail: str) -> int:
    """Mark a row as failed that no message can be made of and that is not leased."""
    return _end(session, [Reminder.id == reminder_id], at, State.FAILED, Reason.BROKEN, detail)


def _of(lease: Lease, ids: Sequence[int]) -> Conditions:
    return [Reminder.id.in_(ids), Reminder.lease_token == lease.token]


def _end(
    session: Session, which: Conditions, at: datetime, state: State, reason: str = "", detail: str = "", **values: object
) -> int:
    ended = {"ended_at": at, "reason": str(reason), "detail": detail[:DETAIL_MAX], "lease_until": None, "lease_token": None}
    return len(update_rows(session, Reminder, *which, Reminder.state != State.SENT, state=state, **ended, **values))


def try_later(session: Session, lease: Lease, at: datetime, detail: str) -> State:
    """Schedule the next attempt with backoff, or mark the rows as failed after GIVE_UP_AFTER; return their state."""
    leader = session.get(Reminder, lease.leader_id)
    assert leader is not None
    if leader.first_try_at is not None and at - leader.first_try_at >= GIVE_UP_AFTER:
        mark_failed(session, lease, at, Reason.FAILED, detail)
        return State.FAILED
    pause = PAUSES[min(leader.attempts, len(PAUSES)) - 1]
    update_rows(session, Reminder, *_of(lease, lease.ids), **_planned_again(at + pause), detail=detail[:DETAIL_MAX])
    return State.PLANNED


def release(session: Session, lease: Lease, ids: Sequence[int], at: datetime, *, untried: bool = False) -> None:
    """Return leased rows to the outbox, to be sent one by one now. `untried`: do not count this as an attempt."""
    for row in session.scalars(select(Reminder).where(*_of(lease, ids)).with_for_update()):
        _detach(row)
        if untried:
            row.attempts -= 1
            row.first_try_at = row.first_try_at if row.attempts else None
    session.flush()
    update_rows(session, Reminder, *_of(lease, ids), **_planned_again(at))


def _planned_again(at: datetime) -> dict[str, object]:
    return {"state": State.PLANNED, "next_try_at": at, "lease_until": None, "lease_token": None}


# --- reading ---


def list_failed(session: Session, most: int = 50) -> Sequence[Reminder]:
    """The newest failed messages."""
    query = select(Reminder).where(Reminder.state == State.FAILED).order_by(Reminder.ended_at.desc(), Reminder.id.desc())
    return session.scalars(query.limit(most)).all()


def last_result(session: Session, recipient: str, channel: str) -> Reminder | None:
    """The last sent or failed message to a recipient over a channel."""
    query = select(Reminder).where(Reminder.recipient == recipient, Reminder.channel == channel, Reminder.state.in_(_ENDED))
    return session.scalar(query.order_by(Reminder.ended_at.desc(), Reminder.id.desc()).limit(1))


def list_deliveries(session: Session, recipient: str, channel: str, most: int) -> Head[Reminder]:
    """The last messages to a recipient over a channel: those that were tried and wait for another try, then sent and failed ones.

    The newest come first.
    """
    query = select(Reminder).where(Reminder.recipient == recipient, Reminder.channel == channel)
    tried = query.where(Reminder.state.in_((State.PLANNED, State.LEASED)), Reminder.attempts > 0).order_by(Reminder.id.desc())
    ended = query.where(Reminder.state.in_(_ENDED)).order_by(Reminder.ended_at.desc(), Reminder.id.desc())
    rows = list(session.scalars(tried.limit(most + 1)))
    rows += session.scalars(ended.limit(most + 1 - len(rows)))
    return Head.of(rows, most)


def redeliver(session: Session, reminder_id: int, recipient: str, at: datetime) -> None:
    """Send a message again that was sent or failed, under its id, by which the receiver knows a repetition.

    Raises Conflict if the recipient has no such message, or if it is waiting to be sent.
    """
    query = select(Reminder).where(Reminder.id == reminder_id, Reminder.recipient == recipient, Reminder.state.in_(_ENDED))
    row = session.scalar(query.with_for_update())
    if row is None:
        raise Conflict(N_("This message is being sent again already."))
    row.state, row.next_try_at, row.first_try_at, row.attempts = State.PLANNED, at, None, 0
    row.leader_id, row.ended_at, row.reason, row.detail = None, None, "", ""


def try_again(session: Session, reminder_id: int, at: datetime, actor: Actor) -> None:
    """Retry a failed message. Raises Forbidden for all but admins, Conflict if it has not failed or was retried already."""
    if not actor.roles & {Role.ADMIN, Role.SYSTEM}:
        raise Forbidden(N_("Your role does not allow this."))
    failed = [Reminder.id == reminder_id, Reminder.state == State.FAILED]
    as_new = {"first_try_at": None, "attempts": 0, "leader_id": None, "ended_at": None, "reason": ""}
    if not update_rows(session, Reminder, *failed, state=State.PLANNED, next_try_at=at, **as_new):
        raise Conflict(N_("This message is being sent again already."))
