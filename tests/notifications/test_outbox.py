"""The outbox: nothing is lost, nothing goes out twice but after a death in between, and nobody waits for somebody who hangs."""

import os
import signal
import threading
import time as real_time
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, func, insert, select, update

from tests.factories import make_claim, make_editor
from tests.notifications.harness import ON_ONE, Office
from tests.notifications.test_reminders import DAY, a_claim, act
from tests.support.processes import process, wait_until
from tracker import clock
from tracker.accounts.models import Editor
from tracker.claims.enums import WithdrawReason
from tracker.claims.services import moves
from tracker.config import Settings
from tracker.db import Database
from tracker.errors import N_, Unavailable
from tracker.ledger import SYSTEM
from tracker.net.attempts import Attempt, SendSlot, Temporary
from tracker.notifications import dispatcher, outbox
from tracker.notifications.channels.base import DeliveryStats
from tracker.notifications.channels.email import EmailChannel
from tracker.notifications.dispatcher import Dispatcher
from tracker.notifications.models import Reminder, State
from tracker.notifications.planning import plan_due

DUE = date(2024, 3, 13)
SUBJECT = "Ready to check: It rains."


@pytest.fixture
def ines(office: Office) -> Editor:
    office.go(date(2024, 1, 2))
    editor = make_editor(office.database, "Inès", email="ines@example.org")
    office.preferences(editor, digest="off")
    return editor


@pytest.fixture
def due(office: Office, ines: Editor) -> Reminder:
    """One message to Inès that can be sent now, on the day at nine."""
    claim = a_claim(office, ines)
    office.go(DUE)
    office.plan()
    return office.rows(channel="email", claim_id=claim.id)[0]


def now_in(office: Office, seconds: float) -> None:
    office.travel(clock.now() + timedelta(seconds=seconds))


def others(office: Office, count: int) -> list[Editor]:
    """Further editors, each with one message that is due."""
    made = []
    for number in range(count):
        editor = make_editor(office.database, f"Other {number}", email=f"other{number}@example.org")
        office.preferences(editor, digest="off")
        a_claim(office, editor)
        made.append(editor)
    office.plan()
    return made


# --- one row, one message ---


def test_planned_twice_there_is_one_row_and_sent_twice_there_is_one_message(office: Office, due: Reminder):
    for _ in range(2):
        office.plan()
        office.send()

    assert office.arrived() == [("ines", SUBJECT)]
    assert len(office.rows()) == 2  # by mail and in the bell


def test_the_key_is_the_databases_own(office: Office, due: Reminder):
    columns = [c.key for c in Reminder.__table__.columns if c.name != "id"]
    with pytest.raises(Exception, match=r"(?i)unique"), office.database.writing() as session:
        session.execute(insert(Reminder).from_select(columns, select(*(Reminder.__table__.c[c] for c in columns))))


def round_elsewhere(url: str, settings: Settings, moment: float) -> None:
    """What another scheduler does at the same time."""
    import time_machine

    with time_machine.travel(moment, tick=False):
        database = Database(url)
        plan_due(database, email=True)
        Dispatcher(database, EmailChannel.from_settings(settings), workers=2).round()
        database.dispose()


def test_several_schedulers_at_once_send_each_message_once(office: Office, ines: Editor, database_url: str):
    for number in range(6):
        a_claim(office, make_editor(office.database, email=f"e{number}@example.org"))
    office.go(date(2024, 3, 16))  # a Saturday: single messages
    with office.database.writing() as session:
        session.execute(update(Editor).values(created_at=clock.now()))

    arguments = (database_url, office.settings, clock.now().timestamp())
    with process(round_elsewhere, *arguments) as one, process(round_elsewhere, *arguments) as other:
        assert [one.wait(), other.wait()] == [0, 0], one.said + other.said
    assert len(office.arrived()) == 6
    assert len({mail.id for mail in office.sink.mails}) == 6
    assert {(row.state, row.attempts) for row in office.rows(channel="email")} == {(State.SENT, 1)}


