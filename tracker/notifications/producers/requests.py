"""Requests to sign: at once to the editor who was asked, and again after three working days."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, String, and_, bindparam, cast, exists, literal, select, text
from sqlalchemy.orm import Session, aliased

from tracker.claims.models import Claim, Verdict
from tracker.notifications import outbox
from tracker.notifications.models import Reminder, State
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.recipients import Directory
from tracker.notifications.steps import ASK_AGAIN_AFTER, Kind, Request
from tracker.sql import AnyRow, AnySelect

# Word for word as in the index.
_PROPOSED = text("claim.status = 'proposed'")
MOST: Final = 1_000  # proposals that are looked at together, in order of their claims


def are_due(session: Session, directory: Directory, channels: tuple[str, ...]) -> bool:
    """Whether there are requests to enqueue."""
    return next(_missing(session, directory, channels), None) is not None


def plan(session: Session, directory: Directory, channels: tuple[str, ...], batch: int) -> tuple[int, bool]:
    """Write the requests down."""
    return outbox.enqueue(session, list(_missing(session, directory, channels)), directory.at), False


def _missing(session: Session, directory: Directory, channels: tuple[str, ...]) -> Iterator[PendingMessage]:
    for channel in channels:
        for row in _all(session, _not_asked(channel, directory.with_sample)):
            if message := _message(row, channel, Request.ASKED, directory):
                yield message
        for row in _all(session, _not_asked_again(channel, directory.with_sample)):
            day = directory.workdays.after(directory.workdays.day_of(row.asked_at), ASK_AGAIN_AFTER)
            if day <= directory.today and (message := _message(row, channel, Request.AGAIN, directory)):
                yield message


def _all(session: Session, query: AnySelect) -> Iterator[AnyRow]:
    """Every row: those who want no message must not hide those who do."""
    after = 0
    while rows := session.execute(query, {"after": after}).all():
        yield from rows
        if len(rows) < MOST:
            return
        after = rows[-1].id


def _message(row: AnyRow, channel: str, step: Request, directory: Directory) -> PendingMessage | None:
    recipient = f"editor:{row.requested_signer_id}"
    delivery = directory.delivery(recipient, not_to=row.proposed_by_id)
    if delivery is None or not delivery.accepts(channel, Kind.SIGNOFF, step):
        return None
    due_at: datetime = directory.at if step is Request.ASKED else directory.moment(delivery)
    subject = f"verdict:{row.proposal_id}"
    return PendingMessage(Kind.SIGNOFF, subject, recipient, channel, row.due_cycle, step, due_at, claim_id=row.id)


# Built once: putting such a question together costs more than asking it.
@cache
def _not_asked(channel: str, with_sample: bool) -> AnySelect:
    asked = exists().where(_is_request(Reminder, channel, Request.ASKED), Reminder.state != State.CANCELLED)
    return _proposals(with_sample).where(~asked).limit(MOST)


@cache
def _not_asked_again(channel: str, with_sample: bool) -> AnySelect:
    first = aliased(Reminder)
    again = exists().where(_is_request(Reminder, channel, Request.AGAIN), Reminder.state != State.CANCELLED)
    return (
        _proposals(with_sample)
        .join(first, and_(_is_request(first, channel, Request.ASKED), first.state == State.SENT))
        .add_columns(first.ended_at.label("asked_at"))
        .where(~again)
        .limit(MOST)
    )


def _proposals(with_sample: bool) -> AnySelect:
    query = (
        select(Claim.id, Claim.due_cycle, Claim.proposal_id, Claim.requested_signer_id, Verdict.proposed_by_id)
        .join(Verdict, Verdict.id == Claim.proposal_id)
        .where(_PROPOSED, Claim.requested_signer_id.is_not(None), Claim.id > bindparam("after"))
        .order_by(Claim.id)
    )
    return query if with_sample else query.where(Claim.is_sample.is_(False))


def _is_request(table: type[Reminder], channel: str, step: Request) -> ColumnElement[bool]:
    return and_(
        table.kind == Kind.SIGNOFF,
        table.subject == literal("verdict:") + cast(Claim.proposal_id, String),
        table.recipient == literal("editor:") + cast(Claim.requested_signer_id, String),
        table.channel == channel,
        table.due_cycle == Claim.due_cycle,
        table.step == step,
    )
