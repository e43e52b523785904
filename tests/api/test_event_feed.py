"""The event feed while many write: every number once, in order, none passed over, and never ahead of the head that it shows."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from tests.api.support import Programs
from tests.factories import DESK, make_claim
from tracker.claims.models import Claim
from tracker.claims.services import evidence
from tracker.db import Database

WRITERS = 8
NOTES = 12  # of each writer


def test_feed_has_no_gap_while_many_write(program: Programs, database: Database):
    claims, bot, start = [make_claim(database, "open") for _ in range(WRITERS)], program(), threading.Barrier(WRITERS + 1)
    bot.get("/me")

    def write(claim: Claim) -> None:
        start.wait(timeout=30)
        for number in range(NOTES):
            with database.sessions() as session, database.writing(session):
                evidence.add_note(session, session.get_one(Claim, claim.id), f"Note {number}", actor=DESK)

    def follow(expected: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        start.wait(timeout=30)
        while sum(row["subject"] is None for row in found) < expected:
            page = bot.get(f"/events?limit=5&after={found[-1]['seq'] if found else 0}").json
            assert page is not None
            found += page["items"]
            assert not found or page["head"]["seq"] >= found[-1]["seq"]
        return found

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reading = pool.submit(follow, WRITERS * NOTES)
        for writing in [pool.submit(write, claim) for claim in claims]:
            writing.result()
        found = reading.result()
    assert [row["seq"] for row in found] == list(range(1, len(found) + 1))
    assert all(later["prev_hash"] == earlier["hash"] for earlier, later in pairwise(found))
    assert bot.items("/events?limit=200")[: len(found)] == found
