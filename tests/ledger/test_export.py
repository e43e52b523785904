"""The history as JSON lines."""

import json
from typing import Any

import pytest

from tests import factories
from tests.ledger.support import CHIEF, note, record_some
from tracker.claims.enums import Visibility
from tracker.claims.models import Claim
from tracker.claims.services import evidence
from tracker.db import Database
from tracker.ledger.chain import GENESIS, link
from tracker.ledger.export import lines
from tracker.ledger.reading import one_moment
from tracker.ledger.redaction import redact
from tracker.ledger.texts import digest

MEMBERS = {"at", "actor", "subject", "kind", "seq", "data", "prev_hash", "hash"}


def exported(database: Database, *, internal: bool = False) -> list[dict[str, Any]]:
    with one_moment(database) as session:
        return [json.loads(line) for line in lines(session, internal=internal)]


def test_an_empty_history_exports_nothing(database: Database):
    assert exported(database) == []


def test_a_line_has_the_sealed_members_the_hashes_and_the_texts(database: Database):
    with database.writing() as session:
        note(session, "« a word »\n", number=4, nothing=None, yes=True)
    (line,) = exported(database)
    assert set(line) == MEMBERS | {"texts"}
    assert (line["seq"], line["actor"], line["subject"], line["kind"]) == (1, "system", "thing:1", "thing.noted")
    side = line["texts"]["words"]
    assert side["text"] == "« a word »\n"
    assert line["data"] == {"words": {"sha256": digest(side["salt"], side["text"])}, "number": 4, "nothing": None, "yes": True}


def test_the_lines_chain(database: Database):
    record_some(database, 5)
    tip = GENESIS
    for number, line in enumerate(exported(database), start=1):
        assert line["seq"] == number
        assert line["prev_hash"] == tip
        sealed = {name: line[name] for name in MEMBERS - {"prev_hash", "hash"}}
        tip = link(tip, json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
        assert line["hash"] == tip


def test_exported_event_is_one_line(database: Database):
    with database.writing() as session:
        note(session, "two\nlines\r and \u2028 more")
    with one_moment(database) as session:
        (line,) = lines(session)
    assert "\n" not in line


def test_erased_words_are_left_out(database: Database):
    record_some(database, 2)
    with database.writing() as session:
        redact(session, 1, ["words"], "A private person", CHIEF)
    first, second, _ = exported(database)
    assert "texts" not in first
    assert set(second["texts"]) == {"words"}


def test_private_notes_and_internal_evidence_keep_their_words(database: Database):
    claim = factories.make_claim(database, "open")
    factories.make_evidence(database, claim, title="Public source")
    inner = factories.make_evidence(database, claim, title="Whispered to us", visibility=Visibility.INTERNAL)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        evidence.add_note(session, own, "Between ourselves", actor=factories.DESK)
        evidence.withdraw_evidence(session, own, inner.id, "The whisper was wrong", actor=factories.DESK)
    everything = json.dumps(exported(database, internal=True))
    handed_on = json.dumps(exported(database))
    for words in ("Whispered to us", "Between ourselves", "The whisper was wrong"):
        assert words in everything
        assert words not in handed_on
    assert "Public source" in handed_on


def test_an_export_is_of_one_moment(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tracker.ledger.reading.BATCH", 2)
    record_some(database, 4)
    with one_moment(database) as session:
        going = lines(session)
        found = [next(going)]
        record_some(database, 3)
        found += going
    assert len(found) == 4
