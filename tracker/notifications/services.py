"""For the pages on which editors look after their reminders: a message to try out, today's digest, when the next one comes."""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.notifications import digests, messages, outbox, recipients
from tracker.notifications.links import Links
from tracker.notifications.messages import MessageContent
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.recipients import Person
from tracker.notifications.steps import Kind


def send_test(session: Session, editor_id: int, at: datetime) -> None:
    """Enqueue a test e-mail to an editor; `outbox.last_result` gives its result. A second click within a minute sends no
    second."""
    key = f"editor:{editor_id}"
    outbox.enqueue(session, [PendingMessage(Kind.TEST, key, key, "email", 0, f"{at:%Y-%m-%dT%H:%M}", at)], at)


def todays_digest(session: Session, editor_id: int, links: Links, at: datetime) -> MessageContent | None:
    """The digest as it would go out now, in the language spoken now; None if nothing is due."""
    now = recipients.load_directory(session, at)
    digest = digests.read(session, _person(now, editor_id), now)
    return messages.build_digest(digest, now.today, now, links) if digest else None


def _person(now: recipients.Directory, editor_id: int) -> Person:
    person = now.people.get(editor_id)
    if person is None:
        raise NotFound()
    return person
