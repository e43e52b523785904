"""Lists that are longer than what a page offers: nothing that can be chosen is dropped without a word."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.claims.pages import fill
from tests.factories import DESK, fresh, make_article, make_claim, make_editor, make_speaker, make_topic
from tests.support.web import Client, SignIn
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims.forms import common
from tracker.claims.models import Claim, ClaimTopic, Speaker, Topic
from tracker.claims.queries import article_claims, choices, name_lists
from tracker.claims.routes import queue, quote_selection
from tracker.db import Database

FEW = 3


@pytest.fixture(autouse=True)
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists that end after FEW entries, so that no test has to fill thousands of rows."""
    monkeypatch.setattr(choices, "MOST", FEW)
    monkeypatch.setattr(choices, "RECENT", FEW)


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in("editor")


def _speakers(database: Database, number: int) -> list[Speaker]:
    return [make_speaker(database, f"Speaker {each:02}") for each in range(number)]


def _topics(database: Database, number: int) -> list[Topic]:
    return [make_topic(database, f"Topic {each:02}", f"Thème {each:02}") for each in range(number)]


def _topics_of(database: Database, claim: Claim) -> set[int]:
    with database.reading() as session:
        return set(session.scalars(select(ClaimTopic.topic_id).where(ClaimTopic.claim_id == claim.id)))


def test_claim_form_offers_no_second_input_while_its_lists_are_complete(database: Database, client: Client):
    _speakers(database, FEW)
    _topics(database, FEW)
    page = client.get(f"/claims/{make_claim(database).id}/edit").text
    assert "Speaker 02" in page
    assert "speaker_id-named" not in page
    assert "topics-named" not in page


def test_speaker_beyond_the_list_is_chosen_by_name(database: Database, client: Client):
    last = _speakers(database, FEW + 1)[-1]
    claim = make_claim(database, quote="", quote_kind=None)
    path = f"/claims/{claim.id}/edit"
    page = client.get(path).text
    assert "Speaker 03" not in page
    assert "The list shows only the first 3." in page

    answer = fill(client, path, **{"speaker_id-named": " speaker  03", "attribution": "stated"})

    assert answer.status_code == 303, answer.text
    assert fresh(database, claim).speaker_id == last.id


def test_speaker_by_name_needs_the_affiliation_where_two_share_it(database: Database, client: Client):
    _speakers(database, FEW)
    mayor = make_speaker(database, "Zoe Young", affiliation="Mayor of Velmouth")
    make_speaker(database, "Zoe Young", affiliation="Ferry Union")
    claim = make_claim(database, quote="", quote_kind=None)
    path = f"/claims/{claim.id}/edit"

    refused = fill(client, path, **{"speaker_id-named": "Zoe Young", "attribution": "stated"})
    assert refused.status_code == 422
    assert "2 entries have the name “Zoe Young”." in refused.text
    assert 'value="Zoe Young"' in refused.text
    assert fresh(database, claim).speaker_id is None

    assert fill(client, path, **{"speaker_id-named": "zoe young (mayor of Velmouth)", "attribution": "stated"}).status_code == 303
    assert fresh(database, claim).speaker_id == mayor.id


def test_name_that_no_speaker_has_is_refused_and_kept(database: Database, client: Client):
    _speakers(database, FEW + 1)
    claim = make_claim(database, quote="", quote_kind=None)
    answer = fill(client, f"/claims/{claim.id}/edit", **{"speaker_id-named": "Nemo\x00 Nil", "attribution": "stated"})
    assert answer.status_code == 422
    assert "No entry has the name “Nemo� Nil”." in answer.text
    assert 'value="Nemo� Nil"' in answer.text


def test_topics_beyond_the_list_are_added_by_name(database: Database, client: Client):
    topics = _topics(database, FEW + 2)
    claim = make_claim(database, topics=topics[:1])
    path = f"/claims/{claim.id}/topics"
    assert "Type other names here, separated by semicolons." in client.get(path).text

    assert fill(client, path, **{"topics-named": "topic 03; Thème 04"}).status_code == 303

    assert _topics_of(database, claim) == {topics[0].id, topics[3].id, topics[4].id}


