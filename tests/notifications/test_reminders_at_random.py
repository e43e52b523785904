"""Whatever the desk does and whenever the scheduler runs: one row for one reason, and no message about what is not so."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import everyday, make_article, make_editor, make_evidence
from tracker import clock
from tracker.accounts.models import Editor
from tracker.claims.enums import Status, VerdictKind, WithdrawReason
from tracker.claims.models import Claim, Verdict
from tracker.claims.services import editing, moves, verdicts
from tracker.claims.verdict_rules import Proposed
from tracker.config import Settings
from tracker.db import Database
from tracker.errors import Refusal
from tracker.net.attempts import Attempt, Permanent, Temporary
from tracker.notifications import in_app, preferences, revalidation
from tracker.notifications.channels.email import EmailChannel
from tracker.notifications.channels.mime import Outgoing
from tracker.notifications.dispatcher import Dispatcher
from tracker.notifications.models import Reminder, State
from tracker.notifications.planning import plan_due
from tracker.notifications.revalidation import Decision
from tracker.scheduling import jobs

START = datetime(2024, 3, 4, 6, tzinfo=UTC)


class Desk:
    """Three editors, one of them a chief, two claims, and a mail server that is moody."""

    def __init__(self, database: Database, config: Settings) -> None:
        self.database = database
        self.done: set[str] = set()  # what was not refused
        self.people = [make_editor(database), make_editor(database), make_editor(database, roles=["chief"])]
        article = make_article(database)
        self.claims = []
        for number in range(2):
            with database.writing() as session:
                claim = editing.create(
                    session, article, actor=self.people[0].actor, statement=f"Number {number}.", confirmed_if="It happens.",
                    review_on=START.date() + timedelta(days=1), owner_id=self.people[number].id,
                )  # fmt: skip
                moves.track(session, claim, actor=self.people[0].actor, version=claim.version)
                self.claims.append(claim.id)
        self.channel = EmailChannel.from_settings(config)
        self.channel.send = self.receive  # type: ignore[method-assign]
        self.mood = "takes"
        self.sent: list[str] = []
        self.wrong: list[str] = []

    def receive(self, message: Outgoing, _attempt: Attempt) -> None:
        if self.mood == "later":
            raise Temporary("451 later")
        if self.mood == "never":
            raise Permanent("550 never")
        with self.database.reading() as session:
            rows = session.scalars(select(Reminder).where(Reminder.state == State.LEASED)).all()
            for row in rows:
                try:
                    self.check(session, row)
                except AssertionError as error:  # which the dispatcher would take for a server that failed
                    self.wrong.append(f"{row.key}: {error}")
        self.sent.append(message.message_id)

    def check(self, session: Session, row: Reminder) -> None:
        """It is as the message says, at the moment it is accepted."""
        if row.kind == "digest":
            return
        claim = session.get_one(Claim, row.claim_id)
        if row.kind == "signoff":
            assert (claim.status, f"verdict:{claim.proposal_id}") == (Status.PROPOSED, row.subject)
            assert row.recipient == f"editor:{claim.requested_signer_id}"
            return
        assert claim.status in (Status.OPEN, Status.DUE)
        assert claim.due_cycle == row.due_cycle
        today = clock.today("Europe/Paris")
        assert claim.review_on is not None
        assert (claim.review_on > today) is (row.step == "before")
        if row.step != "escalation":
            assert row.recipient == f"editor:{claim.owner_id}"

    # --- what happens ---

    def do(self, changes: Iterable[tuple[str, int]]) -> None:
        for name, number in changes:
            with suppress(Refusal):
                self.move(name, number) if name in MOVES else getattr(self, name)(number)
                self.done.add(name)

    def plan(self) -> None:
        jobs.flag_due(self.database, clock.today("Europe/Paris"))
        plan_due(self.database, email=True)

    def send(self) -> None:
        in_app.deliver_in_app(self.database)
        Dispatcher(self.database, self.channel, workers=1).round()

    def be(self, number: int) -> None:
        self.mood = ("takes", "later", "never", "takes")[number % 4]

    def leave(self, number: int) -> None:
        with self.database.writing() as session:
            away, stand_in = self.people[number % 3].id, self.people[(number + 1) % 3].id
            editor = session.get_one(Editor, away)
            until = None if number % 2 else clock.today("Europe/Paris") + timedelta(days=number)
            preferences.set_leave(session, editor, until, stand_in, actor=editor.actor)

    def wish(self, number: int) -> None:
        with self.database.writing() as session:
            frequency = ("off", "weekdays", "daily")[number % 3]
            preferences.change(session, self.people[number % 2].id, digest=frequency, before=number % 2 == 0)

    def move(self, name: str, number: int) -> None:
        with self.database.writing() as session:
            claim = session.get_one(Claim, self.claims[number % 2])
            actor = self.people[2].actor
            today = clock.today("Europe/Paris")
            version: dict[str, Any] = {"actor": actor, "version": claim.version}
            match name:
                case "postpone":
                    moves.postpone(
                        session, claim, max(today, claim.review_on or today) + timedelta(days=number), "Later.", **version
                    )
                case "propose":
                    make_evidence(session, claim, at=clock.now())
                    verdict = everyday(claim)
                    version["version"] = claim.version
                    asked = self.people[number % 2].id
                    verdicts.propose(session, claim, _known(verdict, today), requested_signer_id=asked, **version)
                case "sign" | "return":
                    proposal = session.get(Verdict, claim.proposal_id) if claim.proposal_id else None
                    version["actor"] = self.people[0].actor if proposal and proposal.proposed_by_id else actor
                    if name == "sign":
                        verdicts.sign(session, claim, **version)
                    else:
                        verdicts.return_(session, claim, "Not enough.", **version)
                case "recall":
                    verdicts.recall(session, claim, **version)
                case "withdraw":
                    moves.withdraw(session, claim, WithdrawReason.MISTAKE, "", **version)
                case "restore":
                    moves.restore(session, claim, "It was none.", **version)
                case "reopen":
                    moves.reopen(session, claim, VerdictKind.UPDATE, "It changed.", **version)
                case "assign":
                    editing.assign(session, claim, self.people[number % 3].id, **version)


def _known(verdict: Proposed, today: date) -> Proposed:
    return replace(verdict, known_on=today, occurred_from=today)


MOVES = ("postpone", "propose", "propose", "sign", "return", "recall", "withdraw", "restore", "reopen", "assign")
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(MOVES), st.integers(1, 12)),
        st.tuples(st.sampled_from(["be", "leave", "wish"]), st.integers(0, 12)),
    ),
    max_size=2,
)
# Some time passes, something happens, it is planned, something else happens, it is sent.
ROUND = st.tuples(st.sampled_from([0, 1, 3, 20, 24, 24, 24 * 7, 24 * 23, -1]), CHANGES, CHANGES)
ROUNDS = st.lists(ROUND, min_size=3, max_size=6)
NO_MATTER = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
JobRunner = list[tuple[int, list[tuple[str, int]], list[tuple[str, int]]]]


@given(rounds=ROUNDS)
@settings(max_examples=8, suppress_health_check=NO_MATTER)
def test_never_two_rows_for_one_reason_and_never_a_message_about_what_is_not_so(
    sqlite_database: Database, tmp_path: Path, rounds: JobRunner
):
    run(sqlite_database, tmp_path, rounds)


@given(rounds=ROUNDS)
@settings(max_examples=4, suppress_health_check=NO_MATTER)
def test_nor_on_postgresql(postgres_database: Database, tmp_path: Path, rounds: JobRunner):
    run(postgres_database, tmp_path, rounds)


def run(database: Database, folder: Path, rounds: JobRunner) -> Desk:
    config = Settings(
        folder, "", "only for tests " * 4, base_url="https://t.example.org", smtp_url="smtp://localhost", mail_from="t@t.org"
    )
    with time_machine.travel(START, tick=False) as traveller:
        _forget(database)
        desk = Desk(database, config)
        for hours, before, between in rounds:
            traveller.shift(timedelta(hours=hours))
            desk.do(before)
            desk.plan()
            desk.do(between)
            desk.send()
        desk.mood = "takes"
        for _ in range(2):
            traveller.shift(timedelta(hours=24))
            desk.plan()
            desk.send()
        _check_the_whole(database, desk)
    return desk


def _forget(database: Database) -> None:
    """Claims of earlier examples wait for nothing any more, and their editors get nothing."""
    with database.writing() as session:
        for claim in session.scalars(select(Claim).where(Claim.status.in_((Status.OPEN, Status.DUE, Status.PROPOSED)))):
            claim.status = Status.WITHDRAWN
        for editor in session.scalars(select(Editor)):
            editor.active = False


def _check_the_whole(database: Database, desk: Desk) -> None:
    assert desk.wrong == []
    with database.reading() as session:
        rows = session.scalars(select(Reminder).where(Reminder.claim_id.in_(desk.claims))).all()
    assert max(Counter(row.key for row in rows).values(), default=1) == 1
    # One reason reaches one person: what was sent is sent to no stand-in, too.
    once = Counter((row.subject, row.recipient, row.channel, row.due_cycle, row.step) for row in rows if row.state is State.SENT)
    assert max(once.values(), default=1) == 1
    assert len(set(desk.sent)) == len(desk.sent)
    # Nothing waits for ever: with a server that takes it, all that was owed is sent, cancelled or set aside.
    late = [row for row in rows if row.state in (State.PLANNED, State.LEASED) and row.due_at < clock.now() - timedelta(days=1)]
    assert late == []


def test_the_desk_of_this_file_really_works(sqlite_database: Database, tmp_path: Path):
    day: JobRunner = [(24, [], [])]
    propose = [("propose", 1)]
    desk = run(sqlite_database, tmp_path, [*day, (1, propose, []), *day, (1, [("sign", 1)], []), *day, (1, [("reopen", 1)], [])])

    assert desk.done >= {"propose", "sign", "reopen"}
    assert len(desk.sent) > 3


@pytest.mark.parametrize("check", ["WAITS", "REQUESTS"])
def test_what_is_not_looked_at_again_is_found_out_here(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check: str
):
    between = [("propose", 1)] if check == "WAITS" else [("recall", 1)]
    before: list[tuple[str, int]] = [("wish", 0), ("wish", 3)] + ([] if check == "WAITS" else [("propose", 1)])
    monkeypatch.setattr(
        revalidation, "revalidate", lambda _s, rows, now: {row.id: Decision(now.delivery(row.recipient)) for row in rows}
    )

    with pytest.raises(AssertionError):
        run(sqlite_database, tmp_path, [(22, before, between)])
