"""The dispatcher leases messages of the outbox, sends them over their channel and stores the result.

Several threads work at one message each, so that a stuck receiver delays one of them only. They take turns between sending
and storing the result (`tracker.net.attempts`). No transaction is open while a message is sent.
"""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

import structlog
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import Database
from tracker.errors import Unavailable
from tracker.net.attempts import SEND_SLOT, Attempt, Permanent, SendSlot, Temporary
from tracker.notifications import outbox, recipients, revalidation
from tracker.notifications.channels.base import Channel, DeliveryStats, Prepared
from tracker.notifications.models import Reason, Reminder, State
from tracker.notifications.outbox import Lease
from tracker.outages import explain

Result = TypeVar("Result")

log = structlog.get_logger("tracker.reminders")

WORKERS: Final = 4
DEADLINE: Final = 30.0  # seconds for one message, all in all
LEASE: Final = 90.0  # seconds: longer than a message and what is written about it can take
ROUND: Final = 60.0  # seconds after which a round starts nothing new
# Seconds that a delivery in progress gets when the process is asked to stop.
SHUTDOWN_GRACE: Final = 10.0
# Seconds for which storing the result is retried; a duplicate message is worse than a blocked worker.
WRITE_RETRY_LIMIT: Final = 600.0
_PAUSE: Final = 0.2


