"""Erasing words from the history: they are gone, their hash stays, and that it was done is itself in the history."""

import json
import random
import string
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests import factories
from tests.ledger.support import CHIEF, checked, note, record_some, tampering
from tracker import ledger
from tracker.claims.models import Claim
from tracker.claims.services import editing
from tracker.db import Database
from tracker.errors import Conflict, Forbidden, Invalid, NotFound
from tracker.ledger import SYSTEM, Actor
from tracker.ledger.erasing import scrub
from tracker.ledger.findings import What
from tracker.ledger.models import Event, EventTexts
from tracker.ledger.redaction import Place, find_text, redact
from tracker.ledger.row_texts import RowText, find_row_texts

SECRET = "Zebulon Quackenbush"


def texts_of(database: Database, seq: int) -> dict[str, dict[str, str]]:
    with database.reading() as session:
        found: dict[str, dict[str, str]] = json.loads(
            session.scalar(select(EventTexts.texts).where(EventTexts.seq == seq)) or "{}"
        )
        return found


def erase(database: Database, seq: int, *fields: str, reason: str = "A private person", actor: Actor = CHIEF) -> None:
    with database.writing() as session:
        redact(session, seq, fields or ["words"], reason, actor)


@pytest.fixture
def told(database: Database) -> Database:
    """Line 1 holds the secret twice and a harmless text; lines 2 and 3 something else."""
    with database.writing() as session:
        data = {"words": ledger.Text(SECRET), "again": ledger.Text(f"It was {SECRET}."), "other": ledger.Text("harmless")}
        ledger.record(session, "thing:1", "thing.noted", actor=SYSTEM, data=data)
    record_some(database, 2)
    return database


def test_erased_words_are_gone_and_the_chain_still_verifies(told: Database):
    with told.reading() as session:
        before = session.scalars(select(Event.canonical).order_by(Event.seq)).all()
    erase(told, 1, "words", "again")
    assert set(texts_of(told, 1)) == {"other"}
    report = checked(told)
    assert report.ok
    assert report.erased == 2
    with told.reading() as session:
        assert session.scalars(select(Event.canonical).where(Event.seq <= len(before)).order_by(Event.seq)).all() == before


def test_that_words_were_erased_is_an_event_of_the_same_subject(told: Database):
    erase(told, 1, "words")
    with told.reading() as session:
        event = session.get_one(Event, 4)
        said = json.loads(event.canonical)
    assert (event.kind, event.subject) == ("history.redact", "thing:1")
    assert said["data"]["seq"] == 1
    assert said["data"]["fields"] == ["words"]
    assert texts_of(told, 4)["reason"]["text"] == "A private person"


@pytest.mark.parametrize("roles", [(), ("viewer",), ("editor", "viewer"), ("admin", "viewer"), ("system",)])
def test_only_a_chief_erases(told: Database, roles: tuple[str, ...]):
    with pytest.raises(Forbidden):
        erase(told, 1, actor=Actor(None, frozenset(roles)))
    assert texts_of(told, 1)["words"]["text"] == SECRET
    assert checked(told).last.seq == 3


def test_a_line_that_is_not_there_is_not_found(told: Database):
    with pytest.raises(NotFound):
        erase(told, 99)


@pytest.mark.parametrize("field", ["word", "", "words.text", "data.words"])
def test_a_place_without_words_is_invalid(told: Database, field: str):
    with pytest.raises(Invalid) as refusal:
        erase(told, 1, field)
    assert refusal.value.field == "fields"


def test_naming_no_place_is_invalid(told: Database):
    with pytest.raises(Invalid), told.writing() as session:
        redact(session, 1, [], "A private person", CHIEF)


def test_erasing_twice_is_refused_kindly(told: Database):
    erase(told, 1)
    with pytest.raises(Conflict, match="erased already"):
        erase(told, 1)
    with pytest.raises(Conflict):
        erase(told, 1, "other", "words")
    assert set(texts_of(told, 1)) == {"again", "other"}
    assert checked(told).last.seq == 4


@pytest.mark.parametrize("reason", ["", "  \n", SECRET, f"the name {SECRET.lower()} was a mistake", "x" * 3_000, f"({SECRET})"])
def test_a_reason_is_needed_that_does_not_repeat_the_words(told: Database, reason: str):
    with pytest.raises(Invalid) as refusal:
        erase(told, 1, reason=reason)
    assert refusal.value.field == "reason"
    assert texts_of(told, 1)["words"]["text"] == SECRET


def test_a_reason_may_hold_the_letters_of_a_short_word(database: Database):
    with database.writing() as session:
        note(session, "no")
    erase(database, 1, reason="we know now")
    assert checked(database).ok


def test_the_reason_of_an_erasure_can_be_erased_as_well(told: Database):
    erase(told, 1, reason="It names Jane Doe")
    erase(told, 4, "reason", reason="The reason named somebody")
    report = checked(told)
    assert report.ok
    assert report.erased == 2


def test_an_erasure_that_fails_later_erases_nothing(told: Database):
    class Failure(Exception):
        pass

    with pytest.raises(Failure), told.writing() as session:  # noqa: PT012
        redact(session, 1, ["words"], "A private person", CHIEF)
        raise Failure
    assert texts_of(told, 1)["words"]["text"] == SECRET
    assert checked(told).ok