# --- a process that dies ---


def die_when(url: str, settings: Settings, moment: float, point: str) -> None:
    """Send what can be sent, and die by SIGKILL: after the lease, before sending, or between "accepted" and the note of it."""
    import time_machine

    database = Database(url)

    def die(*_anything: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with time_machine.travel(moment, tick=False):
        channel = EmailChannel.from_settings(settings)
        if point == "leased":
            channel.prepare = die  # type: ignore[method-assign]
        elif point == "prepared":
            channel.send = die  # type: ignore[method-assign]
        elif point == "accepted":
            outbox.mark_sent = die  # type: ignore[assignment]
        Dispatcher(database, channel, workers=1).round()


@pytest.mark.parametrize(("point", "copies"), [("leased", 1), ("prepared", 1), ("accepted", 2)])
def test_killed_at_any_point_it_is_not_lost_and_a_second_copy_has_the_same_id(
    office: Office, due: Reminder, database_url: str, point: str, copies: int
):
    with process(die_when, database_url, office.settings, clock.now().timestamp(), point) as dying:
        assert dying.wait() == -signal.SIGKILL, dying.said
    assert office.rows(channel="email")[0].state is State.LEASED

    # Its lease is respected while it could be alive, and runs out.
    assert office.send().sent == 0
    now_in(office, dispatcher.LEASE + 1)
    assert office.send().sent == 1

    assert [mail.subject.removesuffix(" [Tracker]") for mail in office.sink.mails] == [SUBJECT] * copies
    assert len({mail.id for mail in office.sink.mails}) == 1
    assert office.rows(channel="email")[0].state is State.SENT
    assert office.send().sent == 0


def test_several_in_one_message_keep_their_id_after_a_death_even_if_one_of_them_is_settled(
    office: Office, ines: Editor, database_url: str
):
    claims = [a_claim(office, ines, statement=f"Number {number}.") for number in range(5)]
    office.go(DUE)
    office.plan()
    with process(die_when, database_url, office.settings, clock.now().timestamp(), "accepted") as dying:
        assert dying.wait() == -signal.SIGKILL, dying.said
    first = min(office.rows(channel="email"), key=lambda row: row.id)
    gone = next(claim for claim in claims if claim.id == first.claim_id)
    act(office, gone, moves.withdraw, WithdrawReason.MISTAKE, "", actor=ines)
    now_in(office, dispatcher.LEASE + 1)
    office.send()

    assert office.arrived() == [("ines", "5 due this week"), ("ines", "4 due this week")][::-1]
    assert len({mail.id for mail in office.sink.mails}) == 1
    assert sorted(row.reason or row.state for row in office.rows(channel="email")) == ["not_waiting"] + ["sent"] * 4
    now_in(office, 86_400)
    assert office.send().sent == 0


# --- servers that refuse ---


@ON_ONE
def test_what_is_refused_for_now_is_tried_again_with_growing_pauses_and_set_aside_after_a_day(office: Office, due: Reminder):
    office.sink.on_recipient = lambda _address: "451 come back later"
    pauses, tries = [], 0
    for _ in range(100):
        stats = office.send()
        tries += 1
        row = office.rows(channel="email")[0]
        if row.state is not State.PLANNED:
            break
        assert (stats.retried, row.detail) == (1, "451 come back later")
        pauses.append(row.next_try_at - clock.now())
        office.travel(row.next_try_at - timedelta(seconds=1))
        assert office.send().retried == 0
        office.travel(row.next_try_at)

    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=1)
    assert timedelta(hours=24) <= sum(pauses, timedelta()) < timedelta(hours=29)
    assert (row.state, row.reason, row.detail) == (State.FAILED, "failed", "451 come back later")
    assert tries == row.attempts < 20
    office.sink.on_recipient = lambda _address: None
    assert office.send().sent == 0


