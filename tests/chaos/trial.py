"""One trial on one database: run it, and count."""

import math
import random
import signal
import time
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from email.parser import BytesHeaderParser
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from tests.chaos import children
from tests.chaos.children import IN_A_HURRY, Terms, Try
from tests.chaos.report import Report
from tests.factories import change_settings, make_editor
from tests.support.mail import Mail, Sink, smtp_sink
from tests.support.processes import Process
from tests.support.web_sink import Request, WebSink, web_sink
from tracker.accounts.models import Editor
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.config import Settings
from tracker.db import Database
from tracker.net.ssrf_guard import Guard
from tracker.notifications import dispatcher, preferences
from tracker.notifications.models import Format, Reminder, State
from tracker.notifications.webhook_events import CHOICES
from tracker.scheduling import heartbeats
from tracker.webhooks import services as hooks

SCHEDULERS: Final = 3
IDLE: Final = 3.0  # seconds after which somebody is struck although nothing arrived
PATIENCE: Final = 60.0  # seconds in which nothing at all is tried any more, and something should be
TO_THE_END: Final = 900.0  # seconds in which everything must have arrived, once nobody dies any more
HERE: Final = ip_network("127.0.0.0/8")
STOPPED: Final = 0.15  # the part of the blows that stop a process for a while and do not kill it
STOPPED_MOST: Final = 1.5  # leases
# When nobody is killed any more: as installed.
AT_PEACE: Final = Terms(dispatcher.DEADLINE, dispatcher.LEASE, chance=0)


