"""Whom an article only suggests is known to editors alone: nobody who merely reads finds the name beside the claim."""

import re

import pytest

from tests.factories import make_claim, make_editor, make_speaker, make_topic
from tests.support.databases import Backend
from tests.support.web import SignIn
from tracker.claims.enums import Attribution
from tracker.claims.queries import speakers
from tracker.db import Database

NAME = "Zebedee Quillfeather"


@pytest.fixture
def backend() -> Backend:
    """What pages show does not hang on the database."""
    return "sqlite"


@pytest.fixture
def places(database: Database) -> dict[str, str]:
    """Where the name could stand, by what to call it."""
    speaker, topic = make_speaker(database, NAME), make_topic(database)
    owner = make_editor(database)
    claim = make_claim(database, "due", speaker_id=speaker.id, attribution=Attribution.IMPLIED, topics=[topic], owner=owner)
    return {
        "claim": f"/claims/{claim.id}",
        "history of the claim": f"/claims/{claim.id}/history",
        "peek": f"/claims/{claim.id}/peek",
        "dossier": f"/claims/{claim.id}/dossier",
        "dossier as lines": f"/claims/{claim.id}/dossier.jsonl",
        "queue": "/queue",
        "claims": "/claims",
        "article": f"/articles/{claim.article_id}",
        "topic": f"/topics/{topic.id}",
        "export": "/export/verdicts.csv",
    }


def shown(text: str) -> str:
    # A filter that offers all speakers says nothing of a claim.
    return re.sub(r"<option[^>]*>.*?</option>", "", text)


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_viewer_does_not_see_an_implied_name(role: str, sign_in: SignIn, places: dict[str, str]):
    browser = sign_in(role)
    leaks = []
    for name, path in places.items():
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, name
        if NAME in shown(answer.text):
            leaks.append(name)
    record = browser.get("/record?subject=claim:1").text
    assert leaks == []
    assert NAME not in record


def test_a_speakers_own_page_does_not_list_it_for_them(sign_in: SignIn, database: Database):
    speaker = make_speaker(database, NAME)
    make_claim(database, "due", speaker_id=speaker.id, attribution=Attribution.IMPLIED, statement="It was only suggested.")
    make_claim(database, "due", speaker_id=speaker.id, attribution=Attribution.STATED, statement="It was said outright.")
    for role, sees in (("viewer", False), ("editor", True)):
        browser = sign_in(role)
        for path in (f"/speakers/{speaker.id}", f"/queue?speaker={speaker.id}"):
            text = browser.get(path).text
            assert "It was said outright." in text, path
            assert ("It was only suggested." in text) is sees, (role, path)


def test_nor_does_the_list_of_speakers_count_it_for_them(database: Database):
    speaker = make_speaker(database, NAME)
    for attribution in (Attribution.IMPLIED, Attribution.STATED):
        make_claim(database, "due", speaker_id=speaker.id, attribution=attribution)
    with database.reading() as session:
        for with_implied, counted in ((False, 1), (True, 2)):
            [row] = speakers.list_speakers(session, "", with_sample=True, with_implied=with_implied).rows
            assert row.claims == counted


def test_editors_see_it(sign_in: SignIn, places: dict[str, str]):
    browser = sign_in("editor")
    for name in ("claim", "queue", "article", "topic"):
        assert NAME in browser.get(places[name], follow_redirects=True).text, name
