"""The outbox: what is owed is written here, leased by whoever sends it, and marked with what became of it.

Everything works on rows alone and knows no channel. A row is leased for longer than a try may last; whoever finds a lease that
has run out may take the row again, because the process that held it is gone.
"""

import hashlib
import math
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import and_, case, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from tracker.accounts.roles import Role
from tracker.db import Database
from tracker.errors import N_, Conflict, Forbidden
from tracker.ledger import Actor
from tracker.notifications.models import Reminder, State
from tracker.notifications.reasons import Reason

# Nothing is planned further ahead than a day, so what lies further off is from a clock that was wrong.
FAR: Final = timedelta(hours=26)
# Pauses between tries; the last is repeated. After so long without success, a message is set aside.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240))
GIVE_UP_AFTER: Final = timedelta(hours=24)
DETAIL_MAX: Final = 500


@dataclass(frozen=True)
class Owed:
    """A message that is owed; the first six make its key. Not before `due_at`."""

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
    """Rows that one process may send until the lease runs out. The message is that of the row `carrier_id`, to `recipient`.

    `ends`: when that is, by the monotonic clock of the process that holds it.
    """

    token: str
    carrier_id: int
    ids: tuple[int, ...]
    recipient: str = ""
    ends: float = math.inf


def owe(session: Session, owed: Iterable[Owed], at: datetime) -> int:
    """Write down what is owed, where it is not already; return how many rows that made or called back to life.

    A cancelled message may be owed again, when what cancelled it is undone; one that was sent never is.
    """
    rows = [_row(each, at) for each in owed]
    if not rows:
        return 0
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    new: Any = (postgresql if is_postgresql else sqlite).insert(Reminder)
    key = ["kind", "subject", "recipient", "channel", "due_cycle", "step"]
    again = {
        "state": State.PLANNED, "due_at": new.excluded.due_at, "next_try_at": new.excluded.next_try_at, "reason": "",
        "detail": "", "ended_at": None, "carrier_id": None, "first_try_at": None,
    }  # fmt: skip
    new = new.on_conflict_do_update(index_elements=key, set_=again, where=Reminder.state == State.CANCELLED)
    # In one order, or two planners could wait for each other.
    rows.sort(key=lambda row: [row[column] for column in key])
    return len(session.scalars(new.returning(Reminder.id), rows).all())


def _row(owed: Owed, at: datetime) -> dict[str, Any]:
    key = (owed.kind, owed.subject, owed.recipient, owed.channel, owed.due_cycle, owed.step)
    return {
        **vars(owed), "state": State.PLANNED, "planned_at": at, "next_try_at": owed.due_at, "attempts": 0,
        "message_id": stable_id(key, at), "reason": "", "detail": "",
    }  # fmt: skip


def stable_id(key: tuple[str, str, str, str, int, str], planned_at: datetime) -> str:
    """The id of every copy of a message. With the moment, so that a newsroom that begins anew with the same numbers is not taken
    for repeating itself."""
    return hashlib.sha256(repr((*map(str, key), planned_at.isoformat())).encode()).hexdigest()[:32]


# --- leasing ---


def can_be_sent(channel: str, at: datetime) -> Any:
    """Rows of a channel whose time has come and that are messages of their own."""
    return and_(
        Reminder.state == State.PLANNED,
        Reminder.carrier_id.is_(None),
        Reminder.channel == channel,
        Reminder.next_try_at <= at,
    )


def _is_lost(at: datetime) -> Any:
    expired = or_(Reminder.lease_until <= at, Reminder.lease_until > at + FAR)
    return and_(Reminder.state == State.LEASED, expired)


def _is_put_off(at: datetime) -> Any:
    # What was planned for a day far off, by a clock that was wrong, can wait for that day. A second try cannot.
    return and_(Reminder.state == State.PLANNED, Reminder.next_try_at > at + FAR, Reminder.next_try_at > Reminder.due_at)