class Trial:
    """A newsroom under fire."""

    def __init__(self, database: Database, settings: Settings, folder: Path, seed: int, terms: Terms = IN_A_HURRY) -> None:
        self.database, self.dice, self.seed, self._terms = database, random.Random(seed), seed, terms
        self._now = terms
        self.report = Report("SQLite" if database.is_sqlite else "PostgreSQL")
        self._notes, self._settings = children.Notes.of(folder), settings
        # The schedulers by their numbers, which unlike those of the system come but once.
        self._alive: dict[int, Process] = {}
        self._asleep: list[tuple[float, int]] = []
        self._last_name = 0
        self._killed: set[int] = set()
        self._died_at: dict[int, float] = {}
        self._stopped_at: dict[int, list[float]] = {}
        self._arrivals: dict[str, list[tuple[Try, float]]] = {}  # when each try arrived

    def run(self, *, kills: int, seconds: float, claims: int = 0) -> Report:
        """Until so many have died or the time is over; then everything that is owed gets its chance to arrive. Begins with so
        many claims; the writer adds others."""
        with self._servers() as (sink, web):
            people = self._furnish(web)
            for number in range(claims):
                children.store_claim(self.database, people[number % len(people)])
            try:
                self._fight(people, kills, seconds)
                self._calm_down()
            finally:
                for each in self._alive.values():
                    each.close()
        self._count(sink, web)
        return self.report

    @contextmanager
    def _servers(self) -> Generator[tuple[Sink, WebSink]]:
        with ExitStack() as stack:
            sink, web = stack.enter_context(smtp_sink()), stack.enter_context(web_sink())
            take, answer = sink.on_message, web.answers

            def mail_arrives(mail: Mail) -> str | None:
                # The head alone: taking whole messages apart made the server the slowest of all.
                head = BytesHeaderParser().parsebytes(mail.raw)
                self._arrived(head["Message-ID"].strip("<> ").partition("@")[0], head["X-Try"])
                return take(mail)

            def post_arrives(request: Request) -> tuple[int, dict[str, str], bytes]:
                self._arrived(request.id, request.path.rpartition("=")[2])
                return answer(request)

            sink.on_message, web.answers = mail_arrives, post_arrives
            self._settings = replace(self._settings, smtp_url=sink.url, mail_from="tracker@example.org", webhook_private=(HERE,))
            yield sink, web

    def _arrived(self, key: str, said: str) -> None:
        self._arrivals.setdefault(key, []).append((Try.read(said), time.monotonic()))

    def _furnish(self, web: WebSink) -> list[int]:
        change_settings(self.database, timezone="UTC", digest_hour=0, desk_address="desk@example.org")
        people = [make_editor(self.database, f"Editor {number}", roles=("chief",)) for number in range(3)]
        with self.database.writing() as session:
            for each in people:
                preferences.change(session, each.id, digest="off")
            actor = session.get_one(Editor, people[0].id).actor
            given = {"format": Format.STANDARD, "events": list(CHOICES), "guard": Guard((HERE,))}
            for path in ("/one", "/two"):
                hooks.add(session, actor, name=path, url=web.url(path), secret_key=self._settings.secret_key, **given)
        return [each.id for each in people]

    def _fight(self, people: list[int], kills: int, seconds: float) -> None:
        writer = Process(children.writer, self._url, people, self.seed)
        ends, struck_at, seen = time.monotonic() + seconds, time.monotonic(), 0
        try:
            while time.monotonic() < ends and self._all_deaths() < kills:
                self._fill_up()
                time.sleep(self.dice.uniform(0.05, 0.3))
                self._wake(time.monotonic())
                # Those who die before they have done anything prove nothing, however many they are.
                if len(self._arrivals) > seen or time.monotonic() - struck_at > IDLE:
                    seen, struck_at = len(self._arrivals), time.monotonic()
                    self._strike()
        finally:
            # One that stands still may have the database to itself, and the writer waits for it.
            self._wake(math.inf)
            writer.send(signal.SIGTERM)
            writer.wait()
            assert "Traceback" not in writer.said, writer.said
            writer.close()

    @property
    def _url(self) -> str:
        return self.database.url.render_as_string(hide_password=False)

    def _fill_up(self) -> None:
        for name in [name for name, each in self._alive.items() if each.ended]:
            self._died_at.setdefault(name, time.monotonic())
            self._alive.pop(name).close()
        while len(self._alive) < SCHEDULERS:
            self._last_name += 1
            name = self._last_name
            self._alive[name] = Process(children.scheduler, name, self._url, self._settings, self._notes, self._now)

    def _wake(self, now: float) -> None:
        for due, name in [pair for pair in self._asleep if pair[0] <= now]:
            self._asleep.remove((due, name))
            self._send(name, signal.SIGCONT)

    def _send(self, name: int, number: signal.Signals) -> None:
        with suppress(KeyError, ProcessLookupError):  # it has just died by itself
            self._alive[name].send(number)

    def _kill(self, name: int) -> None:
        self._died_at.setdefault(name, time.monotonic())
        self._send(name, signal.SIGKILL)
        self._killed.add(name)

    def _strike(self) -> None:
        asleep = {name for _, name in self._asleep}
        # One that is still starting has nothing to lose.
        awake = [
            name
            for name, each in self._alive.items()
            if not each.ended and name not in asleep and "scheduler started" in each.said
        ]
        if not awake:
            return
        leader = self._leader()
        # Half of the blows go to whoever leads: the others do little that could go wrong.
        hit = leader if leader in awake and self.dice.random() < 0.5 else self.dice.choice(awake)
        if self.dice.random() < STOPPED:
            self._stopped_at.setdefault(hit, []).append(time.monotonic())
            self._send(hit, signal.SIGSTOP)
            self.report.stops += 1
            self._asleep.append((time.monotonic() + self.dice.uniform(0.1, STOPPED_MOST * self._terms.lease), hit))
            return
        self._kill(hit)
        if hit == leader and self.dice.random() < 0.2:
            self._time_takeover(hit)

    def _leader(self) -> int | None:
        with self.database.reading() as session:
            tick = heartbeats.latest(session).get("flag")
            return int(str(tick.result["process"])) if tick is not None else None

    def _time_takeover(self, dead: int) -> None:
        begun = time.monotonic()
        while self._leader() == dead and time.monotonic() - begun < 30:
            time.sleep(0.02)
            self._wake(time.monotonic())
            self._fill_up()
        self.report.takeovers.append(time.monotonic() - begun)

    def _all_deaths(self) -> int:
        # Who died by the own hand in the moment of the blow died once.
        return len(self._killed | self._by_their_own_hand().keys())

    def _by_their_own_hand(self) -> dict[int, tuple[float, str]]:
        """When and at which point, by number."""
        lines = [line.split(" ", 2) for line in self._notes.deaths.read_text().splitlines()]
        return {int(name): (float(at), point) for name, at, point in lines}

    def _calm_down(self) -> None:
        # Those that are left may still carry their traps.
        for name, each in self._alive.items():
            if not each.ended:
                self._kill(name)
            each.wait()
        self._now = AT_PEACE
        begun = since = time.monotonic()
        last: tuple[int, ...] = ()
        while time.monotonic() - since < PATIENCE and time.monotonic() - begun < TO_THE_END:
            self._fill_up()
            time.sleep(0.3)
            now = children.left(self.database)
            if not any(now[:2]):
                return
            if now != last:
                last, since = now, time.monotonic()

    # --- counting ---

    def _count(self, sink: Sink, web: WebSink) -> None:
        report = self.report
        by_themselves = self._by_their_own_hand()
        report.points = Counter(point for _, point in by_themselves.values())
        report.kills = len(self._killed - by_themselves.keys())
        on_the_wire = {mail.id.strip("<>").partition("@")[0] for mail in sink.mails} | {request.id for request in web.requests}
        with self.database.reading() as session:
            rows = list(session.scalars(select(Reminder)))
            report.claims = session.scalar(select(func.count()).select_from(Claim)) or 0
            report.second_rows = len(rows) - len({row.key for row in rows})
            waiting = list(session.scalars(select(Claim).where(Claim.status.in_((Status.OPEN, Status.DUE)))))
            today = heartbeats.latest(session)["flag"].at.date()
            report.lost += self._never_owed([claim for claim in waiting if claim.review_on == today], rows)
        sent = [row for row in rows if row.state is State.SENT and row.channel != "bell"]
        report.messages = len(sent)
        report.lost += [f"never arrived: {row.key}" for row in sent if row.message_id not in on_the_wire]
        report.lost += [
            f"never sent ({row.state}, {row.attempts} tries{row.detail and ', '}{row.detail}): {row.key}"
            for row in rows
            if row.state not in (State.SENT, State.CANCELLED)
        ]
        self._count_repeats()

    @staticmethod
    def _never_owed(claims: list[Claim], rows: list[Reminder]) -> list[str]:
        """Claims that wait and that somebody was not told of on the day."""
        told = {(row.claim_id, row.due_cycle, row.channel) for row in rows if row.kind == "review" and row.state is State.SENT}
        return [
            f"never owed: claim {claim.id} by {channel}"
            for claim in claims
            for channel in ("email", "bell", "webhook")
            if (claim.id, claim.due_cycle, channel) not in told
        ]

    def _count_repeats(self) -> None:
        report, notes = self.report, self._notes
        report.impatient = [float(line.split()[1]) for line in notes.impatient.read_text().splitlines()]
        unanswered = set(map(Try.read, notes.unanswered.read_text().split()))
        report.unanswered = len(unanswered)
        self._died_at |= {name: at for name, (at, _) in self._by_their_own_hand().items()}
        lines = [line.split() for line in notes.marked.read_text().splitlines()]
        marked = {Try.read(this): float(late) for this, late in lines}
        for key, copies in self._arrivals.items():
            # As they were sent: what a process left on the way may arrive after the next try of another.
            for (this, first), (other, again) in pairwise(sorted(copies)):
                name = this.process
                stood_still = any(self._stood_still(each, this.begun, again) for each in (name, other.process))
                if marked.get(this, math.inf) < 0 and not stood_still:
                    report.unexplained.append(f"{key} by {this}, who marked it, after {again - first:.1f} s by {other}")
                elif this in unanswered:
                    # It was given back to be tried again; whether the process died later is no matter.
                    report.after_silence += 1
                elif self._died_at.get(name, again) < again and this not in marked:
                    report.after_death[name] += 1
                    report.repeated.append((name, f"{key}, accepted {self._died_at[name] - first:.1f} s before"))
                elif stood_still:
                    report.after_stop += 1
                elif this in marked or name in self._died_at:
                    # Marked when the lease had run out; or not even that, before it died later.
                    report.after_slowness += 1
                else:
                    report.unexplained.append(f"{key} by {this}, after {again - first:.1f} s by {other}")

    def _stood_still(self, name: int, first: float, again: float) -> bool:
        """Whether a process was stopped while a message went out twice, or so shortly before that it may have leased it then."""
        return any(first - (1 + STOPPED_MOST) * self._terms.lease < at < again for at in self._stopped_at.get(name, ()))
