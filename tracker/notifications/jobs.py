"""What the scheduler runs for the reminders: planning and the bell in one job, each other channel in one of its own.

A server that is stuck delays its own channel only, neither the planning nor other channels.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from tracker import clock
from tracker.config import Settings
from tracker.db import Database
from tracker.notifications import in_app, outbox
from tracker.notifications.channels.base import Channel
from tracker.notifications.channels.email import EmailChannel
from tracker.notifications.dispatcher import Dispatcher
from tracker.notifications.planning import plan_due
from tracker.scheduling.jobs import Result, Stopping

Work = Callable[[Database, Stopping], Result]


def build_jobs(settings: Settings) -> dict[str, Work]:
    """The jobs of an installation, by their ids. Without a mail server there is no mail, and the bell alone messages."""
    found: dict[str, Work] = {"remind": partial(remind, settings.sends_mail)}
    if settings.sends_mail:
        found["mail"] = Sending(EmailChannel.from_settings(settings))
    return found


def remind(with_email: bool, database: Database, stopping: Stopping) -> Result:
    """Plan what is due and deliver the in-app messages."""
    outbox.recover(database, clock.now())
    planned = plan_due(database, email=with_email, stopping=stopping)
    rung = in_app.deliver_in_app(database, stopping=stopping)
    return {
        "planned": planned.planned,
        "cancelled": planned.cancelled,
        "rung": rung,
        "email": "on" if with_email else "off",
    }


class Sending:
    """The job of one channel. It keeps its dispatcher, which knows what the threads of this process are at."""

    def __init__(self, channel: Channel, **options: Any) -> None:
        """`options` are those of the dispatcher."""
        self._channel = channel
        self._options = options
        self._dispatcher: Dispatcher | None = None

    def __call__(self, database: Database, stopping: Stopping) -> Result:
        """Send what can be sent."""
        if self._dispatcher is None:
            self._dispatcher = Dispatcher(database, self._channel, **self._options)
        return self._dispatcher.round(stopping).as_dict()
