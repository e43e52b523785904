"""What the factories promise to the other tests."""

import pytest

from tests.factories import events_of, fresh
from tracker.claims.enums import Outcome
from tracker.db import Database


@pytest.mark.parametrize("status", ["draft", "open", "due", "proposed", "resolved", "withdrawn"])
def test_a_claim_is_made_in_the_status_asked_for(database: Database, make_claim, status: str):
    claim = make_claim(status)
    assert claim.status == fresh(database, claim).status == status
    assert events_of(database, claim)[0].kind == "claim.created"


def test_a_claim_under_review_keeps_its_signed_verdict(make_claim):
    claim = make_claim("under_review")
    assert claim.status == "due"
    assert claim.signed_verdict_id is not None
    assert claim.proposal_id is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_claim_is_resolved_with_any_outcome(make_claim, outcome: Outcome):
    assert make_claim("resolved", outcome=outcome).status == "resolved"


def test_rows_can_be_read_after_the_session_is_closed(make_editor, make_article, make_speaker, make_topic, make_claim):
    editor, article, topic = make_editor(roles=["chief"]), make_article(body="One.\n\nTwo."), make_topic()
    assert editor.actor.roles == {"chief", "editor", "viewer"}
    assert (article.title, topic.label("en")[:5]) == ("What the summit will bring", "Topic")
    claim = make_claim(article=article, topics=[topic], owner=editor, speaker_id=make_speaker().id, attribution="stated")
    assert (claim.article_id, claim.owner_id) == (article.id, editor.id)
