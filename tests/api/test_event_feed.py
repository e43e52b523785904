"""The event feed while many write: every number once, in order, none passed over, and never ahead of the head that it shows."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.api.support import Programs
from tests.factories import DESK, make_claim
from tracker.api.rate_limit import LIMITS
from tracker.claims.models import Claim
from tracker.claims.services import evidence
from tracker.db import Database
from tracker.ledger.models import Event

WRITERS = 8
NOTES = 12  # of each writer


def last(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(func.max(Event.seq))).one()


def test_feed_has_no_gap_while_many_write(program: Programs, database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(LIMITS, "read", 10_000_000)
    claims, bot, start = [make_claim(database, "open") for _ in range(WRITERS)], program(), threading.Barrier(WRITERS + 1)
    bot.get("/me")
    before, written = last(database), threading.Event()

    def write(claim: Claim) -> None:
        start.wait(timeout=30)
        for number in range(NOTES):
            with database.sessions() as session, database.writing(session):
                evidence.add_note(session, session.get_one(Claim, claim.id), f"Note {number}", actor=DESK)

    def follow() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        start.wait(timeout=30)
        while True:
            is_last = written.is_set()
            answer = bot.get(f"/events?limit=5&after={found[-1]['seq'] if found else 0}")
            assert answer.status_code == 200, answer.text
            assert answer.json is not None
            found += answer.json["items"]
            assert not found or answer.json["head"]["seq"] >= found[-1]["seq"]
            if is_last and not answer.json["items"]:
                return found

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reading = pool.submit(follow)
        try:
            for writing in [pool.submit(write, claim) for claim in claims]:
                writing.result()
        finally:
            written.set()
        found = reading.result()
    assert len(found) == last(database) == before + WRITERS * NOTES
    assert [row["seq"] for row in found] == list(range(1, len(found) + 1))
    assert all(later["prev_hash"] == earlier["hash"] for earlier, later in pairwise(found))
    assert bot.items("/events?limit=200") == found
