"""What the processes of the trial do: schedulers in a hurry that die at chosen points, and a writer who never rests."""

import itertools
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from tests.factories import everyday, make_claim, make_evidence
from tracker import clock, logs
from tracker.accounts.models import Editor
from tracker.claims.enums import Status, WithdrawReason
from tracker.claims.models import Claim
from tracker.claims.services import moves, verdicts
from tracker.config import Settings
from tracker.db import Database
from tracker.errors import Refusal
from tracker.net.attempts import SEND_SLOT, Temporary
from tracker.notifications import outbox
from tracker.notifications.channels.base import Channel
from tracker.notifications.channels.email import EmailChannel
from tracker.notifications.jobs import Sending, remind
from tracker.notifications.models import Reminder, State
from tracker.scheduler import Scheduler
from tracker.scheduling import jobs
from tracker.scheduling.job_runner import Job
from tracker.scheduling.jobs import Result, Stopping
from tracker.shutdown import Stop
from tracker.webhooks.channel import Post, WebhookChannel

EVERY: Final = 0.25
LEADERSHIP_POLL_EVERY: Final = 0.05
# Instead of minutes and hours: whoever was too slow on a busy machine is tried again while the trial lasts. They grow as the real
# ones do, or a mail server that is behind is kept busy with conversations that nobody listens to any more.
PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (0.5, 1, 2, 4, 8, 16))


# So many messages may wait to be sent before the writer waits, too: the trial is of deaths, not of how much a machine can do.
BACKLOG: Final = 100


def flag(name: int, database: Database, stopping: Stopping) -> Result:
    """The real job; its ticks say which process made them."""
    return {"process": name, **jobs.flag(database, stopping)}


@dataclass(frozen=True)
class Terms:
    """What schedulers are given: seconds for a message and for a lease, and how often they die at a chosen point."""

    deadline: float = 5.0
    lease: float = 8.0
    chance: float = 0.06


IN_A_HURRY: Final = Terms()


@dataclass(frozen=True)
class Notes:
    """Files in which the schedulers write down what is counted; each line begins with the number of the process, or with a try
    (see `Try`)."""

    deaths: Path  # when and how they died by their own hand
    unanswered: Path  # tries that they saw no answer to
    marked: Path  # tries that they marked, and how many seconds after its lease had run out that was committed
    impatient: Path  # who went on before another message was marked, because its receiver said nothing for too long

    @classmethod
    def of(cls, folder: Path) -> "Notes":
        """Empty ones."""
        made = cls(folder / "deaths", folder / "unanswered", folder / "marked", folder / "impatient")
        for each in (made.deaths, made.unanswered, made.marked, made.impatient):
            each.touch()
        return made


@dataclass(frozen=True, order=True)
class Try:
    """One handing over of one message, as every copy of it says and as it stands in the notes. They sort as they were begun."""

    begun: float
    process: int
    number: int

    @classmethod
    def read(cls, said: str) -> "Try":
        """From what a copy or a note says."""
        begun, process, number = said.split("-")
        return cls(float(begun), int(process), int(number))

    def __str__(self) -> str:
        return f"{self.begun}-{self.process}-{self.number}"


def _note(file: Path, line: str) -> None:
    with file.open("a") as opened:
        opened.write(f"{line}\n")


def scheduler(name: int, url: str, settings: Settings, notes: Notes, terms: Terms) -> None:
    """The life of a scheduler: the real one with short intervals, which may die where it hurts most.

    Its messages say which process sent them, by a number that no other has, and at which try.
    """
    logs.configure()
    dice = random.Random(os.getpid() ^ time.time_ns())

    def may_die(point: str) -> None:
        if dice.random() < terms.chance:
            _note(notes.deaths, f"{name} {time.monotonic()} {point}")
            os.kill(os.getpid(), signal.SIGKILL)

    _lay_traps(may_die)
    _watch_the_window(name, notes.impatient)
    outbox.PAUSES = PAUSES  # type: ignore[misc]
    channels: dict[str, Channel] = {
        "mail": EmailChannel.from_settings(settings),
        "webhooks": WebhookChannel.from_settings(settings),
    }
    for channel in channels.values():
        _round_sending(name, channel, may_die, notes)
    work: list[Job] = [Job("flag", EVERY, partial(flag, name)), Job("remind", EVERY, partial(remind, True))]
    work += [Job(id_, EVERY, Sending(each, deadline=terms.deadline, lease=terms.lease)) for id_, each in channels.items()]
    stop = Stop()
    stop.on_signals()
    Scheduler(Database(url), work, stop, leadership_poll_every=LEADERSHIP_POLL_EVERY).run()


def _lay_traps(may_die: Callable[[str], None]) -> None:
    def after(name: str, point: str) -> None:
        real = getattr(outbox, name)

        def trapped(*given: Any, **more: Any) -> Any:
            found = real(*given, **more)
            may_die(point)
            return found

        setattr(outbox, name, trapped)

    after("enqueue", "planned, not committed")
    after("lease", "leased, not committed")
    after("mark_sent", "marked, not committed")


