"""Recipients of messages: the newsroom's people with their absences and preferences, loaded once for a piece of work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import demo
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.newsroom import settings
from tracker.newsroom.settings import Newsroom
from tracker.notifications import webhook_targets
from tracker.notifications.models import ReminderPreference
from tracker.notifications.preferences import Preferences, from_row
from tracker.notifications.webhook_targets import WebhookTarget
from tracker.notifications.workdays import Workdays

DESK: Final = "desk"


@dataclass(frozen=True)
class Person:
    """An editor as far as reminders go. `since`: no digest is sent late for a day before it."""

    id: int
    name: str
    email: str
    language: str
    works: bool  # active, and an editor by role
    is_chief: bool
    is_away: bool
    stand_in_id: int | None
    preferences: Preferences
    since: datetime
    is_active: bool = True

    @property
    def key(self) -> str:
        """How the outbox names them."""
        return f"editor:{self.id}"

    @property
    def delivery(self) -> "Delivery":
        """What goes to themselves."""
        return Delivery(self.email, self.language, self)


@dataclass(frozen=True)
class Delivery:
    """Whom a message really goes to: an editor, or the desk's address (`person` None)."""

    address: str
    language: str
    person: Person | None = None

    @property
    def editor_id(self) -> int | None:
        return None if self.person is None else self.person.id

    @property
    def name(self) -> str:
        return "" if self.person is None else self.person.name

    def wants(self, kind: str, step: str) -> bool:
        """Whether they want messages of this kind by e-mail; the desk wants what is sent there."""
        return self.person is None or self.person.preferences.wants(kind, step)

    def accepts(self, channel: str, kind: str, step: str) -> bool:
        """Whether a channel takes a message to them: the bell to any editor, and to no desk; others what is wanted."""
        return self.person is not None if channel == "bell" else self.wants(kind, step)


@dataclass(frozen=True)
class Directory:
    """The newsroom at one moment."""

    newsroom: Newsroom
    workdays: Workdays
    at: datetime
    people: dict[int, Person]
    with_sample: bool
    webhooks: dict[int, WebhookTarget]

    @property
    def today(self) -> date:
        """The newsroom's calendar day."""
        return self.workdays.day_of(self.at)

    @property
    def desk(self) -> Delivery | None:
        """The desk's address, where the newsroom has one."""
        address = self.newsroom.desk_address
        return Delivery(address, self.newsroom.language) if address else None

    def person(self, recipient: str) -> Person | None:
        """The editor whom a recipient of the outbox names."""
        kind, _, number = recipient.partition(":")
        return self.people.get(int(number)) if kind == "editor" and number.isdecimal() else None

    def webhook(self, recipient: str) -> WebhookTarget | None:
        """The webhook that a recipient or a subject of the outbox names; None for one that is not there any more."""
        kind, _, number = recipient.partition(":")
        return self.webhooks.get(int(number)) if kind == "hook" and number.isdecimal() else None

    def responsible_recipient(self, owner_id: int | None) -> str:
        """The recipient of a claim's reminders: its owner or, without an active one, the desk address."""
        owner = self.people.get(owner_id) if owner_id is not None else None
        return owner.key if owner is not None and owner.works else DESK

    def chiefs(self) -> list[str]:
        """The recipients of an escalation: the chiefs who are present, else all of them, else the desk address."""
        chiefs = [person for person in self.people.values() if person.works and person.is_chief]
        here = [person for person in chiefs if not person.is_away]
        return [person.key for person in here or chiefs] or [DESK]

    def delivery(self, recipient: str, *, not_to: int | None = None) -> Delivery | None:
        """Who receives a recipient's messages: they themselves, their stand-in (or the stand-in's), or the desk address.

        `not_to` is an editor who cannot do what is asked. None if no one can; without a desk address, an absent editor
        finds it when they are back.
        """
        if recipient == DESK:
            return self.desk
        first = person = self.person(recipient)
        seen: set[int] = set()
        while person is not None and person.works and person.id not in seen:
            if not person.is_away:
                if person.id == not_to:
                    break
                return person.delivery
            seen.add(person.id)
            person = self.people.get(person.stand_in_id) if person.stand_in_id is not None else None
        if self.desk is not None or first is None or not first.works or first.id == not_to:
            return self.desk
        return first.delivery

    def absent_colleagues_of(self, person: Person) -> list[Person]:
        """The editors on leave whose reminders this one gets now."""
        away = (each for each in self.people.values() if each.is_away and each.works and each.id != person.id)
        return [each for each in away if (got := self.delivery(each.key)) is not None and got.person == person]

    def hour(self, delivery: Delivery | None) -> int:
        """The hour of the day at which a recipient is reminded."""
        own = delivery.person.preferences.hour if delivery is not None and delivery.person is not None else None
        return self.workdays.hour if own is None else own

    def moment(self, delivery: Delivery | None) -> datetime:
        """When a recipient can be reminded today: at their hour or, after it, now."""
        return max(self.at, self.workdays.moment(self.today, self.hour(delivery)))


def load_directory(session: Session, at: datetime | None = None) -> Directory:
    """Read the newsroom, by a fixed number of queries."""
    at = at or clock.now()
    newsroom = settings.load(session)
    workdays = Workdays.from_newsroom(newsroom)
    today = workdays.day_of(at)
    rows = {row.editor_id: row for row in session.scalars(select(ReminderPreference))}
    editors = session.scalars(select(Editor).order_by(Editor.id)).all()
    return Directory(
        newsroom=newsroom,
        workdays=workdays,
        at=at,
        people={person.id: person for person in _people(editors, rows, newsroom, today)},
        with_sample=demo.is_one(session) and newsroom.show_sample,
        webhooks=webhook_targets.load(session, {editor.id: editor for editor in editors}),
    )


def _people(editors: Iterable[Editor], rows: dict[int, ReminderPreference], newsroom: Newsroom, today: date) -> Iterable[Person]:
    for editor in editors:
        row = rows.get(editor.id)
        yield Person(
            id=editor.id,
            name=editor.name,
            email=editor.email,
            language=editor.language or newsroom.language,
            works=editor.active and Role.EDITOR in editor.role_names,
            is_chief=Role.CHIEF in editor.role_names,
            is_away=editor.away_until is not None and editor.away_until >= today,
            stand_in_id=editor.stand_in_id,
            preferences=from_row(row),
            since=editor.created_at if row is None else max(editor.created_at, row.since),
            is_active=editor.active,
        )


def list_stand_ins(now: Directory, editor_id: int) -> Sequence[tuple[int, str]]:
    """Who could stand in for an editor."""
    return [(each.id, each.name) for each in now.people.values() if each.works and not each.is_away and each.id != editor_id]
