"""The courier: takes what can be sent out of the outbox, has the channel send it, and writes down what became of it.

Several threads each work at one message at a time, so that a receiver who hangs holds up one of them and nobody else. They take
turns in the moment between handing over and marking (see `tracker.notifications.channels.window`). No transaction is open while
something is being sent.
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
from tracker.error_messages import explain
from tracker.errors import Unavailable
from tracker.notifications import checks, outbox, roster
from tracker.notifications.channels.base import Attempt, Channel, Permanent, Prepared, Temporary
from tracker.notifications.channels.window import WINDOW, Window
from tracker.notifications.models import Reminder, State
from tracker.notifications.outbox import Lease
from tracker.notifications.reasons import Reason
from tracker.notifications.tally import Tally

Result = TypeVar("Result")

log = structlog.get_logger("tracker.reminders")

WORKERS: Final = 4
DEADLINE: Final = 30.0  # seconds for one message, all in all
LEASE: Final = 90.0  # seconds: longer than a message and what is written about it can take
ROUND: Final = 60.0  # seconds after which a round begins nothing new
# Asked to stop, whoever is sending gets this many seconds to come to an end.
LAST_WORDS: Final = 10.0
# What was accepted must be written down: for this long, if the database is away. Sending it again is the worse evil.
INSIST: Final = 600.0
_PAUSE: Final = 0.2


class Courier:
    """Sends over one channel. Make it once a process: it remembers what its own threads are at."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        *,
        workers: int = WORKERS,
        deadline: float = DEADLINE,
        lease: float = LEASE,
        window: Window = WINDOW,
    ) -> None:
        self._database = database
        self._channel = channel
        self._workers = workers
        self._deadline = deadline
        self._lease = lease
        self._window = window
        self._busy: set[int] = set()
        self._spoken_to: set[str] = set()  # recipients, where the channel takes them one by one
        self._lock = threading.Lock()

    def round(self, stopping: Callable[[], bool] = lambda: False) -> Tally:
        """Send what can be sent now and, while some of it hangs, what comes up meanwhile. Raises what the database raises."""
        outbox.recover(self._database, clock.now())
        if not self._is_anything_due():
            return Tally()
        return _Round(self, stopping).run()

    def _is_anything_due(self) -> bool:
        with self._database.reading() as session:
            return session.scalar(select(Reminder.id).where(*self._free(clock.now())).limit(1)) is not None

    def _free(self, at: datetime) -> list[ColumnElement[bool]]:
        # After a leap of the clock, our own leases look as if they had run out.
        # Copied in one go, for other threads add to them and take away.
        busy, spoken_to = tuple(self._busy), tuple(self._spoken_to)
        which = [outbox.can_be_sent(self._channel.name, at), Reminder.id.not_in(busy)]
        return [*which, Reminder.recipient.not_in(spoken_to)] if spoken_to else which

    def _take(self) -> Lease | None:
        """Lease the next message, with what travels in it."""
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
                carrier, riders = self._channel.together(session, first, roster.load(session, at))
                ids = {carrier.id, *(row.id for row in riders)}
                lease = outbox.take(session, carrier, ids, at, self._lease)
            # Not before it is committed: what could not be leased must not count as being sent for good.
            self._busy.update(lease.ids)
            if self._channel.one_by_one:
                self._spoken_to.add(lease.recipient)
        return replace(lease, ends=ends)

    def deliver(self, lease: Lease, stopping: Callable[[], bool], tally: Tally) -> None:
        """See one leased message through."""
        try:
            prepared = self._prepare(lease, tally)
            if prepared is not None:
                self._finish(lease, prepared, stopping, tally)
        finally:
            with self._lock:
                self._busy -= set(lease.ids)
                self._spoken_to.discard(lease.recipient)

    def _prepare(self, lease: Lease, tally: Tally) -> Prepared | None:
        """Write the message. What cannot be written is set aside; if it is one of several, they are tried one by one."""
        try:
            with self._database.reading() as session:
                rows = list(session.scalars(_leased(lease)))
                carrier = next((row for row in rows if row.id == lease.carrier_id), None)
                if carrier is None or len(rows) < len(lease.ids):
                    return None  # it took us so long that somebody else has them
                return self._channel.prepare(session, carrier, rows, roster.load(session))
        except (SQLAlchemyError, Unavailable):
            # It failed at the database and not at the message, which is leased again when its lease has expired.
            raise
        except Exception as error:
            log.error("a message cannot be written", reminder=lease.carrier_id, error=repr(error), exc_info=True)
            detail = f"{type(error).__name__}: {error}"
            with self._database.writing() as session:
                if len(lease.ids) > 1:
                    outbox.release(session, lease, lease.ids, clock.now())
                else:
                    outbox.set_aside(session, lease, clock.now(), Reason.BROKEN, detail)
                    tally.add(set_aside=1)
            return None

    def _finish(self, lease: Lease, prepared: Prepared, stopping: Callable[[], bool], tally: Tally) -> None:
        if prepared.message is None or len(prepared.carried) < len(lease.ids):
            with self._database.writing() as session:
                tally.add(cancelled=_let_go(session, lease, prepared))
        if prepared.message is None:
            return
        if lease.ends <= clock.monotonic():
            return  # this process stood still, and somebody else may have it by now
        lease = replace(lease, carrier_id=min(prepared.carried), ids=prepared.carried)
        attempt = Attempt(min(self._deadline, lease.ends - clock.monotonic()), self._window)
        with closing(attempt):
            error = self._try(lease, prepared, attempt, stopping)
            at = clock.now()
            state = self._insist(lambda session: self._mark(session, lease, prepared, at, error))
        if error is None:
            # Only now: to note it may take waiting for somebody else, and what is accepted must be marked at once.
            self._insist(lambda session: self._channel.note(session, prepared.message, at, None))
        tally.add(**{{State.SENT: "sent", State.SET_ASIDE: "set_aside"}.get(state, "retried"): 1})

    def _mark(self, session: Session, lease: Lease, prepared: Prepared, at: datetime, error: Exception | None) -> State:
        if error is None:
            outbox.mark_sent(session, prepared.carried, at, prepared.delivered_to_id)
            return State.SENT
        if isinstance(error, Permanent):
            outbox.set_aside(session, lease, at, Reason.REFUSED, str(error))
            state = State.SET_ASIDE
        else:
            state = outbox.try_later(session, lease, at, str(error) or repr(error))
        self._channel.note(session, prepared.message, at, error)
        return state

    def _try(self, lease: Lease, prepared: Prepared, attempt: Attempt, stopping: Callable[[], bool]) -> Exception | None:
        try:
            self._send(prepared, attempt, stopping)
        except Exception as error:
            if not isinstance(error, Temporary | Permanent):
                log.error("sending failed", reminder=lease.carrier_id, error=repr(error), exc_info=True)
            return error
        finally:
            attempt.answered()
        return None

    def _send(self, prepared: Prepared, attempt: Attempt, stopping: Callable[[], bool]) -> None:
        """Hand the message over in a thread of its own: one that does not come back is left behind, and can do no more harm."""
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
        begun_to_stop: float | None = None
        while thread.is_alive() and not attempt.is_over():
            thread.join(_PAUSE)
            if stopping():
                begun_to_stop = begun_to_stop or clock.monotonic()
                if clock.monotonic() - begun_to_stop > LAST_WORDS:
                    break
        if thread.is_alive():
            attempt.cut()
            thread.join(1)
        # What was accepted in the last moment is accepted.
        if not outcome:
            raise Temporary(f"no answer within {seconds:.0f} seconds")
        if outcome[0] is not None:
            raise outcome[0]

    def _insist(self, work: Callable[[Session], Result]) -> Result:
        """Write something down that must not be forgotten, again and again while the database is away."""
        begun = clock.monotonic()
        while True:
            try:
                with self._database.writing() as session:
                    return work(session)
            except (SQLAlchemyError, Unavailable) as error:
                if clock.monotonic() - begun > INSIST:
                    raise
                line = explain(error)
                log.warning("cannot store the result of a delivery; retrying", error=line or repr(error), exc_info=line is None)
                time.sleep(0.5)


