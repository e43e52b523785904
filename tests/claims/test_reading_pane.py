"""The form of a new claim next to its article: what is marked, the next passage, and the review date from the deadline."""

from datetime import date

import pytest

from tests.claims.pages import fill, form
from tests.factories import fresh, make_article, make_claim
from tests.support.web import SignIn
from tracker.articles.models import Article
from tracker.claims.enums import Certainty
from tracker.claims.models import Claim
from tracker.db import Database

FIRST = "The ferry will probably stop running in May."
SECOND = "The council will publish the study by September 2024."
BODY = f"A headline\n\n{FIRST} It is old.\n\n{SECOND}\n\nNothing else happened yesterday."


@pytest.fixture
def article(database: Database) -> Article:
    return make_article(database, body=BODY, language="en")


def _address(article: Article, words: str) -> str:
    start = BODY.index(words)
    return f"/claims/new?article={article.id}&text=1&start={start}&end={start + len(words)}"


def test_new_claim_page_shows_the_passage_in_its_article(article: Article, sign_in: SignIn):
    page = sign_in().get(_address(article, FIRST)).text
    assert f'<mark class="on">{FIRST}</mark> It is old.' in page
    assert f"<mark>{SECOND}</mark>" in page
    assert "<mark>Nothing else happened yesterday.</mark>" not in page
    assert "Passage 1 of 2" in page
    assert "Save and next passage" in page


def test_saving_goes_on_to_the_next_passage_without_a_claim(database: Database, article: Article, sign_in: SignIn):
    client = sign_in()
    answer = fill(
        client, _address(article, FIRST), "/new", statement="The ferry stops.", deadline_on="31 May 2024",
        deadline_source="stated", then="next",
    )  # fmt: skip
    assert answer.status_code == 303
    assert answer.location.endswith(_address(article, SECOND))
    following = client.get(answer.location).text
    assert f'<mark class="was">{FIRST}</mark>' in following
    assert "Save and next passage" not in following
    with database.reading() as session:
        claim = session.query(Claim).one()
        assert (claim.status, claim.deadline_on, claim.review_on) == ("open", date(2024, 5, 31), date(2024, 6, 1))
        assert claim.certainty is Certainty.NOT_RECORDED


def test_typed_review_date_is_kept(database: Database, article: Article, sign_in: SignIn):
    answer = fill(
        sign_in(), _address(article, FIRST), "/new", statement="The ferry stops.", deadline_on="31 May 2024",
        deadline_source="stated", review_on="15 June 2024", then="track",
    )  # fmt: skip
    assert answer.status_code == 303
    with database.reading() as session:
        assert session.query(Claim).one().review_on == date(2024, 6, 15)


def test_tracking_without_deadline_and_review_date_is_refused(database: Database, article: Article, sign_in: SignIn):
    answer = fill(sign_in(), _address(article, FIRST), "/new", statement="The ferry stops.", then="next")
    assert answer.status_code == 422
    with database.reading() as session:
        assert session.query(Claim).count() == 0


def test_certainty_is_not_preselected(article: Article, sign_in: SignIn):
    page = sign_in().get(_address(article, FIRST)).text
    select = page.partition('name="certainty"')[2].partition("</select>")[0]
    assert '<option value="" selected>Choose…</option>' in select
    assert select.count("selected") == 1


def test_proposing_and_next_opens_the_next_claim_to_judge(database: Database, sign_in: SignIn, make_evidence):
    first, second = make_claim(database, "due"), make_claim(database, "due")
    make_evidence(first)
    verdict = {
        "outcome": "confirmed", "rationale": "Both governments published it.", "known_on": "10 Mar 2024",
        "occurred_from": "10 Mar 2024",
    }  # fmt: skip
    client = sign_in()
    page = client.get(f"/claims/{first.id}")
    assert f"/claims/{first.id}/verdict?then=next" in page.text
    values = form(page, "/verdict").values
    answer = client.post(f"/claims/{first.id}/verdict?then=next", data={**values, **verdict})
    assert answer.status_code == 303
    assert answer.location.endswith(f"/claims/{second.id}#verdict")
    assert fresh(database, first).status == "proposed"


def test_signing_and_next_leads_to_the_queue_after_the_last(database: Database, sign_in: SignIn):
    claim = make_claim(database, "proposed")
    client = sign_in()
    values = form(client.get(f"/claims/{claim.id}"), "/signoff").values
    answer = client.post(f"/claims/{claim.id}/signoff?then=next", data={**values, "action": "sign"})
    assert answer.status_code == 303
    assert answer.location.endswith("/queue")
    assert fresh(database, claim).status == "resolved"