def test_topic_beyond_the_list_is_added_to_many_claims_by_name(database: Database, client: Client):
    topics = _topics(database, FEW + 1)
    claim = make_claim(database, "due", review_on=date(2024, 3, 1))
    sent = {"do": "topic", "pick": f"{claim.id}:{claim.version}", "topic_id": "", "topic_id-named": "Topic 03"}
    answer = client.post("/queue/bulk", data=sent)
    assert answer.status_code in (302, 303), answer.text
    assert _topics_of(database, claim) == {topics[3].id}


def test_speaker_is_merged_into_one_beyond_the_list(database: Database, sign_in: SignIn):
    speakers = _speakers(database, FEW + 1)
    boss = sign_in(make_editor(database, roles=("chief",)))
    assert fill(boss, f"/speakers/{speakers[0].id}/merge", **{"into_id-named": "Speaker 03"}).status_code == 303
    with database.reading() as session:
        assert session.get_one(Speaker, speakers[0].id).merged_into_id == speakers[3].id


def test_page_that_asks_for_the_article_names_its_cap(database: Database, client: Client):
    for number in range(FEW + 1):
        make_article(database, title=f"Article {number}", published_on=date(2024, 1, 1) + timedelta(number))
    page = client.get("/claims/new").text
    assert "Article 3" in page
    assert "Article 0" not in page
    assert "At most 3 are listed." in page