def test_it_arrives_once_the_server_takes_it(office: Office, due: Reminder):
    office.sink.on_message = lambda _mail: "452 no room"
    office.send()
    office.sink.on_message = lambda _mail: None
    now_in(office, 60)

    assert office.send().sent == 1
    assert office.rows(channel="email")[0].attempts == 2


@pytest.mark.parametrize("where", ["on_recipient", "on_message"])
def test_what_is_refused_for_good_is_set_aside_at_once_and_visibly(office: Office, due: Reminder, where: str):
    setattr(office.sink, where, lambda _what: "550 no such mailbox")

    assert office.send().set_aside == 1
    now_in(office, 86_400)
    assert office.send().as_dict() == {"sent": 0, "cancelled": 0, "retried": 0, "set_aside": 0}
    with office.database.reading() as session:
        assert [(row.reason, row.detail) for row in outbox.list_failed(session)] == [("refused", "550 no such mailbox")]
        last = outbox.last_result(session, due.recipient, "email")
        assert last is not None
        assert last.reason == "refused"


@ON_ONE
def test_what_was_set_aside_can_be_tried_again_by_hand(office: Office, due: Reminder):
    office.sink.on_recipient = lambda _address: "550 no such mailbox"
    office.send()
    office.sink.on_recipient = lambda _address: None
    with office.database.writing() as session:
        outbox.try_again(session, due.id, clock.now(), SYSTEM)

    assert office.send().sent == 1


@ON_ONE
def test_a_server_that_is_not_there_is_tried_again(office: Office, due: Reminder):
    from dataclasses import replace

    office.settings = replace(office.settings, smtp_url="smtp://127.0.0.1:9")

    assert office.send().retried == 1
    assert "refused" in office.rows(channel="email")[0].detail


def test_one_refused_receiver_keeps_nothing_from_the_others(office: Office, due: Reminder):
    others(office, 2)
    office.sink.on_recipient = lambda address: "550 no" if address.startswith("ines") else None

    assert (office.send().as_dict()) == {"sent": 2, "cancelled": 0, "retried": 0, "set_aside": 1}
    assert [receiver for receiver, _ in office.arrived()] == ["other0", "other1"]


# --- servers that hang ---


def test_hung_server_times_out_and_is_retried(office: Office, due: Reminder):
    office.sink.hangs = lambda _address: True
    begun = real_time.monotonic()
    stats = office.dispatcher(workers=1, deadline=0.4).round()
    took = real_time.monotonic() - begun

    assert stats.retried == 1
    assert took < 20
    row = office.rows(channel="email")[0]
    assert row.state is State.PLANNED
    assert row.detail


@ON_ONE
def test_hung_receiver_does_not_delay_others(office: Office, due: Reminder):
    others(office, 3)
    office.sink.hangs = lambda address: address.startswith("ines")
    working = office.dispatcher(workers=2, deadline=60.0, slot=SendSlot(patience=0.2))
    done: list[DeliveryStats] = []
    thread = threading.Thread(target=lambda: done.append(working.round()))
    thread.start()
    wait_until(lambda: len(office.sink.mails) == 3)
    late = make_editor(office.database, email="late@example.org")
    office.preferences(late, digest="off")
    a_claim(office, late)
    office.plan()
    wait_until(lambda: len(office.sink.mails) == 4)
    assert not done  # one is still hanging
    office.sink.hold.set()
    thread.join(60)

    assert done[0].sent == 5
    assert [receiver for receiver, _ in office.arrived()] == ["ines", "late", "other0", "other1", "other2"]


@ON_ONE
def test_accepted_message_is_sent_despite_a_hang(office: Office, due: Reminder, monkeypatch: pytest.MonkeyPatch):
    from aiosmtpd.smtp import SMTP

    async def hang(self: SMTP, _argument: str) -> None:
        import asyncio

        await asyncio.sleep(30)

    monkeypatch.setattr(SMTP, "smtp_QUIT", hang)
    begun = real_time.monotonic()

    assert office.send().sent == 1
    assert real_time.monotonic() - begun < 20
    now_in(office, 600)
    assert office.send().sent == 0


