"""Claims without a quote: the sentence proposed for each, attached one by one or together."""

import pytest

from tests.claims.pages import form, send
from tests.factories import events_of, fresh, make_article, make_claim
from tests.support.web import Client, SignIn
from tracker.articles.models import Article
from tracker.claims.models import Claim
from tracker.claims.queries import unquoted_claims
from tracker.db import Database

BODY = (
    "The bay is waiting\n\n"
    "The old pier closed in 2019. The new pier will probably open in June. Ferries could then stop crossing the bay.\n\n"
    "The mayor spoke. Salt prices should rise this winter, the salt makers believe."
)
PIER, FERRIES, SALT = "The new pier opens in June", "Ferries stop crossing the bay", "Salt prices rise this winter"


@pytest.fixture
def article(database: Database) -> Article:
    return make_article(database, body=BODY, language="en")


@pytest.fixture
def claims(database: Database, article: Article) -> dict[str, Claim]:
    return {each: make_claim(database, "open", article=article, statement=each) for each in (PIER, FERRIES, SALT)}


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in()


def kinds(database: Database, claim: Claim) -> list[str]:
    with database.reading() as session:
        return [event.kind for event in events_of(session, f"claim:{claim.id}")]


def test_page_proposes_a_sentence_for_each_claim(client: Client, article: Article, claims: dict[str, Claim]):
    page = client.get(f"/articles/{article.id}/attach")
    places = {
        name: [int(part) for part in value[0].split(":")]
        for name, value in form(page, "/attach").values.items()
        if name.startswith("place-")
    }
    sentences = {name: BODY[start:end] for name, (_number, start, end) in places.items()}
    assert sentences == {
        f"place-{claims[PIER].id}": "The new pier will probably open in June.",
        f"place-{claims[FERRIES].id}": "Ferries could then stop crossing the bay.",
        f"place-{claims[SALT].id}": "Salt prices should rise this winter, the salt makers believe.",
    }


def test_one_button_attaches_one_quote_with_one_event(
    database: Database, client: Client, article: Article, claims: dict[str, Claim]
):
    page = client.get(f"/articles/{article.id}/attach")
    before = kinds(database, claims[SALT])
    answer = send(client, page, "/attach", only=str(claims[SALT].id))
    assert (answer.status_code, answer.location) == (303, f"/articles/{article.id}/attach")
    salt = fresh(database, claims[SALT])
    assert (salt.quote, salt.text_number, salt.paragraph) == (
        "Salt prices should rise this winter, the salt makers believe.", 1, 3,
    )  # fmt: skip
    assert BODY[salt.quote_start : salt.quote_end] == salt.quote
    assert kinds(database, claims[SALT]) == [*before, "claim.edit"]
    assert [fresh(database, claims[each]).quote for each in (PIER, FERRIES)] == ["", ""]


def test_ticked_quotes_are_attached_together(database: Database, client: Client, article: Article, claims: dict[str, Claim]):
    page = client.get(f"/articles/{article.id}/attach")
    send(client, page, "/attach", claim=[str(claims[PIER].id), str(claims[SALT].id)])
    assert [bool(fresh(database, claims[each]).quote) for each in (PIER, FERRIES, SALT)] == [True, False, True]
    assert all(kinds(database, claims[each]).count("claim.edit") == 1 for each in (PIER, SALT))
    assert "2 quotes attached." in client.get(f"/articles/{article.id}/attach").text


def test_attached_quote_can_be_undone(database: Database, client: Client, article: Article, claims: dict[str, Claim]):
    page = client.get(f"/articles/{article.id}/attach")
    send(client, page, "/attach", only=str(claims[SALT].id))
    shown = client.get(f"/articles/{article.id}/attach")
    answer = send(client, shown, "/undo")
    assert answer.status_code == 303
    assert fresh(database, claims[SALT]).quote == ""


def test_quotes_attached_together_are_undone_together(
    database: Database, client: Client, article: Article, claims: dict[str, Claim]
):
    page = client.get(f"/articles/{article.id}/attach")
    send(client, page, "/attach", claim=[str(claims[PIER].id), str(claims[SALT].id)])
    shown = client.get(f"/articles/{article.id}/attach")

    answer = send(client, shown, "/undo")

    assert (answer.status_code, answer.location) == (303, f"/articles/{article.id}/attach")
    assert [fresh(database, claims[each]).quote for each in (PIER, FERRIES, SALT)] == ["", "", ""]
    assert [kinds(database, claims[each])[-2:] for each in (PIER, SALT)] == [["claim.edit", "claim.undo"]] * 2
    assert "Undone for 2 claims." in client.get(answer.location).text


def test_undoing_together_leaves_a_claim_that_was_worked_on_since(
    database: Database, client: Client, article: Article, claims: dict[str, Claim]
):
    page = client.get(f"/articles/{article.id}/attach")
    send(client, page, "/attach", claim=[str(claims[PIER].id), str(claims[SALT].id)])
    shown = client.get(f"/articles/{article.id}/attach")
    with database.writing() as session:
        session.get_one(Claim, claims[SALT].id).version += 1

    send(client, shown, "/undo")

    assert fresh(database, claims[PIER]).quote == ""
    assert fresh(database, claims[SALT]).quote != ""