def test_words_that_vanish_without_an_event_are_missed(told: Database):
    erase(told, 1, "words")
    with tampering(told) as connection:
        connection.execute(text("UPDATE event_texts SET texts = '{}' WHERE seq = 1"))
    assert {(finding.what, finding.seq) for finding in checked(told).findings} == {(What.TEXT, 1)}
    assert len(checked(told).findings) == 2, "both that no event speaks of, and not the one that was erased"


def test_words_that_come_back_are_found(told: Database):
    with told.reading() as session:
        before = session.scalar(select(EventTexts.texts).where(EventTexts.seq == 1))
    erase(told, 1, "words")
    with tampering(told) as connection:
        connection.execute(text("UPDATE event_texts SET texts = :texts WHERE seq = 1"), {"texts": before})
    report = checked(told)
    assert [(finding.what, finding.seq) for finding in report.findings] == [(What.TEXT, 1)]
    assert "erased" in str(report.findings[0])


def test_all_places_of_the_same_words_are_found(database: Database):
    claim = factories.make_claim(database, statement=f"{SECRET} will resign.")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.edit(session, own, {"statement": "The minister will resign."}, actor=CHIEF, version=own.version)
    with database.reading() as session:
        places = find_text(session, f"claim:{claim.id}", SECRET.upper())
        assert [place.field for place in places] == ["set.statement", "was.statement"]
        assert places[0].seq < places[1].seq
        assert find_text(session, f"claim:{claim.id}", "nobody") == []
        assert find_row_texts(session, SECRET, f"claim:{claim.id}") == []
        (row,) = find_row_texts(session, "minister", subject := f"claim:{claim.id}")
        assert row == RowText(subject, "statement", subject)
    for place in places:
        erase(database, place.seq, place.field)
    with database.reading() as session:
        assert find_text(session, f"claim:{claim.id}", SECRET) == []
    report = checked(database, rows=True)
    assert report.findings == []
    assert report.erased == 2


def test_words_in_the_rows_that_events_of_a_claim_speak_of_are_found(database: Database):
    claim = factories.make_claim(database, "resolved")
    evidence = factories.make_evidence(database, factories.make_claim(database), title=f"Interview with {SECRET}")
    with database.reading() as session:
        (row,) = find_row_texts(session, SECRET, subject := f"claim:{evidence.claim_id}")
        assert row == RowText(f"evidence:{evidence.id}", "title", subject)
        subject = f"claim:{claim.id}"
        assert RowText("verdict:1", "rationale", subject) in find_row_texts(session, "governments", subject)
        assert [type(place) for place in find_text(session, f"claim:{claim.id}", "governments")] == [Place]


# --- nothing stays on the disk ---


def on_disk(database: Database, words: str) -> list[str]:
    """The files of the database that hold these words."""
    folder = Path(database.url.database or "").parent
    return [path.name for path in sorted(folder.iterdir()) if path.is_file() and words.encode() in path.read_bytes()]


def test_erased_words_are_nowhere_in_the_files_of_the_database(sqlite_database: Database):
    claim = factories.make_claim(sqlite_database, statement=f"{SECRET} will resign.")
    assert on_disk(sqlite_database, SECRET)
    with sqlite_database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.edit(session, own, {"statement": "The minister will resign."}, actor=CHIEF, version=own.version)
    with sqlite_database.reading() as session:
        places = find_text(session, f"claim:{claim.id}", SECRET)
    for place in places:
        erase(sqlite_database, place.seq, place.field)
    assert scrub(sqlite_database)
    assert on_disk(sqlite_database, SECRET) == []
    assert checked(sqlite_database, rows=True).ok


def test_erased_words_leave_no_trace_however_the_pages_were_shuffled(sqlite_database: Database):
    chance = random.Random(4)
    secrets: dict[int, str] = {}
    with sqlite_database.writing() as session:
        for seq in range(1, 401):
            secrets[seq] = "".join(chance.choices(string.ascii_letters, k=chance.choice([12, 60, 700, 9_000])))
            note(session, secrets[seq])
    assert scrub(sqlite_database)
    chosen = chance.sample(sorted(secrets), 120)
    for at in range(0, len(chosen), 40):
        with sqlite_database.writing() as session:
            for seq in chosen[at : at + 40]:
                redact(session, seq, ["words"], "A private person", CHIEF)
            note(session, "x" * 5_000)
    assert scrub(sqlite_database)
    left = Path(sqlite_database.url.database or "").read_bytes()
    assert [seq for seq in chosen if secrets[seq][:12].encode() in left] == []
    assert [seq for seq in chosen if secrets[seq][-12:].encode() in left] == []
    assert all(secrets[seq][:12].encode() in left for seq in secrets if seq not in chosen)
    assert checked(sqlite_database).erased == 120


def test_redaction_waits_for_open_readers(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tracker.ledger.erasing._PATIENCE_MS", 50)
    record_some(sqlite_database, 1)
    with sqlite_database.reading() as session:
        session.scalar(select(Event.seq))
        erase(sqlite_database, 1)
        assert not scrub(sqlite_database)
    assert scrub(sqlite_database)