def test_no_message_starts_after_the_deadline():
    attempt = Attempt(0.01)
    real_time.sleep(0.02)
    with pytest.raises(Temporary):
        attempt.left()


@ON_ONE
def test_stopping_dispatcher_starts_no_message(office: Office, due: Reminder):
    assert office.dispatcher().round(lambda: True).sent == 0
    assert office.rows(channel="email")[0].state is State.PLANNED


# --- rows that cannot be sent ---


def test_a_row_that_no_message_can_be_made_of_is_set_aside_and_the_others_go_out(office: Office, due: Reminder):
    others(office, 1)
    with office.database.writing() as session:
        session.execute(update(Reminder).where(Reminder.id == due.id).values(step="nonsense"))

    assert office.plan() == 0
    assert office.send().as_dict() == {"sent": 1, "cancelled": 0, "retried": 0, "set_aside": 1}
    row = office.rows(id=due.id)[0]
    assert (row.state, row.reason) == (State.FAILED, "broken")
    assert "nonsense" in row.detail


def test_one_bad_row_does_not_fail_its_batch(office: Office, ines: Editor):
    for number in range(5):
        a_claim(office, ines, statement=f"Number {number}.")
    office.go(DUE)
    office.plan()
    bad = office.rows(channel="email")[2]
    with office.database.writing() as session:
        session.execute(update(Reminder).where(Reminder.id == bad.id).values(step="nonsense"))

    office.send()
    assert len(office.arrived()) == 4
    assert [row.id for row in office.rows(state=State.FAILED)] == [bad.id]


@ON_ONE
def test_a_bad_row_of_the_bell_is_set_aside(office: Office, due: Reminder):
    with office.database.writing() as session:
        session.execute(update(Reminder).where(Reminder.channel == "bell").values(step="nonsense"))
    office.send()

    assert [(row.channel, row.reason) for row in office.rows(state=State.FAILED)] == [("bell", "broken")]


# --- the database away, the clock wrong ---


def test_what_was_accepted_is_noted_when_the_database_is_back(office: Office, due: Reminder, monkeypatch: pytest.MonkeyPatch):
    from sqlalchemy.exc import OperationalError

    real, failures = outbox.mark_sent, iter([True, True, False])

    def away(*arguments, **more):
        if next(failures):
            raise OperationalError("UPDATE", {}, Exception("the server is gone"))
        return real(*arguments, **more)

    monkeypatch.setattr(outbox, "mark_sent", away)

    assert office.dispatcher(workers=1).round().sent == 1
    assert office.rows(channel="email")[0].state is State.SENT
    assert len(office.arrived()) == 1


def test_what_could_not_be_leased_is_taken_up_by_the_same_process(office: Office, due: Reminder, monkeypatch: pytest.MonkeyPatch):
    own = office.dispatcher(workers=1)

    def gone(_connection: object) -> None:
        raise Unavailable(N_("The database is busy. Try again in a moment."))

    monkeypatch.setattr(outbox, "lease", _then(outbox.lease, lambda session: event.listen(session, "before_commit", gone)))
    with pytest.raises(Unavailable):
        own.round()
    monkeypatch.undo()

    assert own.round().sent == 1


def _then(real: Callable[..., Any], what: Callable[[Any], None]) -> Callable[..., Any]:
    def work(session: Any, *given: Any) -> Any:
        found = real(session, *given)
        what(session)
        return found

    return work


@ON_ONE
def test_who_stood_still_for_longer_than_the_lease_sends_nothing(office: Office, due: Reminder, monkeypatch: pytest.MonkeyPatch):
    slow = office.dispatcher(workers=1)
    prepare, monotonic = slow._channel.prepare, clock.monotonic

    def standing_still(*given: Any) -> Any:
        prepared = prepare(*given)
        monkeypatch.setattr(clock, "monotonic", lambda: monotonic() + dispatcher.LEASE + 1)
        now_in(office, dispatcher.LEASE + 1)
        office.send()
        return prepared

    monkeypatch.setattr(slow._channel, "prepare", standing_still)
    slow.round()

    assert office.arrived() == [("ines", SUBJECT)]


