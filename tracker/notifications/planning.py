"""Planning: enqueue the messages that are due. Safe to run at any time, twice, or in several processes at once.

The planner asks indexes that hold what there is to do and nothing else. It looks first and writes after: most rounds find
nothing, and need not wait for a writer's turn to see that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import Database
from tracker.notifications import recipients, revalidation
from tracker.notifications.models import Reminder, State
from tracker.notifications.producers import digests, requests, reviews
from tracker.notifications.recipients import Directory

BATCH: Final = 500
WEBHOOK: Final = "webhook"
LOOKED_AT_AGAIN: Final = 2_000  # planned messages; the others are checked when they are sent


class Producer(Protocol):
    """Enqueues messages of one kind: a module with these two functions."""

    def are_due(self, session: Session, directory: Directory, channels: tuple[str, ...]) -> bool:
        """Whether there is something to enqueue. Asks an index, writes nothing."""

    def plan(self, session: Session, directory: Directory, channels: tuple[str, ...], batch: int) -> tuple[int, bool]:
        """Enqueue at most a batch. Returns how many messages there were, and whether there may be more."""


_PRODUCERS: Final[list[Producer]] = [reviews, requests, digests]


def register(producer: Producer) -> None:
    """Plan with another package's producer as well. Doing it twice does nothing."""
    if producer not in _PRODUCERS:
        _PRODUCERS.append(producer)


@dataclass
class Planned:
    """What a round of planning did."""

    planned: int = 0
    cancelled: int = 0


def plan_due(
    database: Database,
    at: datetime | None = None,
    *,
    email: bool,
    batch: int = BATCH,
    stopping: Callable[[], bool] = lambda: False,
) -> Planned:
    """Enqueue every message due at a moment and cancel those that are no longer true. Without `email`, for the bell and
    webhooks alone.

    Works in transactions of at most `batch` claims; ends early, between two of them, once `stopping()` is true.
    """
    at = at or clock.now()
    channels = ("bell", "email") if email else ("bell",)
    with database.reading() as session:
        now = recipients.load_directory(session, at)
        decisions, parts = _looked_at(session, now, channels)[1], _parts(session, now, channels)
    done = Planned()
    if any(decision.reason is not None for decision in decisions.values()):
        with database.writing() as session:
            rows, decisions = _looked_at(session, recipients.load_directory(session, at), channels)
            done.cancelled = revalidation.cancel(session, rows, decisions, at)
            # A message cancelled for one recipient may now be due to another.
            parts = _parts(session, now, channels)
    for part in parts:
        done.planned += _plan(database, part, at, channels, batch, stopping)
    return done


def _parts(session: Session, now: Directory, channels: tuple[str, ...]) -> list[Producer]:
    return [part for part in _PRODUCERS if part.are_due(session, now, channels)]


def _plan(
    database: Database, part: Producer, at: datetime, channels: tuple[str, ...], batch: int, stopping: Callable[[], bool]
) -> int:
    planned, more = 0, True
    while more and not stopping():
        with database.writing() as session:
            some, more = part.plan(session, recipients.load_directory(session, at), channels, batch)
        planned += some
    return planned


def _looked_at(
    session: Session, now: Directory, channels: tuple[str, ...]
) -> tuple[list[Reminder], dict[int, revalidation.Decision]]:
    """What is planned, and what should become of it."""
    query = select(Reminder).where(Reminder.state == State.PLANNED, Reminder.channel.in_((*channels, WEBHOOK)))
    rows = list(session.scalars(query.order_by(Reminder.id).limit(LOOKED_AT_AGAIN)))
    return rows, revalidation.revalidate(session, rows, now)
