"""A claim's page stays bounded, however much there is on the claim."""

import re
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, insert

from tests.factories import fresh, make_claim, make_evidence
from tests.support.web import Client, SignIn
from tracker import ledger
from tracker.claims.models import Check, Claim, Evidence, Note
from tracker.claims.routes.claim_view import HISTORY_SHOWN, LIST_SHOWN
from tracker.claims.routes.pages import HISTORY_PAGE
from tracker.db import Database
from tracker.ledger import SYSTEM

EVIDENCE, EVENTS = 500, 2_000


@contextmanager
def _queries(database: Database) -> Generator[list[str]]:
    found: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        found.append(statement)

    event.listen(database.engine, "after_cursor_execute", note)
    yield found
    event.remove(database.engine, "after_cursor_execute", note)


@pytest.fixture
def claim(database: Database) -> Claim:
    """A claim with 500 pieces of evidence, as many checks and notes of 10 kB, and 2,000 events."""
    claim = make_claim(database, "due")
    source = make_evidence(database, claim)
    with database.writing() as session:
        shared = {"claim_id": claim.id, "url": "https://example.org/", "source_kind": "news", "stance": "context"}
        session.execute(
            insert(Evidence), [{**shared, "title": f"Source {n}", "added_at": source.added_at} for n in range(EVIDENCE)]
        )
        day = claim.made_on
        session.execute(
            insert(Check),
            [{"claim_id": claim.id, "checked_on": day, "where_looked": "There", "found": f"Look {n}"} for n in range(EVIDENCE)],
        )
        session.execute(insert(Note), [{"claim_id": claim.id, "body": f"Note {n} " + "x" * 9_000} for n in range(EVIDENCE)])
        for _number in range(EVENTS):
            ledger.record(session, fresh(session, claim), "claim.topics", actor=SYSTEM, data={"topics": [], "topics_were": []})
    return claim


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in()


def test_claim_page_shows_a_bounded_part_of_long_lists(database: Database, claim: Claim, client: Client):
    with _queries(database) as queries:
        page = client.get(f"/claims/{claim.id}").text
    assert len(re.findall(r'<li id="e\d+"', page)) == LIST_SHOWN
    assert len(re.findall(r'<li id="k\d+"', page)) == LIST_SHOWN
    assert len(re.findall(r'<li id="n\d+"', page)) == LIST_SHOWN
    assert len(queries) <= 35
    assert len(page) < 900_000
    assert f"Source {EVIDENCE - 1}<" in page
    assert "Source 1<" not in page
    # All evidence is counted, whatever part of it is shown.
    assert re.search(rf"{EVIDENCE}<span class=\"vh\"> context", page)


def test_older_evidence_is_read_page_by_page(claim: Claim, client: Client):
    seen: set[str] = set()
    address, pages = f"/claims/{claim.id}", 0
    while address:
        page = client.get(address).text
        seen |= set(re.findall(r'<li id="(e\d+)"', page))
        found = re.search(r'href="([^"]*evidence_before=\d+[^"#]*)#evidence"', page)
        following = found[1].replace("&amp;", "&") if found else ""
        assert following != address
        address, pages = following, pages + 1
    assert len(seen) == EVIDENCE + 1
    assert pages == -(-(EVIDENCE + 1) // LIST_SHOWN)


def test_history_of_a_claim_is_read_page_by_page(database: Database, claim: Claim, client: Client):
    with _queries(database) as queries:
        page = client.get(f"/claims/{claim.id}/history").text
    assert 0 < page.count("<time") <= HISTORY_PAGE + 5
    assert len(queries) <= 30
    assert HISTORY_SHOWN < HISTORY_PAGE
    assert "before=" in page
