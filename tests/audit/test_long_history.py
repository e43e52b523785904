"""A claim with thousands of entries: its pages stay short, and its dossier is read in batches."""

import json
import re

import pytest
from sqlalchemy import event

from tests.factories import make_claim
from tests.support.web import SignIn
from tracker import clock, ledger
from tracker.audit.dossier import build_dossier
from tracker.audit.log import Filters, load_log
from tracker.db import Database
from tracker.ledger import SYSTEM
from tracker.ledger.descriptors import CHIEFS, EDITORS, EVERYONE
from tracker.ledger.reading import one_moment
from tracker.newsroom import settings

ENTRIES = 2_000


@pytest.fixture
def claim(database: Database) -> int:
    """The number of a claim with so many notes."""
    number = make_claim(database, "due", statement="It will rain.").id
    with database.writing() as session:
        for count in range(ENTRIES):
            data = {"note": count + 1_000, "body": ledger.Text(f"Note number {count}.")}
            ledger.record(session, f"claim:{number}", "note.add", actor=SYSTEM, data=data)
    return number


def test_the_pages_of_a_long_history_stay_short(claim: int, sign_in: SignIn):
    browser = sign_in("chief")
    for address in (f"/claims/{claim}", f"/claims/{claim}/history", f"/record?subject={claim}", "/record"):
        page = browser.get(address)
        assert page.status_code == 200
        assert len(page.text) < 300_000, address
        assert page.text.count("Note number") <= 200, address
    older = re.search(r'rel="next" href="([^"]+)"', browser.get(f"/record?subject={claim}").text)
    assert older
    assert "Note number" in browser.get(older[1].replace("&amp;", "&")).text


def test_a_dossier_of_a_long_history_has_every_entry(claim: int, sign_in: SignIn):
    text = sign_in("chief").get(f"/claims/{claim}/dossier.jsonl?desk=1").text
    lines = [json.loads(line) for line in text.splitlines()]
    seqs = [line["seq"] for line in lines if line["type"] == "event"]
    assert len(seqs) == ENTRIES + 3
    assert seqs == sorted(seqs)
    assert lines[-1]["type"] == "verification"
    assert lines[-1]["lines"] == len(seqs)
    assert lines[-1]["bad_lines"] == []


def test_a_dossier_reads_entries_in_batches_of_few_queries(claim: int, database: Database):
    asked: list[str] = []
    with one_moment(database) as session:
        event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        made = build_dossier(session, claim, today=clock.today("Europe/Paris"), for_desk=True)
        before = len(asked)
        entries = made.entries()
        next(entries)
        first = len(asked) - before
        rest = sum(1 for _ in entries)
    assert rest == ENTRIES + 2
    assert first <= 4, "one batch was read for the first entry"
    assert len(asked) - before <= first * (ENTRIES // 500 + 2)


def test_a_filtered_log_of_a_long_history_looks_through_a_bounded_part(claim: int, database: Database):
    with database.reading() as session:
        zone = settings.load(session).zone
        audiences = frozenset({EVERYONE, EDITORS, CHIEFS})
        filters = Filters(group="claims", subject=f"claim:{claim}")
        found = load_log(session, filters, zone=zone, audiences=audiences)
        assert found.older is not None, "the search goes on behind what was looked through"
        rest = load_log(session, filters, zone=zone, audiences=audiences, before=found.older)
    kinds = [line.entry.kind for line in (*found.lines, *rest.lines)]
    assert set(kinds) == {"claim.created", "claim.track", "claim.flag"}