@cache
def _is_left_behind() -> Any:
    """A rider whose carrier goes nowhere any more, or rides with another itself: neither would ever be taken up."""
    carrier = aliased(Reminder)
    goes = exists().where(
        carrier.id == Reminder.carrier_id, carrier.carrier_id.is_(None), carrier.state.in_((State.PLANNED, State.LEASED))
    )
    return and_(Reminder.state == State.PLANNED, Reminder.carrier_id.is_not(None), ~goes)


def recover(database: Database, at: datetime) -> int:
    """Put right what is stuck, if anything is (see `_recover`); return how many rows that was."""
    ways = (_is_lost(at), _is_put_off(at), _is_left_behind())
    with database.reading() as session:
        if all(session.scalar(select(Reminder.id).where(way).limit(1)) is None for way in ways):
            return 0
    with database.writing() as session:
        return _recover(session, at)


def _recover(session: Session, at: datetime) -> int:
    """Give back what dead processes had leased, what a wrong clock put off for long, and what travelled in a message that will
    not be sent."""
    given_back = _update(session, [_is_lost(at)], state=State.PLANNED, next_try_at=at, lease_until=None, lease_token=None)
    put_off = _update(session, [_is_put_off(at)], next_try_at=case((Reminder.due_at > at, Reminder.due_at), else_=at))
    left_behind = session.scalars(select(Reminder).where(_is_left_behind()).with_for_update(skip_locked=True)).all()
    for row in left_behind:
        _alone(row)
    return len(given_back) + len(put_off) + len(left_behind)


def _update(session: Session, which: list[Any], **values: Any) -> Sequence[int]:
    statement = update(Reminder).where(*which).values(**values).returning(Reminder.id)
    return session.scalars(statement.execution_options(synchronize_session=False)).all()


def _alone(row: Reminder) -> None:
    """From now on a message of its own, which must not be taken for the one it travelled in."""
    row.carrier_id = None
    row.message_id = stable_id(row.key, row.planned_at)


def take(session: Session, carrier: Reminder, ids: Collection[int], at: datetime, seconds: float) -> Lease:
    """Lease rows that the caller has locked, as one message: that of the carrier. Counts an attempt, for a process may die of it.

    The riders take the carrier's id over, so that every copy of the message has it, whichever of them is left then.
    """
    token = secrets.token_hex(16)
    riders = [id_ for id_ in ids if id_ != carrier.id]
    if riders:
        _update(session, [Reminder.id.in_(riders)], carrier_id=carrier.id, message_id=carrier.message_id)
    _update(
        session,
        [Reminder.id.in_(ids)],
        state=State.LEASED,
        lease_token=token,
        lease_until=at + timedelta(seconds=seconds),
        attempts=Reminder.attempts + 1,
        first_try_at=func.coalesce(Reminder.first_try_at, at),
    )
    return Lease(token, carrier.id, tuple(sorted(ids)), carrier.recipient)


# --- what became of it ---


def mark_sent(session: Session, ids: Sequence[int], at: datetime, delivered_to_id: int | None) -> int:
    """The receiver has accepted it, whatever anybody has done to the rows since; return how many that is news for."""
    return _end(session, [Reminder.id.in_(ids)], at, State.SENT, delivered_to_id=delivered_to_id)


def cancel(session: Session, ids: Sequence[int], at: datetime, reason: Reason) -> int:
    """It is not to be sent any more. What was sent or set aside stays so."""
    return _end(session, [Reminder.id.in_(ids), Reminder.state.in_((State.PLANNED, State.LEASED))], at, State.CANCELLED, reason)


def set_aside(session: Session, lease: Lease, at: datetime, reason: Reason, detail: str) -> int:
    """It cannot be sent as it is."""
    return _end(session, _of(lease, lease.ids), at, State.SET_ASIDE, reason, detail)


def set_aside_alone(session: Session, reminder_id: int, at: datetime, detail: str) -> int:
    """A row that no message can be made of, where nothing is leased."""
    return _end(session, [Reminder.id == reminder_id], at, State.SET_ASIDE, Reason.BROKEN, detail)


def _of(lease: Lease, ids: Sequence[int]) -> list[Any]:
    return [Reminder.id.in_(ids), Reminder.lease_token == lease.token]


