"""A newsroom whose reminders run: its clock, its mail server, and rounds of the scheduler's jobs, by hand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.support.mail import Mail, Sink
from tracker.accounts.models import Editor
from tracker.config import Settings
from tracker.db import Database
from tracker.notifications import in_app, preferences
from tracker.notifications.channels.base import DeliveryStats
from tracker.notifications.channels.email import EmailChannel
from tracker.notifications.dispatcher import Dispatcher
from tracker.notifications.models import Reminder
from tracker.notifications.planning import plan_due
from tracker.scheduling import jobs

# For tests of rules whose questions to the database others ask on both systems.
ON_ONE = pytest.mark.parametrize("backend", ["sqlite"])
PARIS = ZoneInfo("Europe/Paris")
NINE = time(9)


def never() -> bool:
    return False


@dataclass
class Office:
    """`go` travels to a moment of the newsroom's zone; `round` does there what the scheduler would."""

    database: Database
    settings: Settings
    sink: Sink
    travel: Callable[[datetime], None]
    zone: ZoneInfo = PARIS
    deadline: float = 30.0
    _seen: int = field(default=0)

    def go(self, day: date, at: time = NINE) -> None:
        self.travel(datetime.combine(day, at, self.zone).astimezone(UTC))

    def plan(self, *, email: bool = True) -> int:
        """Plan alone; how many messages were written down."""
        return plan_due(self.database, email=email).planned

    def send(self, *, workers: int = 1) -> DeliveryStats:
        """Send alone, with a dispatcher of a process of its own."""
        in_app.deliver_in_app(self.database)
        return self.dispatcher(workers=workers).round()

    def dispatcher(self, **options: Any) -> Dispatcher:
        return Dispatcher(self.database, EmailChannel.from_settings(self.settings), **{"deadline": self.deadline, **options})

    def round(self) -> list[tuple[str, str]]:
        """Flag, plan and send; what arrived by mail since the last look, as (receiver, subject)."""
        jobs.flag_due(self.database, jobs.newsroom_day(self.database))
        self.plan()
        self.send()
        return self.arrived()

    def days(self, first: date, last: date, at: time = NINE) -> dict[date, list[tuple[str, str]]]:
        """A round on each day; the days on which something arrived."""
        return self.on([first + timedelta(days=number) for number in range((last - first).days + 1)], at)

    def around(
        self, review_on: date, first: date, last: date, near: tuple[int, ...] = (-1, 0)
    ) -> dict[date, list[tuple[str, str]]]:
        """As `days`, on those alone on which a step comes, and on their neighbours."""
        days = [review_on + timedelta(days=step + by) for step in (-7, 0, 7, 30, 37, 60) for by in near]
        return self.on([day for day in days if first <= day <= last])

    def on(self, days: Iterable[date], at: time = NINE) -> dict[date, list[tuple[str, str]]]:
        found = {}
        for day in days:
            self.go(day, at)
            if arrived := self.round():
                found[day] = arrived
        return found

    def new_mails(self) -> list[Mail]:
        new = self.sink.mails[self._seen :]
        self._seen = len(self.sink.mails)
        return new

    def arrived(self) -> list[tuple[str, str]]:
        """What arrived since the last look: the part of the address before the @, and the subject without its ending."""
        return [
            (mail.receiver.partition("@")[0], mail.subject.removesuffix(" [Tracker]")) for mail in sorted_mails(self.new_mails())
        ]

    def rows(self, **which: Any) -> list[Reminder]:
        with self.database.reading() as session:
            return list(session.scalars(select(Reminder).filter_by(**which).order_by(Reminder.id)))

    def fates(self, **which: Any) -> list[tuple[str, str, str]]:
        """(recipient, step, state or the reason for which it was not sent)."""
        return [(row.recipient, row.step, row.reason or row.state.value) for row in self.rows(**which)]

    def preferences(self, editor: Editor, **values: Any) -> None:
        with self.database.writing() as session:
            preferences.change(session, editor.id, **values)

    def rung(self, editor: Editor) -> list[str]:
        """The steps that an editor's bell shows, newest first."""
        with self.database.reading() as session:
            return [ring.notice.step for ring in in_app.recent(session, editor.id, "en").rows]


def sorted_mails(mails: list[Mail]) -> list[Mail]:
    return sorted(mails, key=lambda mail: (mail.receiver, mail.subject))
