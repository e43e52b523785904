"""Reading an article with a language model set: its marks are added, and its failure leaves those of the rules with a note."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_article
from tests.intake.test_language_model import Stub, claim, reply, say
from tests.support.web import SignIn
from tracker.config import Settings
from tracker.config_reading import LanguageModelSettings
from tracker.db import Database
from tracker.intake.models import ArticleReading, Candidate

BODY = "A pier\n\nThe pier will close in June 2025. The harbour board met on Monday."
NOTE = "The language model did not answer."


@pytest.fixture
def stub():
    made = Stub()
    yield made
    made.hold.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(name="settings")
def settings_with_model(settings: Settings, stub: Stub) -> Settings:
    model = LanguageModelSettings(stub.url, "small", "k3y", (ip_network("127.0.0.0/8"),))
    return replace(settings, language_model=model)


def read(database: Database, session: Session, sign_in: SignIn) -> tuple[str, list[str]]:
    """Read an article by its page; return the reading's page and the passages found."""
    article = make_article(database, body=BODY, language="en")
    client = sign_in()
    answer = client.post(f"/articles/{article.id}/sort/read")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    session.rollback()
    found = session.scalars(select(Candidate).join(ArticleReading).order_by(Candidate.quote_start))
    return page, [BODY[each.quote_start : each.quote_end] for each in found]


def test_sentence_of_the_model_becomes_a_candidate_without_a_cue(
    database: Database, session: Session, sign_in: SignIn, stub: Stub
):
    stub.answer = say(claim(2, "The harbour board met"))
    page, found = read(database, session, sign_in)
    assert found == ["The pier will close in June 2025.", "The harbour board met on Monday."]
    assert NOTE not in page


@pytest.mark.parametrize("status", [429, 500])
def test_failing_model_leaves_the_rules_and_a_note(
    database: Database, session: Session, sign_in: SignIn, stub: Stub, status: int
):
    stub.answer = reply(b"{}", status)
    page, found = read(database, session, sign_in)
    assert found == ["The pier will close in June 2025."]
    assert NOTE in page


def test_lying_model_adds_nothing(database: Database, session: Session, sign_in: SignIn, stub: Stub):
    stub.answer = say(claim(1, "The pier will burn"), claim(7, "x"))
    page, found = read(database, session, sign_in)
    assert found == ["The pier will close in June 2025."]
    assert "answer could not be used" in page