class Dispatcher:
    """Sends over one channel. One per process and channel: it keeps track of what its own threads are sending."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        *,
        workers: int = WORKERS,
        deadline: float = DEADLINE,
        lease: float = LEASE,
        slot: SendSlot = SEND_SLOT,
    ) -> None:
        self._database = database
        self._channel = channel
        self._workers = workers
        self._deadline = deadline
        self._lease = lease
        self._slot = slot
        self._busy: set[int] = set()
        self._busy_recipients: set[str] = set()  # recipients, where the channel takes them one by one
        self._lock = threading.Lock()

    def round(self, stopping: Callable[[], bool] = lambda: False) -> DeliveryStats:
        """Send every message that is due, including those that become due while others hang. Raises what the database raises."""
        outbox.recover(self._database, clock.now())
        if not self._is_anything_due():
            return DeliveryStats()
        return _Round(self, stopping).run()

    def _is_anything_due(self) -> bool:
        with self._database.reading() as session:
            return session.scalar(select(Reminder.id).where(*self._free(clock.now())).limit(1)) is not None

    def _free(self, at: datetime) -> list[ColumnElement[bool]]:
        # After a leap of the clock, our own leases look as if they had run out.
        # Copied in one go, for other threads add to them and take away.
        busy, busy_recipients = tuple(self._busy), tuple(self._busy_recipients)
        which = [outbox.can_be_sent(self._channel.name, at), Reminder.id.not_in(busy)]
        return [*which, Reminder.recipient.not_in(busy_recipients)] if busy_recipients else which

    def _take(self) -> Lease | None:
        """Lease the next message, with the rows batched into it."""
        if not self._is_anything_due():
            return None
        with self._lock:
            ends = clock.monotonic() + self._lease
            with self._database.writing() as session:
                at = clock.now()
                query = select(Reminder).where(*self._free(at)).order_by(Reminder.next_try_at, Reminder.id).limit(1)
                first = session.scalar(query.with_for_update(skip_locked=True))
                if first is None:
                    return None
                leader, batched = self._channel.together(session, first, recipients.load_directory(session, at))
                ids = {leader.id, *(row.id for row in batched)}
                lease = outbox.lease(session, leader, ids, at, self._lease)
            # Only after the commit: a lease that failed must not block the row for this process.
            self._busy.update(lease.ids)
            if self._channel.one_by_one:
                self._busy_recipients.add(lease.recipient)
        return replace(lease, ends=ends)

    def deliver(self, lease: Lease, stopping: Callable[[], bool], stats: DeliveryStats) -> None:
        """Prepare, send and settle one leased message."""
        try:
            prepared = self._prepare(lease, stats)
            if prepared is not None:
                self._finish(lease, prepared, stopping, stats)
        finally:
            with self._lock:
                self._busy -= set(lease.ids)
                self._busy_recipients.discard(lease.recipient)

    def _prepare(self, lease: Lease, stats: DeliveryStats) -> Prepared | None:
        """Render the message. One that cannot be rendered fails; several batched ones are released to be tried one by one."""
        try:
            with self._database.reading() as session:
                rows = list(session.scalars(_leased(lease)))
                leader = next((row for row in rows if row.id == lease.leader_id), None)
                if leader is None or len(rows) < len(lease.ids):
                    return None  # our lease expired and another process has them
                return self._channel.prepare(session, leader, rows, recipients.load_directory(session))
        except (SQLAlchemyError, Unavailable):
            # The database failed, not the message: it is leased again once this lease has expired.
            raise
        except Exception as error:
            log.error("a message cannot be written", reminder=lease.leader_id, error=repr(error), exc_info=True)
            detail = f"{type(error).__name__}: {error}"
            with self._database.writing() as session:
                if len(lease.ids) > 1:
                    outbox.release(session, lease, lease.ids, clock.now())
                else:
                    outbox.mark_failed(session, lease, clock.now(), Reason.BROKEN, detail)
                    stats.add(set_aside=1)
            return None

    def _finish(self, lease: Lease, prepared: Prepared, stopping: Callable[[], bool], stats: DeliveryStats) -> None:
        if prepared.message is None or len(prepared.included) < len(lease.ids):
            with self._database.writing() as session:
                stats.add(cancelled=_drop_excluded(session, lease, prepared))
        if prepared.message is None:
            return
        if lease.ends <= clock.monotonic():
            return  # the process was suspended beyond its lease, and another may have the message
        lease = replace(lease, leader_id=min(prepared.included), ids=prepared.included)
        attempt = Attempt(min(self._deadline, lease.ends - clock.monotonic()), self._slot)
        with closing(attempt):
            error = self._try(lease, prepared, attempt, stopping)
            at = clock.now()
            state = self._write_with_retry(lambda session: self._mark(session, lease, prepared, at, error))
        if error is None:
            # After the mark: noting may wait for a lock, and an accepted message must be marked at once.
            self._write_with_retry(lambda session: self._channel.note(session, prepared.message, at, None))
        stats.add(**{{State.SENT: "sent", State.FAILED: "set_aside"}.get(state, "retried"): 1})

    def _mark(self, session: Session, lease: Lease, prepared: Prepared, at: datetime, error: Exception | None) -> State:
        if error is None:
            outbox.mark_sent(session, prepared.included, at, prepared.delivered_to_id)
            return State.SENT
        if isinstance(error, Permanent):
            outbox.mark_failed(session, lease, at, Reason.REFUSED, str(error))
            state = State.FAILED
        else:
            state = outbox.try_later(session, lease, at, str(error) or repr(error))
        self._channel.note(session, prepared.message, at, error)
        return state

    def _try(self, lease: Lease, prepared: Prepared, attempt: Attempt, stopping: Callable[[], bool]) -> Exception | None:
        try:
            self._send(prepared, attempt, stopping)
        except Exception as error:
            if not isinstance(error, Temporary | Permanent):
                log.error("sending failed", reminder=lease.leader_id, error=repr(error), exc_info=True)
            return error
        finally:
            attempt.answered()
        return None

    def _send(self, prepared: Prepared, attempt: Attempt, stopping: Callable[[], bool]) -> None:
        """Send in a thread of its own, which is abandoned when the deadline passes."""
        seconds = attempt.left()
        outcome: list[BaseException | None] = []

        def work() -> None:
            try:
                self._channel.send(prepared.message, attempt)
            except BaseException as error:
                outcome.append(error)
            else:
                outcome.append(None)

        thread = threading.Thread(target=work, name="sending", daemon=True)
        thread.start()
        stop_seen_at: float | None = None
        while thread.is_alive() and not attempt.is_over():
            thread.join(_PAUSE)
            if stopping():
                stop_seen_at = stop_seen_at or clock.monotonic()
                if clock.monotonic() - stop_seen_at > SHUTDOWN_GRACE:
                    break
        if thread.is_alive():
            attempt.cut()
            thread.join(1)
        # An answer that arrived at the last moment counts.
        if not outcome:
            raise Temporary(f"no answer within {seconds:.0f} seconds")
        if outcome[0] is not None:
            raise outcome[0]

    def _write_with_retry(self, work: Callable[[Session], Result]) -> Result:
        """Run a write until it succeeds, for at most WRITE_RETRY_LIMIT seconds."""
        started = clock.monotonic()
        while True:
            try:
                with self._database.writing() as session:
                    return work(session)
            except (SQLAlchemyError, Unavailable) as error:
                if clock.monotonic() - started > WRITE_RETRY_LIMIT:
                    raise
                line = explain(error)
                log.warning("cannot store the result of a delivery; retrying", error=line or repr(error), exc_info=line is None)
                time.sleep(0.5)


def _leased(lease: Lease) -> Select[Reminder]:
    return select(Reminder).where(Reminder.id.in_(lease.ids), Reminder.lease_token == lease.token).order_by(Reminder.id)


def _drop_excluded(session: Session, lease: Lease, prepared: Prepared) -> int:
    """Cancel and release the rows that are not included in the message; the others stay batched."""
    at = clock.now()
    # Locked: otherwise another process could recover and lease them before this is written.
    rows = list(session.scalars(_leased(lease).with_for_update()))
    if prepared.included and lease.leader_id not in prepared.included:
        first = min(prepared.included)
        for row in rows:
            row.leader_id = first if row.id in prepared.included and row.id != first else None
        session.flush()
    outbox.release(session, lease, prepared.released, at, untried=True)
    return revalidation.cancel(session, [row for row in rows if row.id in prepared.decisions], prepared.decisions, at)


class _Round:
    """One round: its threads and their statistics."""

    def __init__(self, dispatcher: Dispatcher, stopping: Callable[[], bool]) -> None:
        self._dispatcher = dispatcher
        self._stopping = stopping
        self._stats = DeliveryStats()
        self._ends = clock.monotonic() + ROUND
        self._active = 0
        self._lock = threading.Lock()
        self._error: Exception | None = None

    def run(self) -> DeliveryStats:
        threads = [threading.Thread(target=self._work, name="dispatcher", daemon=True) for _ in range(self._dispatcher._workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._error is not None:
            raise self._error
        return self._stats

    def _work(self) -> None:
        try:
            while not self._stopping() and clock.monotonic() < self._ends and self._error is None:
                if not self._do_one():
                    if not self._active:
                        return
                    # Another thread is still sending, perhaps for long; messages that become due must not wait for it.
                    time.sleep(_PAUSE)
        except Exception as error:
            self._error = error

    def _do_one(self) -> bool:
        with self._lock:
            self._active += 1
        try:
            lease = self._dispatcher._take()
            if lease is not None:
                self._dispatcher.deliver(lease, self._stopping, self._stats)
            return lease is not None
        finally:
            with self._lock:
                self._active -= 1
