"""For the pages on which editors look after their reminders: a message to try out, today's digest, when the next one comes."""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.notifications import digests, letters, outbox, roster
from tracker.notifications.letters import Letter
from tracker.notifications.links import Links
from tracker.notifications.outbox import Owed
from tracker.notifications.roster import Person
from tracker.notifications.steps import Kind


def send_test(session: Session, editor_id: int, at: datetime) -> None:
    """Owe an editor a message that says that mail arrives; what became of it is the outbox's `last_result`.

    One a minute: an impatient second click is the same message.
    """
    key = f"editor:{editor_id}"
    outbox.owe(session, [Owed(Kind.TEST, key, key, "email", 0, f"{at:%Y-%m-%dT%H:%M}", at)], at)


def next_digest_at(session: Session, editor_id: int, at: datetime) -> datetime | None:
    """When an editor's next digest goes out, if anything is due then; None where they want none."""
    now = roster.load(session, at)
    wishes = _person(now, editor_id).wishes
    return now.workdays.next_digest_from(at, wishes.digest, wishes.hour)


def todays_digest(session: Session, editor_id: int, links: Links, at: datetime) -> Letter | None:
    """The digest as it would go out now, in the language spoken now; None if nothing is due."""
    now = roster.load(session, at)
    digest = digests.read(session, _person(now, editor_id), now)
    return letters.of_digest(digest, now.today, now, links) if digest else None


def _person(now: roster.Roster, editor_id: int) -> Person:
    person = now.people.get(editor_id)
    if person is None:
        raise NotFound()
    return person
