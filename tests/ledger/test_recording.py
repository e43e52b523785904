"""Events enter the chain when the outermost transaction commits, and in no other case."""

import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.ledger.support import checked, note, record_some, sequence
from tracker import clock, ledger
from tracker.claims.models import Topic
from tracker.db import Database
from tracker.ledger import SYSTEM
from tracker.ledger.models import ChainHead, Event, EventTexts
from tracker.ledger.recording import pending


class Failure(Exception):
    """What goes wrong in these tests."""


def test_an_event_is_sealed_when_its_transaction_commits(database: Database):
    with database.writing() as session:
        note(session, "first")
        assert session.scalar(select(Event.seq)) is None
        assert len(pending(session)) == 1
    assert sequence(database) == [1]
    assert checked(database).ok


def test_events_of_one_transaction_are_numbered_in_the_order_they_were_recorded(database: Database):
    record_some(database, 2)
    with database.writing() as session:
        for number in range(5):
            note(session, "word", number=number)
    with database.reading() as session:
        last = session.scalars(select(Event.canonical).where(Event.seq > 2).order_by(Event.seq))
        assert [f'"number":{n}' in canonical for n, canonical in enumerate(last)] == [True] * 5
    assert checked(database).last.seq == 7


def test_nothing_is_recorded_outside_of_writing(database: Database):
    with database.reading() as session, pytest.raises(RuntimeError, match="writing"):
        note(session, "outside")
    assert sequence(database) == []


def test_a_transaction_that_rolls_back_leaves_no_event(database: Database):
    with contextlib.suppress(Failure), database.writing() as session:
        note(session, "ghost")
        raise Failure
    record_some(database, 1)
    assert sequence(database) == [1]
    assert checked(database).ok


def test_a_session_that_failed_carries_nothing_into_its_next_transaction(database: Database):
    with database.sessions() as session:
        with contextlib.suppress(Failure), database.writing(session):
            note(session, "ghost")
            raise Failure
        assert pending(session) == ()
        with database.writing(session):
            note(session, "real")
    assert sequence(database) == [1]


def test_a_savepoint_that_rolls_back_takes_its_events_and_no_others(database: Database):
    with database.writing() as session:
        note(session, "before")
        with contextlib.suppress(Failure), session.begin_nested():
            note(session, "ghost")
            raise Failure
        note(session, "after")
    assert words(database) == ["before", "after"]
    assert checked(database).ok


def test_a_savepoint_inside_one_that_rolls_back_goes_with_it(database: Database):
    with database.writing() as session:
        note(session, "before")
        outer = session.begin_nested()
        note(session, "ghost")
        with session.begin_nested():
            note(session, "ghost, released")
        session.begin_nested()
        note(session, "ghost, still open")
        outer.rollback()
        note(session, "after")
    assert words(database) == ["before", "after"]


def test_a_savepoint_that_is_released_keeps_its_events(database: Database):
    with database.writing() as session:
        with session.begin_nested():
            note(session, "one")
            with session.begin_nested():
                note(session, "two")
        note(session, "three")
    assert words(database) == ["one", "two", "three"]


def test_a_savepoint_left_open_is_sealed_with_the_rest(database: Database):
    with database.writing() as session:
        note(session, "one")
        session.begin_nested()
        note(session, "two")
    assert words(database) == ["one", "two"]


def test_a_failed_flush_in_a_savepoint_leaves_what_was_recorded_before_it(database: Database):
    with database.writing() as session:
        session.add(Topic(key="arms", label_en="Arms", label_fr="Armes"))
        note(session, "before")
        with contextlib.suppress(IntegrityError), session.begin_nested():
            note(session, "ghost")
            session.add(Topic(key="arms", label_en="Arms", label_fr="Armes"))
            session.flush()
        note(session, "after")
    assert words(database) == ["before", "after"]
    assert checked(database).ok


def test_a_failed_flush_at_the_commit_leaves_no_event(database: Database):
    record_some(database, 1)
    with contextlib.suppress(IntegrityError), database.writing() as session:
        note(session, "ghost")
        session.add_all([Topic(key="arms", label_en="a", label_fr="a"), Topic(key="arms", label_en="b", label_fr="b")])
    assert sequence(database) == [1]
    assert checked(database).ok


def test_what_the_chain_cannot_hold_is_refused_when_it_is_recorded(database: Database):
    for bad in ({"rate": 0.5}, {"raw": b"x"}, {"énoncé": 1}, {"big": 2**53}, {"when": datetime(2024, 3, 11)}):  # noqa: DTZ001
        with pytest.raises((TypeError, ValueError)), database.writing() as session:
            ledger.record(session, "thing:1", "thing.noted", actor=SYSTEM, data=bad)
    with pytest.raises(ValueError, match="zone"), database.writing() as session:
        ledger.record(session, "thing:1", "thing.noted", actor=SYSTEM, at=datetime(2024, 3, 11))  # noqa: DTZ001
    assert sequence(database) == []


def test_a_moment_in_another_zone_is_sealed_in_utc(database: Database):
    paris = timezone(timedelta(hours=1))
    at = datetime(2024, 3, 11, 9, 0, 0, 5, tzinfo=paris)
    with database.writing() as session:
        ledger.record(session, "thing:1", "thing.noted", actor=SYSTEM, data={"when": at}, at=at)
    with database.reading() as session:
        event = session.scalars(select(Event)).one()
        assert '"at":"2024-03-11T08:00:00.000005Z"' in event.canonical
        assert '"when":"2024-03-11T08:00:00.000005Z"' in event.canonical
        assert event.at == at
    assert checked(database).ok


def test_a_clock_that_goes_backwards_does_not_disturb_the_order(database: Database, monkeypatch: pytest.MonkeyPatch):
    moments = [datetime(2024, 3, 31, 3, tzinfo=UTC), datetime(2024, 3, 31, 2, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)]
    for number, moment in enumerate(moments):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        with database.writing() as session:
            note(session, f"word {number}")
    assert words(database) == ["word 0", "word 1", "word 2"]
    assert checked(database).ok


def test_texts_with_anything_in_them_come_back_as_they_were(database: Database):
    odd = "\x00 \u2028 \U0001f600 « guillemets » \\ \" ' \r\n"
    with database.writing() as session:
        note(session, odd)
    assert words(database) == [odd]
    assert checked(database).ok


def test_a_text_is_hashed_with_a_salt_of_its_own(database: Database):
    with database.writing() as session:
        note(session, "Jane Doe")
        note(session, "Jane Doe")
    with database.reading() as session:
        first, second = session.scalars(select(Event.canonical).order_by(Event.seq))
        assert "Jane" not in first
        assert first.partition('"sha256"')[2][:70] != second.partition('"sha256"')[2][:70]


def test_the_head_names_the_last_event(database: Database):
    record_some(database, 3)
    with database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
        head = session.scalars(select(ChainHead)).one()
        assert (head.seq, head.hash) == (last.seq, last.hash)
        assert session.scalar(text("SELECT prev_hash FROM event WHERE seq = 1")) == "0" * 64


def words(database: Database) -> list[str]:
    """The texts of all events in order."""
    with database.reading() as session:
        return [json.loads(each)["words"]["text"] for each in session.scalars(select(EventTexts.texts).order_by(EventTexts.seq))]