def _end(
    session: Session, which: list[Any], at: datetime, state: State, reason: str = "", detail: str = "", **values: Any
) -> int:
    ended = {"ended_at": at, "reason": str(reason), "detail": detail[:DETAIL_MAX], "lease_until": None, "lease_token": None}
    return len(_update(session, [*which, Reminder.state != State.SENT], state=state, **ended, **values))


def try_later(session: Session, lease: Lease, at: datetime, detail: str) -> State:
    """It did not work for now: back into the outbox, after a pause that grows; or set aside, after a day of trying."""
    carrier = session.get(Reminder, lease.carrier_id)
    assert carrier is not None
    if carrier.first_try_at is not None and at - carrier.first_try_at >= GIVE_UP_AFTER:
        set_aside(session, lease, at, Reason.FAILED, detail)
        return State.SET_ASIDE
    pause = PAUSES[min(carrier.attempts, len(PAUSES)) - 1]
    _update(session, _of(lease, lease.ids), **_back(at + pause), detail=detail[:DETAIL_MAX])
    return State.PLANNED


def release(session: Session, lease: Lease, ids: Sequence[int], at: datetime, *, untried: bool = False) -> None:
    """Give rows back to be sent each by itself, now. `untried`: they were in no message yet, and this was no try."""
    for row in session.scalars(select(Reminder).where(*_of(lease, ids)).with_for_update()):
        _alone(row)
        if untried:
            row.attempts -= 1
            row.first_try_at = row.first_try_at if row.attempts else None
    session.flush()
    _update(session, _of(lease, ids), **_back(at))


def _back(at: datetime) -> dict[str, Any]:
    return {"state": State.PLANNED, "next_try_at": at, "lease_until": None, "lease_token": None}


# --- looking at it ---


@dataclass(frozen=True)
class Counts:
    """How full the outbox is. `oldest_waiting`: since when the oldest message that could be sent now has been owed."""

    waiting: int
    leased: int
    set_aside: int
    oldest_waiting: datetime | None


def counts(session: Session, at: datetime) -> Counts:
    """For whoever looks after the installation."""

    def count(*which: Any) -> int:
        return session.scalar(select(func.count()).select_from(Reminder).where(*which)) or 0

    due = and_(Reminder.state == State.PLANNED, Reminder.due_at <= at)
    return Counts(
        waiting=count(due),
        leased=count(Reminder.state == State.LEASED),
        set_aside=count(Reminder.state == State.SET_ASIDE),
        oldest_waiting=session.scalar(select(func.min(Reminder.due_at)).where(due)),
    )


def put_aside(session: Session, most: int = 50) -> Sequence[Reminder]:
    """What was set aside, newest first."""
    query = select(Reminder).where(Reminder.state == State.SET_ASIDE).order_by(Reminder.ended_at.desc(), Reminder.id.desc())
    return session.scalars(query.limit(most)).all()


def last_result(session: Session, recipient: str, channel: str) -> Reminder | None:
    """What became of the last message to a recipient over a channel."""
    ended = (State.SENT, State.SET_ASIDE)
    query = select(Reminder).where(Reminder.recipient == recipient, Reminder.channel == channel, Reminder.state.in_(ended))
    return session.scalar(query.order_by(Reminder.ended_at.desc(), Reminder.id.desc()).limit(1))


def try_again(session: Session, reminder_id: int, at: datetime, actor: Actor) -> None:
    """Send what was set aside after all. Raises Forbidden but for admins, Conflict if it is not set aside any more."""
    if not actor.roles & {Role.ADMIN, Role.SYSTEM}:
        raise Forbidden(N_("Your role does not allow this."))
    won = session.scalar(
        update(Reminder)
        .where(Reminder.id == reminder_id, Reminder.state == State.SET_ASIDE)
        .values(state=State.PLANNED, next_try_at=at, first_try_at=None, attempts=0, carrier_id=None, ended_at=None, reason="")
        .returning(Reminder.id)
        .execution_options(synchronize_session=False)
    )
    if won is None:
        raise Conflict(N_("This message is not set aside any more."))