def _watch_the_window(name: int, impatient: Path) -> None:
    enter = SEND_SLOT.enter
    entered_at = [0.0]

    def entering(*given: Any) -> bool:
        gave_way, before = enter(*given), entered_at[0]
        entered_at[0] = time.monotonic()
        if gave_way:
            _note(impatient, f"{name} {entered_at[0] - before:.1f}")
        return gave_way

    SEND_SLOT.enter = entering  # type: ignore[method-assign, assignment]


def _round_sending(name: int, channel: Any, may_die: Callable[[str], None], notes: Notes) -> None:
    prepare, send, note = channel.prepare, channel.send, channel.note
    leased_until: dict[str, float] = {}
    numbers, last = itertools.count(1), dict[str, Try]()

    def preparing(session: Any, carrier: Any, *given: Any) -> Any:
        may_die("leased")
        leased_until[carrier.message_id] = time.monotonic() + (carrier.lease_until - clock.now()).total_seconds()
        return prepare(session, carrier, *given)

    def sending(message: Any, attempt: Any) -> None:
        may_die("prepared")
        this = last[_key(message)] = Try(time.monotonic(), name, next(numbers))
        try:
            send(_signed(message, this), attempt)
        except Temporary:
            _note(notes.unanswered, f"{this}")
            raise
        may_die("accepted, not marked")

    def noting(session: Any, message: Any, at: Any, error: Any) -> None:
        if error is None:  # what is marked is committed by now
            _note(notes.marked, f"{last[_key(message)]} {time.monotonic() - leased_until[_key(message)]}")
        elif isinstance(error, Temporary) and _key(message) in last:
            # Given up by the dispatcher, whose thread for it may not even have come to an end.
            _note(notes.unanswered, f"{last[_key(message)]}")
        note(session, message, at, error)

    channel.prepare, channel.send, channel.note = preparing, sending, noting


def _key(message: Any) -> str:
    return str(message.message_id).strip("<>").partition("@")[0]


def _signed(message: Any, this: Try) -> Any:
    """With who sends it and at which try, for whoever counts."""
    if isinstance(message, Post):
        return replace(message, url=f"{message.url}?try={this}")
    return replace(message, content=f"X-Try: {this}\r\n".encode() + message.content)


def left(database: Database) -> tuple[int, int, int]:
    """How many claims are still to be planned, how many messages to be sent, and how often that was tried."""
    with database.reading() as session:
        waits = Claim.status.in_((Status.OPEN, Status.DUE))
        unplanned = select(func.count()).select_from(Claim).where(waits, Claim.remind_cycle != Claim.due_cycle)
        unsent = select(func.count()).select_from(Reminder).where(Reminder.state.in_((State.PLANNED, State.LEASED)))
        tried = select(func.sum(Reminder.attempts))
        return session.scalar(unplanned) or 0, session.scalar(unsent) or 0, session.scalar(tried) or 0


def writer(url: str, people: list[int], seed: int) -> None:
    """Store claims that are due at once; put off, withdraw and propose some of them."""
    dice, database = random.Random(seed), Database(url)
    stop = Stop()
    stop.on_signals()
    while not stop.asked:
        unplanned, unsent, _ = left(database)
        if 3 * unplanned + unsent > BACKLOG:
            time.sleep(0.2)
            continue
        with suppress(Refusal):  # somebody was quicker, or it is no longer so
            _write(database, dice, people)
        time.sleep(0.02)


def store_claim(database: Database, owner_id: int) -> None:
    """A claim that is due today."""
    today = clock.today("UTC")
    with database.reading() as session:
        owner = session.get_one(Editor, owner_id)
    make_claim(database, "open", owner=owner, review_on=today, deadline_on=today - timedelta(days=1), statement="It rains.")


def _write(database: Database, dice: random.Random, people: list[int]) -> None:
    today = clock.today("UTC")
    with database.reading() as session:
        editors = [session.get_one(Editor, id_) for id_ in people]
        last = session.scalar(select(func.max(Claim.id))) or 0
        claim = session.get(Claim, dice.randint(1, last)) if last and dice.random() < 0.3 else None
    owner = dice.choice(editors)
    if claim is None or claim.status not in (Status.OPEN, Status.DUE):
        store_claim(database, owner.id)
        return
    what = dice.choice(("postpone", "withdraw", "propose"))
    if what == "propose":
        make_evidence(database, claim, at=clock.now())
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        given: dict[str, Any] = {"actor": owner.actor, "version": own.version}
        if what == "postpone":
            moves.postpone(session, own, today + timedelta(days=40), "Later.", **given)
        elif what == "withdraw":
            moves.withdraw(session, own, WithdrawReason.MISTAKE, "", **given)
        else:
            signer = next(each for each in editors if each.id != owner.id)
            verdicts.propose(session, own, everyday(own), requested_signer_id=signer.id, **given)