@pytest.mark.parametrize("name", ["topic", "speaker"])
def test_filter_of_the_queue_names_its_cap(database: Database, client: Client, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr(name_lists, "OFFERED", FEW)
    monkeypatch.setattr(queue, "OFFERED", FEW)
    make: Any = {"topic": make_topic, "speaker": make_speaker}[name]
    for number in range(FEW - 1):
        make(database, f"{name} {number}")
    assert "are listed" not in client.get("/queue?filters=open").text

    make(database, f"{name} {FEW}")
    beyond = make(database, f"{name} {FEW + 1}")

    page = client.get("/queue?filters=open").text
    assert "At most 3 are listed." in page
    assert f'href="/{name}s"' in page
    assert f"queue?{name}={beyond.id}" in client.get(f"/{name}s/{beyond.id}").text
    assert f">{name} {FEW + 1}</option>" in client.get(f"/queue?{name}={beyond.id}&filters=open").text


def test_owner_beyond_the_filter_is_chosen_by_name(database: Database, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue, "OFFERED", FEW)
    people = [make_editor(database, f"Owner {number}") for number in range(FEW + 1)]
    make_claim(database, "open", statement="Theirs.", owner=people[-1])
    make_claim(database, "open", statement="Of the first.", owner=people[0])
    filters = client.get("/queue?filters=open").text.partition('id="filters"')[2].partition("</form>")[0]
    assert ">Owner 2</option>" in filters
    assert ">Owner 3</option>" not in filters
    assert "Owner, by name" in filters
    found = client.get("/queue?owner=&owner-named=owner+3").text
    assert "Theirs." in found
    assert "Of the first." not in found
    assert "Showing: Owner 3" in found
    assert f"?list=owner%3D{people[-1].id}" in found
    assert "Of the first." not in client.get("/queue?owner=me&owner-named=owner+3").text
    assert "Theirs." in client.get("/queue?owner=nobody&owner-named=owner+3").text
    assert "Of the first." in client.get("/queue?owner-named=Owner").text


@pytest.mark.parametrize("number", [FEW, FEW + 1])
def test_owner_select_holds_the_first_and_finds_others_by_name(
    database: Database, client: Client, monkeypatch: pytest.MonkeyPatch, number: int
):
    monkeypatch.setattr(common, "PEOPLE_MOST", FEW)
    people = [make_editor(database, f"A colleague {each}") for each in range(number - 1)]
    last = make_editor(database, "Zoe Last")
    claim = make_claim(database, "open", owner=people[0])
    page = client.get(f"/claims/{claim.id}/assign").text
    is_cut = number + 1 > FEW  # the editor who looks is one, too
    assert ("owner_id-named" in page) is is_cut
    assert fill(client, f"/claims/{claim.id}/assign", **{"owner_id-named": "zoe last"}).status_code == 303
    assert fresh(database, claim).owner_id == last.id


def test_filter_of_the_overview_names_its_cap_and_keeps_the_chosen_topic(
    database: Database, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(name_lists, "OFFERED", FEW)
    monkeypatch.setattr("tracker.overview.routes.OFFERED", FEW)
    make_claim(database)
    last = _topics(database, FEW + 1)[-1]
    assert "At most 3 are listed." in client.get("/overview").text
    assert f'<option value="{last.id}" selected>Topic 03</option>' in client.get(f"/overview?topic={last.id}").text


def test_sentences_beyond_the_list_are_pasted(database: Database, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(quote_selection, "SENTENCES", 2)
    article = make_article(database, body="One comes. Two comes. Three comes.")
    page = client.get(f"/articles/{article.id}/mark?text=1&paragraph=1").text
    assert "The first 2 sentences are listed. Paste the words of a later one below." in page


def test_places_beyond_the_list_are_named(database: Database, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(quote_selection, "MANY", 2)
    article = make_article(database, body="Rain here. Rain there. Rain again.")
    answer = client.post(f"/articles/{article.id}/mark?text=1&paragraph=1", data={"words": "Rain"})
    assert "The first 2 of 3 places are listed." in answer.text


def test_claims_that_are_not_marked_in_a_text_are_named(database: Database, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(article_claims, "PLACED_MAX", 2)
    article = make_article(database, body="Rain will come.")
    cap = "Only the first 2 claims of these paragraphs are marked."
    for _each in range(2):
        make_claim(database, article=article, quote="Rain will come.", quote_kind="verbatim", paragraph=1)
    assert cap not in client.get(f"/articles/{article.id}", follow_redirects=True).text
    make_claim(database, article=article, quote="Rain will come.", quote_kind="verbatim", paragraph=1)
    assert cap in client.get(f"/articles/{article.id}", follow_redirects=True).text


def test_every_editor_is_offered_as_owner(database: Database, client: Client):
    for number in range(FEW + 1):
        make_editor(database, f"Editor {number}")
    page = client.get(f"/claims/{make_claim(database).id}/assign").text
    assert all(f"Editor {number}" in page for number in range(FEW + 1))


@pytest.mark.parametrize(
    ("path", "whole", "longer"),
    [
        ("speakers", "a b c d e f", "a b c d e f g"),
        ("articles", "a b c d e f", "a b c d e f g"),
        ("articles", "a" * 100, "a" * 101),
        ("claims", "a" * 400, "a" * 401),
    ],
)
def test_search_for_more_than_is_looked_at_names_its_cap(client: Client, path: str, whole: str, longer: str):
    cut = "Not everything that you typed was searched for"
    assert cut not in client.get(f"/{path}", query_string={"q": whole}).text
    assert cut in client.get(f"/{path}", query_string={"q": longer}).text


def test_claims_of_other_texts_beyond_the_list_are_named(database: Database, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(article_claims, "OTHERS", 2)
    article = make_article(database, body="Rain will come.")

    claims = [
        make_claim(database, article=article, quote="Rain will come.", quote_kind="verbatim", paragraph=1) for _each in range(3)
    ]
    with database.writing() as session:
        articles.add_text(session, DESK, session.get_one(Article, article.id), "Snow will come.")
        for claim, number in zip(claims, (1, 1, 2), strict=True):
            session.get_one(Claim, claim.id).text_number = number
    path = f"/articles/{article.id}/text?number=2"
    assert "There are more" not in client.get(path).text
    with database.writing() as session:
        session.get_one(Claim, claims[2].id).text_number = 1
    assert "There are more; the first 2 are listed." in client.get(path).text