def _leased(lease: Lease) -> Select[Reminder]:
    return select(Reminder).where(Reminder.id.in_(lease.ids), Reminder.lease_token == lease.token).order_by(Reminder.id)


def _let_go(session: Session, lease: Lease, prepared: Prepared) -> int:
    """Cancel and release what does not travel in the message; what is left of it stays together."""
    at = clock.now()
    # Locked, or they could be given back and leased by another between this look and what is written.
    rows = list(session.scalars(_leased(lease).with_for_update()))
    if prepared.carried and lease.carrier_id not in prepared.carried:
        first = min(prepared.carried)
        for row in rows:
            row.carrier_id = first if row.id in prepared.carried and row.id != first else None
        session.flush()
    outbox.release(session, lease, prepared.released, at, untried=True)
    return checks.cancel(session, [row for row in rows if row.id in prepared.fates], prepared.fates, at)


class _Round:
    """One round: its threads, and what they came to."""

    def __init__(self, courier: Courier, stopping: Callable[[], bool]) -> None:
        self._courier = courier
        self._stopping = stopping
        self._tally = Tally()
        self._ends = clock.monotonic() + ROUND
        self._at_work = 0
        self._lock = threading.Lock()
        self._error: Exception | None = None

    def run(self) -> Tally:
        threads = [threading.Thread(target=self._work, name="courier", daemon=True) for _ in range(self._courier._workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._error is not None:
            raise self._error
        return self._tally

    def _work(self) -> None:
        try:
            while not self._stopping() and clock.monotonic() < self._ends and self._error is None:
                if not self._do_one():
                    if not self._at_work:
                        return
                    # Somebody is still at it, perhaps for long; what comes up meanwhile must not wait for that.
                    time.sleep(_PAUSE)
        except Exception as error:
            self._error = error

    def _do_one(self) -> bool:
        with self._lock:
            self._at_work += 1
        try:
            lease = self._courier._take()
            if lease is not None:
                self._courier.deliver(lease, self._stopping, self._tally)
            return lease is not None
        finally:
            with self._lock:
                self._at_work -= 1
