"""Reading the record: by subject, by editor, as a log; newest first, a page at a time."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.ledger.support import CHIEF, note, record_some
from tracker import ledger
from tracker.db import Database
from tracker.ledger import Actor, queries
from tracker.ledger.queries import REDACTED, Page, events_of, get_event, list_kinds, log
from tracker.ledger.redaction import redact

PARIS = ZoneInfo("Europe/Paris")


def numbers(page: Page) -> list[int]:
    return [entry.seq for entry in page.entries]


def test_the_events_of_a_subject_come_newest_first_and_alone(database: Database):
    record_some(database, 2, subject="claim:1")
    record_some(database, 2, subject="claim:11")
    record_some(database, 1, subject="claim:1")
    with database.reading() as session:
        assert numbers(events_of(session, "claim:1")) == [5, 2, 1]


def test_pages_follow_one_another_without_a_gap_or_an_end_too_many(database: Database):
    record_some(database, 7)
    with database.reading() as session:
        seen: list[int] = []
        before = None
        for _ in range(3):
            page = events_of(session, "thing:1", before=before, limit=3)
            seen += numbers(page)
            before = page.older
        assert seen == [7, 6, 5, 4, 3, 2, 1]
        assert before is None
        assert events_of(session, "thing:1", limit=7).older is None


def test_new_events_do_not_shift_the_next_page(database: Database):
    record_some(database, 4)
    with database.reading() as session:
        first = events_of(session, "thing:1", limit=2)
    record_some(database, 2)
    with database.reading() as session:
        assert numbers(events_of(session, "thing:1", before=first.older, limit=2)) == [2, 1]


def test_what_an_editor_did(database: Database):
    record_some(database, 1)
    with database.writing() as session:
        for editor in (1, 11):
            ledger.record(session, "claim:1", "claim.edit", actor=Actor(editor))
    with database.reading() as session:
        (entry,) = log(session, zone=PARIS, actor="editor:1").entries
        assert (entry.seq, entry.editor_id) == (2, 1)
        assert [each.editor_id for each in log(session, zone=PARIS, actor="system").entries] == [None]


def test_an_entry_has_its_words_in_place_of_their_hashes(database: Database):
    with database.writing() as session:
        data = {
            "set": {"statement": ledger.Text("It will rain."), "status": "open", "sha256": "not a text"},
            "also": {"verdict:1": {"set": {"rationale": ledger.Text("Seen.")}}},
            "list": [ledger.Text("one"), 2],
        }
        ledger.record(session, "claim:1", "claim.edit", actor=CHIEF, data=data)
    with database.reading() as session:
        entry = get_event(session, 1)
    assert entry is not None
    assert entry.data == {
        "set": {"statement": "It will rain.", "status": "open", "sha256": "not a text"},
        "also": {"verdict:1": {"set": {"rationale": "Seen."}}},
        "list": ["one", 2],
    }


def test_erased_words_are_marked_as_such(database: Database):
    with database.writing() as session:
        note(session, "secret", other=ledger.Text("kept"))
    with database.writing() as session:
        redact(session, 1, ["words"], "A private person", CHIEF)
    with database.reading() as session:
        entry = get_event(session, 1)
    assert entry is not None
    assert entry.data["words"] is REDACTED
    assert entry.data["other"] == "kept"


def test_a_line_that_is_not_there_is_none(database: Database):
    with database.reading() as session:
        assert get_event(session, 1) is None


@pytest.fixture
def busy(database: Database) -> Database:
    """Four events: two on 10 March in Paris, of which one is still the 9th in UTC; two later, the last by a clock set back."""
    moments = [
        datetime(2024, 3, 9, 23, 30, tzinfo=UTC),
        datetime(2024, 3, 10, 22, 59, 59, 999999, tzinfo=UTC),
        datetime(2024, 3, 12, 8, tzinfo=UTC),
        datetime(2024, 3, 11, 8, tzinfo=UTC),
    ]
    kinds = ["claim.edit", "claim.sign", "claimant.edit", "evidence.add"]
    for number, (at, kind) in enumerate(zip(moments, kinds, strict=True)):
        with database.writing() as session:
            ledger.record(session, "claim:1", kind, actor=Actor(number % 2), at=at)
    return database


@pytest.mark.parametrize("few", [0, 1, 20_000])
@pytest.mark.parametrize(
    ("day_from", "day_to", "expected"),
    [
        (None, None, [4, 3, 2, 1]),
        (date(2024, 3, 10), date(2024, 3, 10), [2, 1]),
        (date(2024, 3, 11), date(2024, 3, 11), [4]),
        (date(2024, 3, 11), None, [4, 3]),
        (None, date(2024, 3, 11), [4, 2, 1]),
        (date(2024, 3, 9), date(2024, 3, 9), []),
        (date(2024, 3, 13), date(2024, 3, 1), []),
        (date.min, date.max, [4, 3, 2, 1]),
    ],
)
def test_the_log_knows_the_days_of_the_newsroom(
    busy: Database, monkeypatch: pytest.MonkeyPatch, day_from: date | None, day_to: date | None, expected: list[int], few: int
):
    monkeypatch.setattr(queries, "_FEW", few)
    with busy.reading() as session:
        assert numbers(log(session, zone=PARIS, day_from=day_from, day_to=day_to)) == expected


def test_the_log_by_kind_area_and_actor(busy: Database):
    with busy.reading() as session:
        assert numbers(log(session, zone=PARIS, kinds=["claim.sign"])) == [2]
        assert numbers(log(session, zone=PARIS, kinds=["claim."])) == [2, 1]
        assert numbers(log(session, zone=PARIS, kinds=["claim.sign", "evidence."])) == [4, 2]
        assert numbers(log(session, zone=PARIS, actor="editor:1")) == [4, 2]
        assert numbers(log(session, zone=PARIS, actor="editor:1", kinds=["claim."], day_to=date(2024, 3, 10))) == [2]
        page = log(session, zone=PARIS, kinds=["claim."], limit=1)
        assert numbers(log(session, zone=PARIS, kinds=["claim."], limit=1, before=page.older)) == [1]


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: events_of(session, "claim:1"),
        lambda session: log(session, zone=PARIS, actor="editor:1"),
        lambda session: log(session, zone=PARIS, kinds=["thing.", "evidence.add"]),
        lambda session: log(session, zone=PARIS, actor="editor:1", before=4),
        lambda session: log(session, zone=PARIS, day_from=date(2024, 3, 10), day_to=date(2024, 3, 10)),
        lambda session: log(session, zone=PARIS, kinds=["thing."], day_from=date(2024, 3, 10), day_to=date(2024, 3, 10)),
    ],
)
def test_no_list_reads_the_whole_history(sqlite_database: Database, ask: Callable[[Session], Page]):
    record_some(sqlite_database, 3, subject="claim:1")
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    sa.event.listen(sqlite_database.engine, "before_cursor_execute", keep)
    with sqlite_database.reading() as session:
        ask(session)
    sa.event.remove(sqlite_database.engine, "before_cursor_execute", keep)
    with sqlite_database.engine.connect() as connection:
        plans = [
            str(step[3])
            for statement, parameters in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert any(step.startswith("SEARCH event") for step in plans)
    assert [step for step in plans if step == "SCAN event"] == []


def test_the_kinds_that_there_are(busy: Database):
    with busy.reading() as session:
        assert list_kinds(session) == ["claim.edit", "claim.sign", "claimant.edit", "evidence.add"]


def test_an_empty_history_has_no_kinds_and_no_log(database: Database):
    with database.reading() as session:
        assert list_kinds(session) == []
        for wanted in ([], ["claim."]):
            assert log(session, zone=PARIS, kinds=wanted, day_from=date(2024, 1, 1)) == Page((), None)