def test_skipped_claim_is_left_out_and_keeps_its_sentence(client: Client, article: Article, claims: dict[str, Claim]):
    page = client.get(f"/articles/{article.id}/attach?skip={claims[PIER].id}")
    names = form(page, "/attach").values
    assert f"place-{claims[PIER].id}" not in names
    assert f"place-{claims[FERRIES].id}" in names
    assert "Show the skipped ones" in page.text


def test_skipped_claim_stays_left_out_after_many_others(client: Client, article: Article, claims: dict[str, Claim]):
    others = ".".join(str(10**6 + number) for number in range(60))
    names = form(client.get(f"/articles/{article.id}/attach?skip={others}.{claims[PIER].id}"), "/attach").values
    assert f"place-{claims[PIER].id}" not in names
    assert f"place-{claims[FERRIES].id}" in names


def test_claim_that_changed_since_the_page_is_left_alone(
    database: Database, client: Client, article: Article, claims: dict[str, Claim]
):
    page = client.get(f"/articles/{article.id}/attach")
    with database.writing() as session:
        session.get_one(Claim, claims[SALT].id).version += 1
    send(client, page, "/attach", claim=[str(claims[PIER].id), str(claims[SALT].id)])
    assert fresh(database, claims[SALT]).quote == ""
    assert fresh(database, claims[PIER]).quote != ""
    assert "1 claim had changed and was left alone." in client.get(f"/articles/{article.id}/attach").text


def test_claim_of_another_article_is_not_touched(database: Database, client: Client, article: Article):
    other = make_claim(database, "open", statement=SALT)
    client.post(
        f"/articles/{article.id}/attach",
        data={"only": str(other.id), f"version-{other.id}": str(other.version), f"place-{other.id}": "1:0:18"},
    )
    assert fresh(database, other).quote == other.quote


@pytest.mark.parametrize("place", ["", "1:0", "9:0:18", "1:5:5", "1:0:99999999", "x:y:z"])
def test_place_that_there_is_not_attaches_nothing(
    database: Database, client: Client, article: Article, claims: dict[str, Claim], place: str
):
    salt = claims[SALT]
    data = {"only": str(salt.id), f"version-{salt.id}": str(salt.version), f"place-{salt.id}": place}
    assert client.post(f"/articles/{article.id}/attach", data=data).status_code == 303
    assert (fresh(database, salt).quote, fresh(database, salt).version) == ("", salt.version)


def test_same_form_sent_twice_attaches_once(database: Database, client: Client, article: Article, claims: dict[str, Claim]):
    page = client.get(f"/articles/{article.id}/attach")
    for _ in range(2):
        assert send(client, page, "/attach", only=str(claims[SALT].id)).status_code == 303
    assert kinds(database, claims[SALT]).count("claim.edit") == 1


def test_claims_with_a_quote_or_a_verdict_are_not_offered(database: Database, client: Client, article: Article):
    make_claim(database, "open", article=article, statement=PIER, quote="The old pier closed in 2019.", quote_kind="verbatim")
    make_claim(database, "proposed", article=article, statement=SALT)
    page = client.get(f"/articles/{article.id}/attach").text
    assert "Every claim of this article that can be changed has a quote." in page


def test_adding_a_text_leads_to_the_proposals(database: Database, client: Client):
    bare = make_article(database, body=None, language="en")
    make_claim(database, "open", article=bare, statement=SALT)
    answer = client.post(f"/articles/{bare.id}/text/new", data={"body": BODY})
    assert client.get(answer.location).location == f"/articles/{bare.id}/attach"


def test_article_without_a_text_has_no_such_page(database: Database, client: Client):
    bare = make_article(database, body=None, language="en")
    assert client.get(f"/articles/{bare.id}/attach").status_code == 404


def test_claim_that_resembles_no_sentence_leads_to_choosing_words(database: Database, client: Client, article: Article):
    moon = make_claim(database, "open", article=article, statement="Lunar mining becomes profitable")
    page = client.get(f"/articles/{article.id}/attach").text
    assert "1 claim without a similar sentence" in page
    assert f"claim={moon.id}" in page


def test_claims_beyond_the_list_are_named_and_follow(
    database: Database, client: Client, article: Article, claims: dict[str, Claim], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(unquoted_claims, "SIZE", 3)
    path = f"/articles/{article.id}/attach"
    assert "claims are listed" not in client.get(path).text
    make_claim(database, "open", article=article, statement="Nothing in the text is like this")

    page = client.get(path).text
    assert "Only the first 3 claims are listed." in page
    assert "Nothing in the text" not in page

    page = client.get(f"{path}?skip={claims[PIER].id}").text
    assert "claims are listed" not in page
    assert "Nothing in the text" in page


def test_text_too_long_for_proposals_is_named(
    client: Client, article: Article, claims: dict[str, Claim], monkeypatch: pytest.MonkeyPatch
):
    path = f"/articles/{article.id}/attach"
    monkeypatch.setattr(unquoted_claims, "LONGEST", len(BODY))
    assert "no sentences are proposed" not in client.get(path).text
    monkeypatch.setattr(unquoted_claims, "LONGEST", len(BODY) - 1)
    page = client.get(path).text
    assert "no sentences are proposed" in page
    assert "3 claims without a similar sentence" in page
