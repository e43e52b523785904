"""Digests: today's, or the last one that was missed. The day is their key, so each goes out once regardless of the clock does."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from tracker.notifications import outbox
from tracker.notifications.models import Frequency, Reason, Reminder, State
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.recipients import DESK, Directory, Person
from tracker.notifications.steps import Kind
from tracker.sql import update_rows

_EMAIL = "email"


def are_due(session: Session, directory: Directory, channels: tuple[str, ...]) -> bool:
    """Whether there is a digest to plan, or one planned for another time than it should be."""
    if _EMAIL not in channels:
        return False
    new, moved = _found(session, directory)
    return bool(new or moved)


def plan(session: Session, directory: Directory, _channels: tuple[str, ...], _batch: int) -> tuple[int, bool]:
    """Write today's digests down before their time, so that what belongs in them can wait for them."""
    new, moved = _found(session, directory)
    for id_, due_at in moved.items():
        update_rows(session, Reminder, Reminder.id == id_, Reminder.state == State.PLANNED, due_at=due_at, next_try_at=due_at)
    return outbox.enqueue(session, new, directory.at), False


def _found(session: Session, directory: Directory) -> tuple[list[PendingMessage], dict[int, datetime]]:
    found = [message for person in directory.people.values() for message in _of(person, directory)]
    wanted = {(message.recipient, message.step): message for message in found}
    query = select(
        Reminder.id, Reminder.recipient, Reminder.step, Reminder.state, Reminder.reason, Reminder.attempts, Reminder.due_at
    ).where(
        Reminder.kind == Kind.DIGEST,
        Reminder.subject == DESK,
        Reminder.channel == _EMAIL,
        Reminder.due_cycle == 0,
        tuple_(Reminder.recipient, Reminder.step).in_(list(wanted)),
    )
    moved: dict[int, datetime] = {}
    for row in session.execute(query) if wanted else ():
        if row.state == State.CANCELLED and row.reason != Reason.NOTHING_DUE:
            continue  # other reasons can be undone the same day; a day with nothing to do is over
        message = wanted.pop((row.recipient, row.step))
        is_untouched = row.state == State.PLANNED and row.attempts == 0
        if is_untouched and message.due_at > directory.at and row.due_at != message.due_at:
            moved[row.id] = message.due_at
    return list(wanted.values()), moved


def _of(person: Person, directory: Directory) -> Iterator[PendingMessage]:
    frequency, workdays, today = person.preferences.digest, directory.workdays, directory.today
    if not person.works or person.is_away or frequency is Frequency.OFF:
        return
    is_today = workdays.has_digest(today, frequency)
    day = today if is_today else workdays.last_digest_before(today, frequency)
    if day is None:
        return
    moment = workdays.moment(day, directory.hour(person.delivery))
    # Editors who joined or changed their preferences after that moment did not miss it; a wrong clock may put that ahead.
    if moment > person.since or person.since > directory.at:
        due_at = moment if is_today else directory.moment(person.delivery)
        yield PendingMessage(Kind.DIGEST, DESK, person.key, _EMAIL, 0, day.isoformat(), due_at)
