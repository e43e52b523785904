"""The pages of the hedge table: editors read them, chiefs change lines."""

import pytest
from sqlalchemy import select

from tests.claims.pages import form, send
from tests.factories import change_settings, make_article, make_editor
from tests.support.web import Client, SignIn
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.newsroom import settings

LINE = "/settings/hedges/line"


@pytest.fixture
def chief(database: Database, sign_in: SignIn) -> Client:
    return sign_in(make_editor(database, roles=("chief",)))


def stored(database: Database) -> str:
    with database.reading() as session:
        return settings.load(session).hedges


def test_page_lists_own_lines_before_those_that_ship(database: Database, sign_in: SignIn):
    change_settings(database, hedges="fr; sans doute; hedged; 40–60")
    page = sign_in(make_editor(database)).get("/settings/hedges").text
    assert page.index("40–60%") < page.index("Lines that come with Tracker") < page.index("almost certainly")
    assert "Add a line" not in page


def test_chief_adds_a_line(database: Database, chief: Client):
    answer = chief.post(LINE, data={"words": "bound to", "language": "en", "certainty": "hedged", "low": "85", "high": "95"})
    assert (answer.status_code, answer.location) == (303, "/settings/hedges")
    assert stored(database) == "en; bound to; hedged; 85–95"


def test_band_for_only_possible_words_is_refused_and_kept_in_the_form(database: Database, chief: Client):
    answer = chief.post(LINE, data={"words": "could", "language": "en", "certainty": "possible_only", "low": "30", "high": "60"})
    assert answer.status_code == 422
    assert "Only flat and hedged words have a likelihood." in answer.text
    assert 'value="30"' in answer.text
    assert stored(database) == ""


def test_word_that_ships_opens_with_its_present_reading(chief: Client):
    page = chief.get(f"{LINE}?language=fr&words=probablement").text
    assert 'value="probablement"' in page
    assert 'value="60"' in page
    assert 'name="replaces" value=""' in page


def test_line_sent_back_unchanged_stores_nothing_new(database: Database, chief: Client):
    change_settings(database, hedges="en; likely; hedged; 55–70")
    assert send(chief, chief.get(f"{LINE}?language=en&words=likely"), LINE).status_code == 303
    assert stored(database) == "en; likely; hedged; 55–70"


def test_line_changed_in_the_meantime_is_shown_and_not_replaced(database: Database, chief: Client):
    change_settings(database, hedges="en; likely; hedged; 55–70")
    page = chief.get(f"{LINE}?language=en&words=likely")
    change_settings(database, hedges="en; likely; hedged; 50–60")
    answer = send(chief, page, LINE, low="10")
    assert answer.status_code == 409
    assert "50–60%" in answer.text
    assert stored(database) == "en; likely; hedged; 50–60"
    assert send(chief, answer, LINE).status_code == 303
    assert stored(database) == "en; likely; hedged; 10–70"


def test_removed_line_is_gone(database: Database, chief: Client):
    change_settings(database, hedges="en; likely; hedged; 55–70")
    assert chief.post("/settings/hedges/remove", data={"language": "en", "words": "likely"}).status_code == 303
    assert stored(database) == ""
    assert chief.post("/settings/hedges/remove", data={"language": "en", "words": "likely"}).status_code == 303


def test_new_claim_starts_with_the_hedge_and_band_of_its_passage(database: Database, sign_in: SignIn):
    change_settings(database, hedges="en; probably; hedged; 51–66")
    article = make_article(database, body="The pier will probably close.", language="en")
    page = sign_in().get(f"/claims/new?article={article.id}&text=1&start=0&end=29")
    values = form(page, "/claims/new").values
    assert (values["hedge"], values["likelihood_low"], values["likelihood_high"]) == (["probably"], ["51"], ["66"])
    assert "Hedge table: Hedged" in page.text
    assert values["certainty"] == [""]


def test_new_claim_of_a_possible_passage_has_no_band(database: Database, sign_in: SignIn):
    article = make_article(database, body="The pier could close.", language="en")
    page = sign_in().get(f"/claims/new?article={article.id}&text=1&start=0&end=21")
    values = form(page, "/claims/new").values
    assert (values["hedge"], values["likelihood_low"], values["likelihood_high"]) == (["could"], [""], [""])


def test_proposed_band_is_dropped_where_the_editor_does_not_call_the_claim_hedged(database: Database, sign_in: SignIn):
    article = make_article(database, body="The pier will probably close.", language="en")
    client = sign_in()
    page = client.get(f"/claims/new?article={article.id}&text=1&start=0&end=29")
    answer = send(client, page, "/claims/new", statement="The pier closes.", then="draft", certainty="not_a_probability")
    assert answer.status_code == 303
    with database.reading() as session:
        claim = session.scalars(select(Claim)).one()
        assert (claim.hedge, claim.likelihood_low, claim.likelihood_high) == ("probably", None, None)
