"""Every edit form, sent back as it was drawn, changes nothing and records nothing."""

import pytest
from sqlalchemy import func, select

from tests.claims.pages import fill
from tests.factories import change_settings, fresh, make_article, make_claim, make_editor, make_speaker, make_topic
from tests.support.web import Client, SignIn
from tracker.accounts.models import Editor
from tracker.articles.models import Article
from tracker.claims.models import Claim, ClaimTopic
from tracker.db import Database
from tracker.ledger.models import Event

FORMS = (
    "/claims/{claim}/edit",
    "/claims/{claim}/assign",
    "/claims/{claim}/topics",
    "/claims/{claim}/translation",
    "/articles/{article}/edit",
    "/speakers/{speaker}/edit",
    "/topics/{topic}/edit",
    "/settings/newsroom",
)


@pytest.fixture
def boss(database: Database, sign_in: SignIn) -> Client:
    """A client signed in with every role."""
    return sign_in(make_editor(database, roles=("chief", "admin")))


@pytest.fixture
def ids(database: Database) -> dict[str, int]:
    """A claim with stored values that no list offers: languages, a sample topic, a sample speaker and a disabled owner."""
    change_settings(database, show_sample=False)
    article = make_article(database, language="pt-BR", body="Um acordo vai ser assinado.")
    owner = make_editor(database, "Gone Owner")
    hidden = make_topic(database, "Hidden", "Caché", is_sample=True)
    speaker = make_speaker(database, "M. Hale", is_sample=True)
    claim = make_claim(
        database, article=article, owner=owner, topics=[hidden], speaker_id=speaker.id, attribution="stated", certainty=None,
        language="th", quote="Um acordo vai ser assinado.", quote_kind="paraphrase", quote_language="en-GB",
    )  # fmt: skip
    with database.writing() as session:
        # As earlier versions stored them: a spelling that is no longer the usual one.
        session.get_one(Claim, claim.id).quote_language = "en-gb"
        session.get_one(Article, article.id).language = "PT-br"
        session.get_one(Editor, owner.id).active = False
    return {"claim": claim.id, "article": article.id, "speaker": speaker.id, "topic": hidden.id}


def _events(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


@pytest.mark.parametrize("address", FORMS)
def test_form_sent_back_unchanged_records_no_event(database: Database, ids: dict[str, int], boss: Client, address: str):
    path = address.format(**ids)
    before = _events(database)

    answer = fill(boss, path)

    assert answer.status_code == 303, answer.text
    assert _events(database) == before


def test_edit_form_keeps_values_it_does_not_offer(database: Database, ids: dict[str, int], boss: Client):
    page = boss.get(f"/claims/{ids['claim']}/edit").text
    assert "Thai" in page
    assert "English (United Kingdom)" in page

    assert fill(boss, f"/claims/{ids['claim']}/edit", statement="Another statement.").status_code == 303

    with database.reading() as session:
        claim = session.get_one(Claim, ids["claim"])
        topics = session.scalars(select(ClaimTopic.topic_id).where(ClaimTopic.claim_id == claim.id)).all()
        assert (claim.statement, claim.language, claim.quote_language) == ("Another statement.", "th", "en-gb")
        assert (claim.speaker_id, topics, claim.certainty) == (ids["speaker"], [ids["topic"]], "not_recorded")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("Portuguese (Brazil)", "pt-BR"), ("thaï", "th"), ("ZH-hant", "zh-Hant"), ("german", "de"), ("", None)],
)
def test_language_is_understood_by_its_name_or_code(
    database: Database, ids: dict[str, int], boss: Client, typed: str, stored: str | None
):
    assert fill(boss, f"/claims/{ids['claim']}/edit", quote_language=typed).status_code == 303
    assert fresh(database, Claim(id=ids["claim"])).quote_language == stored


def test_unknown_language_is_refused_at_its_field(database: Database, ids: dict[str, int], boss: Client):
    answer = fill(boss, f"/claims/{ids['claim']}/edit", quote_language="Klingonese")
    assert answer.status_code == 422
    assert "No such language." in answer.text
    assert fresh(database, Claim(id=ids["claim"])).quote_language == "en-gb"
