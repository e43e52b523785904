"""Transactions as the tracker makes them: readers never write, writers take turns, and what fails leaves nothing."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from tests.factories import make_topic
from tests.support.databases import TestDatabase
from tracker.accounts.models import SignInLimit
from tracker.claims.models import Topic
from tracker.db import Base, Database, load_models
from tracker.errors import Unavailable


def keys(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Topic.key).order_by(Topic.key)))


def topic(key: str) -> Topic:
    return Topic(key=key, label_en=key, label_fr=key)


def test_what_is_written_is_there_when_the_block_ends(database: Database):
    with database.writing() as session:
        session.add(topic("one"))
    assert keys(database) == ["one"]


def write_and_fail(database: Database) -> None:
    with database.writing() as session:
        session.add(topic("one"))
        session.flush()
        raise ZeroDivisionError


def test_what_fails_leaves_nothing_and_the_next_can_write(database: Database):
    with pytest.raises(ZeroDivisionError):
        write_and_fail(database)
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add_all([topic("two"), topic("two")])
    with database.writing() as session:
        session.add(topic("three"))
    assert keys(database) == ["three"]


def test_a_session_for_reading_keeps_nothing(database: Database):
    with database.reading() as session:
        session.add(topic("one"))
        session.flush()
    assert keys(database) == []


def test_a_reader_sees_what_was_when_it_began_and_does_not_stand_in_the_way(sqlite_database: Database):
    make_topic(sqlite_database, "First")
    with sqlite_database.reading() as reader:
        assert reader.scalar(sa.select(sa.func.count()).select_from(Topic)) == 1
        make_topic(sqlite_database, "Second")
        assert reader.scalar(sa.select(sa.func.count()).select_from(Topic)) == 1
    assert len(keys(sqlite_database)) == 2


def test_writing_goes_on_in_the_callers_session_and_reads_anew(database: Database):
    made = make_topic(database, "First")
    with database.reading() as session:
        seen = session.get_one(Topic, made.id)
        assert seen.label_fr != "Nouveau"
        with database.writing() as other:
            other.get_one(Topic, made.id).label_fr = "Nouveau"
        with database.writing(session) as same:
            assert same is session
            assert seen.label_fr == "Nouveau"
            seen.label_en = "Changed"
        assert session.get_one(Topic, made.id).label_en == "Changed"
    assert not session.info["writing"]


def test_a_session_that_writes_cannot_be_asked_to_again(database: Database):
    with database.writing() as session:
        with pytest.raises(RuntimeError, match="writing already"), database.writing(session):
            pass
        session.add(topic("one"))
    assert keys(database) == ["one"]


def test_nested_writing_in_one_thread_is_refused(sqlite_database: Database):
    with (
        sqlite_database.writing(),
        pytest.raises(RuntimeError, match="wait for itself"),
        sqlite_database.writing(),
    ):
        pass


def test_writers_of_one_process_take_turns(database: Database):
    def add(number: int) -> None:
        with database.writing() as session:
            session.add(topic(f"topic {number:02d}"))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(keys(database)) == 12


def holding(session: Session, turn: threading.Event, done: threading.Event, database: Database) -> None:
    with database.writing(session):
        turn.set()
        done.wait(30)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_patience_ends(new_database: Callable[..., TestDatabase], elsewhere: bool):
    """Whether the other writer is in this process or, as far as the database can tell, in another one."""
    own = new_database("sqlite")
    database = own.open()
    other = own.open() if elsewhere else database
    turn, done = threading.Event(), threading.Event()
    with other.sessions() as session:
        holder = threading.Thread(target=holding, args=(session, turn, done, other))
        holder.start()
        try:
            assert turn.wait(30)
            with pytest.raises(Unavailable, match="busy"), database.writing(lock_timeout=0.05):
                pass
        finally:
            done.set()
            holder.join(30)
    with database.writing(lock_timeout=0.05) as session:
        session.add(topic("at last"))
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 30_000
    assert keys(database) == ["at last"]


def test_nothing_is_written_into_a_schema_that_has_changed(database: Database):
    database.require_revision("0000")
    with pytest.raises(Unavailable, match="updated"), database.writing():
        pass


def test_sqlite_is_set_up_for_durability(sqlite_database: Database):
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "busy_timeout": 30_000}
    with sqlite_database.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    assert found == wanted


def test_who_comes_while_another_process_sets_up_the_file_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "new.db"
    database = Database(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE first (id)")
        other.execute("BEGIN IMMEDIATE")
        pauses = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 3:
                other.execute("COMMIT")

        monkeypatch.setattr(time, "sleep", pause)
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    database.dispose()
    assert len(pauses) == 3


def test_a_file_that_is_to_exist_is_not_made(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path}/none.db", must_exist=True)
    with pytest.raises(Unavailable), database.reading() as session:
        session.execute(sa.text("SELECT 1"))
    database.dispose()
    assert list(tmp_path.iterdir()) == []


def test_moments_are_kept_in_utc_and_come_back_aware(database: Database):
    moment = datetime(2024, 3, 11, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=9)))
    with database.writing() as session:
        session.add(SignInLimit(key_hash="k", since=moment, tries=1))
    with database.reading() as session:
        found = session.scalars(sa.select(SignInLimit.since)).one()
    assert found == moment
    assert found.tzinfo is UTC
    with database.reading() as session:
        assert session.scalar(sa.select(SignInLimit.tries).where(SignInLimit.since == moment.astimezone(UTC))) == 1


def test_a_moment_without_a_zone_is_refused(database: Database):
    with pytest.raises(StatementError, match="without a zone"), database.writing() as session:
        session.add(SignInLimit(key_hash="k", since=datetime(2024, 3, 11), tries=1))  # noqa: DTZ001


def test_every_constraint_of_the_models_has_a_name():
    nameless = [
        (table.name, constraint)
        for table in load_models().tables.values()
        for constraint in table.constraints
        if Base.metadata.naming_convention and constraint.name is None
    ]
    assert nameless == []