def test_what_a_wrong_clock_put_off_for_weeks_goes_out_when_it_is_right(office: Office, due: Reminder):
    office.travel(clock.now() + timedelta(days=30))
    office.sink.on_recipient = lambda _address: "451 later"
    assert office.send().retried == 1
    office.sink.on_recipient = lambda _address: None

    office.go(DUE, time(9, 1))
    assert office.send().sent == 1


@ON_ONE
def test_a_lease_from_the_future_is_not_waited_for(office: Office, due: Reminder):
    far = clock.now() + timedelta(days=30)
    with office.database.writing() as session:
        session.execute(update(Reminder).values(state=State.LEASED, lease_until=far, lease_token="gone", attempts=1))

    assert office.send().sent == 1


@ON_ONE
def test_a_leap_of_the_clock_while_something_is_sent_makes_no_second_copy(office: Office, due: Reminder):
    working = office.dispatcher(workers=2)
    moment = clock.now()

    def leap(_mail) -> None:
        if clock.now() == moment:
            office.travel(moment + timedelta(days=2))
            working.round()

    office.sink.on_message = leap  # type: ignore[assignment]
    assert working.round().sent == 1
    assert len(office.arrived()) == 1


def test_message_of_a_missing_batch_leader_is_sent_alone(office: Office, ines: Editor):
    for number in range(4):
        a_claim(office, ines, statement=f"Number {number}.")
    office.go(DUE)
    office.plan()
    office.sink.on_message = lambda _mail: "451 later"
    office.send()
    leader = next(row for row in office.rows(channel="email") if row.leader_id is None)
    with office.database.writing() as session:
        outbox.cancel(session, [leader.id], clock.now(), dispatcher.Reason.NOT_WAITING)
    office.sink.on_message = lambda _mail: None
    now_in(office, 120)
    office.send()

    assert len(office.arrived()) == 3
    assert len({mail.id for mail in office.sink.mails}) == 3


@ON_ONE
def test_two_that_ride_with_each_other_go_out_all_the_same(office: Office, ines: Editor, due: Reminder):
    others(office, 1)
    one, other = office.rows(channel="email")
    with office.database.writing() as session:
        for row, leader in ((one, other), (other, one)):
            session.execute(update(Reminder).where(Reminder.id == row.id).values(leader_id=leader.id))

    office.send()

    assert len(office.arrived()) == 2


@ON_ONE
def test_ids_differ_between_newsrooms_that_count_alike(office: Office, due: Reminder):
    with office.database.reading() as session:
        assert session.scalar(select(func.count(Reminder.message_id.distinct()))) == 2
    first = due.message_id
    with office.database.writing() as session:
        session.execute(delete(Reminder))
    now_in(office, 1)
    with office.database.writing() as session:
        from tracker.notifications.revalidation import plan_again

        plan_again(session, [due.claim_id or 0])
    office.plan()
    assert office.rows(channel="email")[0].message_id != first


def test_nothing_due_writes_nothing(office: Office, ines: Editor):
    a_claim(office, ines)
    office.go(DUE - 20 * DAY)
    office.round()
    written: list[str] = []

    def note(*arguments: object) -> None:
        statement = str(arguments[2])
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN", "SHOW")):
            written.append(statement)

    event.listen(office.database.engine, "before_cursor_execute", note)
    office.plan()
    office.send()
    assert written == []


def test_many_claims_are_planned_in_batches(office: Office, ines: Editor):
    for _ in range(7):
        make_claim(office.database, "open", owner=ines, review_on=DUE)
    office.go(DUE)

    assert plan_due(office.database, email=False, batch=3).planned == 7
    assert len(office.rows()) == 7
