"""The steps of claims that wait for their review.

A claim holds the day of its next step (`remind_on`) and the wait that day belongs to (`remind_cycle`); the planner looks at it on
that day, and at once when a new review cycle has started.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from tracker.claims.lifecycle import MOVES
from tracker.claims.models import Claim
from tracker.ledger.models import Event
from tracker.notifications import outbox, webhook_events
from tracker.notifications.models import Reason, Reminder, State
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.recipients import Directory
from tracker.notifications.steps import Kind, Step, Wait
from tracker.sql import AnyRow, AnySelect

# The moves that begin a new wait.
_BEGINS = tuple(f"claim.{name}" for name, move in MOVES.items() if move.new_wait)
# Word for word as in the indexes: a database uses a partial index only where it sees that the condition implies it.
_WAITS = text("claim.status IN ('open', 'due')")
_REARMED = text("claim.remind_cycle <> claim.due_cycle")


def are_due(session: Session, directory: Directory, channels: tuple[str, ...]) -> bool:
    """Whether there is a claim to look at."""
    return any(session.execute(query.limit(1)).first() is not None for query in _queries(directory))


def plan(session: Session, directory: Directory, channels: tuple[str, ...], batch: int) -> tuple[int, bool]:
    """Look at a batch of claims: write down the newest step of each and when the next one comes."""
    claims: dict[int, AnyRow] = {}
    for query in _queries(directory):
        if left := batch - len(claims):
            # A claim that an editor is changing at this moment is left for the next round.
            locked = query.limit(left).with_for_update(skip_locked=True)
            claims.update((row.id, row) for row in session.execute(locked))
    found = list(claims.values())
    began = _beginnings(session, found)
    messages: list[PendingMessage] = []
    newest: dict[int, tuple[int, Step | None]] = {}
    looked_at = []
    for claim in found:
        at, workdays = began[claim.id], directory.workdays
        step, next_on = Wait(claim.review_on, workdays.day_of(at), workdays.first_day_from(at)).now(directory.today)
        newest[claim.id] = (claim.due_cycle, step)
        looked_at.append({"id": claim.id, "remind_on": next_on, "remind_cycle": claim.due_cycle})
        if step is not None:
            messages.extend(_messages(claim, step, directory, channels))
    _supersede(session, newest, directory.at)
    planned = outbox.enqueue(session, messages, directory.at)
    if looked_at:
        session.execute(update(Claim), looked_at)
    return planned, len(found) == batch


def _queries(directory: Directory) -> tuple[AnySelect, AnySelect]:
    columns = (Claim.id, Claim.due_cycle, Claim.review_on, Claim.owner_id, Claim.created_at)
    query = select(*columns).where(_WAITS)
    if not directory.with_sample:
        query = query.where(Claim.is_sample.is_(False))
    return (
        query.where(Claim.remind_on <= directory.today).order_by(Claim.remind_on, Claim.id),
        query.where(_REARMED).order_by(Claim.id),
    )


def _beginnings(session: Session, claims: Sequence[AnyRow]) -> dict[int, datetime]:
    """When the present wait of each claim began, as the history has it."""
    names = {f"claim:{claim.id}": claim.id for claim in claims}
    query = (
        select(Event.subject, func.max(Event.at).label("at"))
        .where(Event.subject.in_(list(names)), Event.kind.in_(_BEGINS))
        .group_by(Event.subject)
    )
    starts = {names[row.subject]: row.at for row in session.execute(query)} if names else {}
    return {claim.id: starts.get(claim.id, claim.created_at) for claim in claims}


def _messages(claim: AnyRow, step: Step, directory: Directory, channels: tuple[str, ...]) -> Iterator[PendingMessage]:
    recipients = directory.chiefs() if step is Step.ESCALATION else [directory.responsible_recipient(claim.owner_id)]
    for recipient in recipients:
        delivery = directory.delivery(recipient)
        for channel in channels:
            if delivery is not None and delivery.accepts(channel, Kind.REVIEW, step):
                subject, due_at = f"claim:{claim.id}", directory.moment(delivery)
                yield PendingMessage(Kind.REVIEW, subject, recipient, channel, claim.due_cycle, step, due_at, claim_id=claim.id)
    for webhook in directory.webhooks.values():
        if webhook.works and webhook.wants(webhook_events.event_for(Kind.REVIEW, step)):
            subject, due_at = f"claim:{claim.id}", directory.moment(None)
            yield PendingMessage(Kind.REVIEW, subject, webhook.key, "webhook", claim.due_cycle, step, due_at, claim_id=claim.id)


def _supersede(session: Session, newest: dict[int, tuple[int, Step | None]], at: datetime) -> None:
    """Of one claim's steps, only the newest is worth sending."""
    older: dict[Reason, list[int]] = {Reason.PASSED: [], Reason.NEW_WAIT: []}
    planned = select(Reminder.id, Reminder.claim_id, Reminder.due_cycle, Reminder.step).where(
        Reminder.claim_id.in_(list(newest)), Reminder.kind == Kind.REVIEW, Reminder.state == State.PLANNED
    )
    for row in session.execute(planned) if newest else ():
        cycle, step = newest[row.claim_id or 0]
        if row.due_cycle != cycle:
            older[Reason.NEW_WAIT].append(row.id)
        elif step is not None and row.step != step:
            older[Reason.PASSED].append(row.id)
    for reason, ids in older.items():
        if ids:
            outbox.cancel(session, ids, at, reason)
