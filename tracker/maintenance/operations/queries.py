"""What the operations page shows, in a fixed number of questions that indexes answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker.notifications import anchor_mail, outbox
from tracker.notifications.anchor_mail import State as AnchorState
from tracker.notifications.models import Reminder, State
from tracker.scheduling import heartbeats as ticks
from tracker.scheduling import scheduler_instances
from tracker.scheduling.models import JobRun, SchedulerInstance

DAY: Final = timedelta(days=1)
_AGES: Final = ("minute", "hour", "day", "older")


@dataclass(frozen=True)
class Queue:
    """How much one channel holds. `ages`: of what could go out now, by how long it has been due: less than a minute, an hour, a
    day, longer. `sent`: within a day."""

    channel: str
    ages: tuple[int, int, int, int]
    leased: int
    set_aside: int
    sent: int


@dataclass(frozen=True)
class MailResult:
    """How the mail server answers: when it took a message last, and its answer to one that still waits."""

    accepted_at: datetime | None
    fault: str


@dataclass(frozen=True)
class Overview:
    """The whole page."""

    queues: Sequence[Queue]
    set_aside: Sequence[Reminder]
    schedulers: Sequence[SchedulerInstance]
    ticks: Sequence[JobRun]
    mail: MailResult
    anchor: AnchorState


def overview(session: Session, at: datetime) -> Overview:
    """Read it."""
    return Overview(
        queues=queues(session, at),
        set_aside=outbox.list_failed(session),
        schedulers=scheduler_instances.list_instances(session),
        ticks=sorted(ticks.latest(session).values(), key=lambda tick: tick.job),
        mail=mail_result(session),
        anchor=anchor_mail.state(session),
    )


def queues(session: Session, at: datetime) -> list[Queue]:
    """Every channel's."""
    limits = [at - timedelta(minutes=1), at - timedelta(hours=1), at - DAY]
    age = case(*((Reminder.due_at > limit, name) for limit, name in zip(limits, _AGES, strict=False)), else_=_AGES[-1])
    waiting = (
        select(Reminder.channel, age.label("age"), func.count().label("number"))
        .where(Reminder.state == State.PLANNED, Reminder.due_at <= at)
        .group_by(Reminder.channel, age)
    )
    found = {(row.channel, row.age): row.number for row in session.execute(waiting)}
    for state in (State.LEASED, State.FAILED):
        counted = select(Reminder.channel, func.count().label("number")).where(Reminder.state == state)
        found |= {(row.channel, state): row.number for row in session.execute(counted.group_by(Reminder.channel))}
    lately = [Reminder.state == State.SENT, Reminder.ended_at > at - DAY]
    sent = select(Reminder.channel, func.count().label("number")).where(*lately)
    found |= {(row.channel, State.SENT): row.number for row in session.execute(sent.group_by(Reminder.channel))}
    return [
        Queue(
            channel,
            (*(found.get((channel, age), 0) for age in _AGES),),
            *(found.get((channel, state), 0) for state in (State.LEASED, State.FAILED, State.SENT)),
        )
        for channel in ("email", "webhook", "bell")
    ]


def mail_result(session: Session) -> MailResult:
    """How the mail server answers."""
    accepted = select(func.max(Reminder.ended_at)).where(Reminder.channel == "email", Reminder.state == State.SENT)
    fault = (
        select(Reminder.detail)
        .where(Reminder.state == State.PLANNED, Reminder.channel == "email", Reminder.attempts > 0, Reminder.detail != "")
        .order_by(Reminder.next_try_at.desc())
        .limit(1)
    )
    return MailResult(session.scalar(accepted), session.scalar(fault) or "")
