"""However transactions are nested and wherever they fail: the chain holds exactly what was committed, in order, without a gap."""

import contextlib
import itertools
import json
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.ledger.support import checked, note
from tracker.claims.models import Topic
from tracker.db import Database
from tracker.ledger.models import Event, EventTexts

_names = itertools.count(1)


class Failure(Exception):
    """What goes wrong in these tests."""


@dataclass(frozen=True)
class Note:
    """Record one event, and with it maybe a row."""

    with_row: bool


@dataclass(frozen=True)
class BadFlush:
    """Write what the database refuses."""


@dataclass(frozen=True)
class Savepoint:
    """Do things in a savepoint, and end it in one of the ways it can end."""

    steps: tuple["Note | BadFlush | Savepoint", ...]
    end: str  # "release", "rollback", "raise", "leave open"


notes = st.builds(Note, st.booleans())
steps = st.recursive(
    notes | st.just(BadFlush()),
    lambda inner: st.builds(
        Savepoint, st.lists(inner, max_size=5).map(tuple), st.sampled_from(["release", "rollback", "raise", "leave open"])
    ),
    max_leaves=12,
)
transactions = st.tuples(st.lists(steps, max_size=6), st.booleans())


class Script:
    """Does the steps and works out by itself what should come of them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def run(self, step: Note | BadFlush | Savepoint) -> list[str]:
        """Do a step; return the words of the events that it leaves."""
        if isinstance(step, Note):
            words = f"event {next(_names)}"
            if step.with_row:
                self.session.add(Topic(key=words, label_en=words, label_fr=words))
            note(self.session, words)
            return [words]
        if isinstance(step, BadFlush):
            twice = f"twice {next(_names)}"
            self.session.add_all([Topic(key=twice, label_en="a", label_fr="a"), Topic(key=twice, label_en="b", label_fr="b")])
            self.session.flush()
            raise AssertionError("the database takes the same key twice")
        return self._savepoint(step)

    def _savepoint(self, step: Savepoint) -> list[str]:
        if step.end in ("release", "raise"):
            with contextlib.suppress(Failure, IntegrityError), self.session.begin_nested():
                left = [words for each in step.steps for words in self.run(each)]
                if step.end == "raise":
                    raise Failure
                return left
            return []
        savepoint = self.session.begin_nested()
        try:
            left = [words for each in step.steps for words in self.run(each)]
        except IntegrityError:
            savepoint.rollback()
            return []
        if step.end == "rollback":
            savepoint.rollback()
            return []
        return left


@given(script=st.lists(transactions, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_chain_holds_what_was_committed_and_nothing_else(database: Database, script: list[tuple[list[Savepoint], bool]]):
    with database.reading() as session:
        before = session.scalar(select(Event.seq).order_by(Event.seq.desc()).limit(1)) or 0
    expected: list[str] = []
    for each_steps, fails in script:
        with contextlib.suppress(Failure, IntegrityError), database.writing() as session:
            todo = Script(session)
            left = [words for step in each_steps for words in todo.run(step)]
            if fails:
                raise Failure
            expected += left
    with database.reading() as session:
        found = session.execute(
            select(Event.seq, EventTexts.texts).outerjoin(EventTexts).where(Event.seq > before).order_by(Event.seq)
        ).all()
    assert [json.loads(texts)["words"]["text"] for _, texts in found] == expected
    assert [seq for seq, _ in found] == list(range(before + 1, before + 1 + len(expected)))
    report = checked(database)
    assert report.ok
    assert report.last.seq == before + len(expected)
