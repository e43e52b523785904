"""Bad input sent to forms, addresses, searches and imports: it is answered with a sentence, and nothing is lost."""

import html
import io
import re
import unicodedata
from typing import Any, Final
from urllib.parse import quote, urlsplit

import pytest
from sqlalchemy import delete, func, select

from tests.claims.pages import fill
from tests.factories import fresh, make_article, make_claim
from tests.support import bad_inputs
from tests.support.web import PASSWORD, Client, SignIn
from tracker.articles.models import Article
from tracker.claims.models import Claim, Evidence
from tracker.db import Database
from tracker.intake.models import ArticleSource

# Refused with a sentence at their field.
UNUSABLE_STATEMENTS: Final = bad_inputs.named("statements_refused")
# Kept as they are and shown as text.
ODD_STATEMENTS: Final = bad_inputs.named("statements_kept")
NO_DAYS: Final = bad_inputs.texts("days")
NO_ADDRESSES: Final = bad_inputs.texts("addresses")
NO_LINKS: Final = bad_inputs.texts("links")
SEARCHES: Final = bad_inputs.texts("searches")
FORM_BODIES: Final = bad_inputs.named("form_bodies")
NO_ROWS: Final = bad_inputs.named("tables")
NO_NUMBERS: Final = bad_inputs.texts("numbers")


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in("editor")


@pytest.fixture
def article(database: Database) -> Article:
    return make_article(database)


def _count(database: Database, model: Any) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def _errors(page: str) -> str:
    return " ".join(re.findall(r'class="err"[^>]*>(.*?)</p>', page, re.DOTALL))


@pytest.mark.parametrize("name", UNUSABLE_STATEMENTS)
def test_statement_that_is_none_is_refused_and_stores_nothing(database: Database, article: Article, client: Client, name: str):
    text = UNUSABLE_STATEMENTS[name]
    path = f"/claims/new?article={article.id}"
    answer = client.post(path, data={"statement": text, "criteria": "x", "hedge": "perhaps so", "then": "draft"})
    assert answer.status_code == 422
    assert _errors(answer.text)
    assert "perhaps so" in answer.text
    assert _count(database, Claim) == 0


@pytest.mark.parametrize("name", ODD_STATEMENTS)
def test_odd_statement_is_kept_and_shown_as_text(database: Database, client: Client, name: str):
    text = ODD_STATEMENTS[name]
    claim = make_claim(database)
    answer = fill(client, f"/claims/{claim.id}/edit", statement=text)
    assert answer.status_code == 303, _errors(answer.text)
    stored = fresh(database, claim).statement
    assert unicodedata.normalize("NFC", stored) == unicodedata.normalize("NFC", text)
    assert html.escape(stored, quote=False) in client.get(f"/claims/{claim.id}").text.replace("&#34;", '"').replace("&#39;", "'")
    assert client.get("/export/claims.csv").status_code == 200


@pytest.mark.parametrize("typed", NO_DAYS)
def test_day_that_is_none_is_refused_at_its_field_and_kept(database: Database, client: Client, typed: str):
    claim = make_claim(database)
    before = fresh(database, claim)
    answer = fill(client, f"/claims/{claim.id}/edit", deadline_on=typed, statement="Typed before the day.")
    assert answer.status_code == 422
    assert _errors(answer.text)
    assert "Typed before the day." in answer.text
    after = fresh(database, claim)
    assert (after.deadline_on, after.statement) == (before.deadline_on, before.statement)


@pytest.mark.parametrize("typed", NO_DAYS)
def test_day_that_is_none_in_an_address_is_answered_without_a_fault(client: Client, typed: str):
    for path, name in (("/export/claims.csv", "since"), ("/export/claims.csv", "as_of"), ("/record", "from")):
        assert client.get(path, query_string={name: typed}).status_code in (200, 400, 404, 422), path


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_address_of_no_public_page_is_refused_before_it_is_fetched(database: Database, client: Client, url: str):
    assert client.post("/articles/sources", data={"address": "https://news.example/a"}).status_code == 303
    with database.writing() as session:
        session.execute(delete(ArticleSource))

    answer = client.post("/articles/sources", data={"address": url})

    assert answer.status_code == 422
    assert _errors(answer.text)
    assert _count(database, ArticleSource) == 0


@pytest.mark.parametrize("url", NO_LINKS)
def test_source_that_is_no_link_is_refused_and_never_a_link(database: Database, client: Client, url: str):
    claim = make_claim(database, "due")
    given = {"url": url, "title": "A source with a title", "stance": "supports", "source_kind": "news"}
    answer = fill(client, f"/claims/{claim.id}/evidence", **given)
    assert answer.status_code == 422
    assert _errors(answer.text)
    assert "A source with a title" in answer.text
    assert f'href="{url}' not in answer.text
    assert _count(database, Evidence) == 0


@pytest.mark.parametrize("path", ["/claims", "/articles", "/speakers", "/topics"])
def test_no_search_fails(database: Database, client: Client, path: str):
    make_claim(database)
    for typed in SEARCHES:
        query = {"q": typed.encode("utf-8", "surrogatepass")}
        assert client.get(path, query_string=query).status_code in (200, 400), typed[:20]


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_number_that_no_claim_can_have_is_not_found(client: Client, typed: str):
    for path in (f"/claims/{typed}", f"/articles/{typed}", f"/speakers/{typed}", f"/claims/{typed}/history"):
        assert client.get(path).status_code == 404, path
    assert client.get("/queue", query_string={"topic": typed, "speaker": typed, "article": typed}).status_code == 200


@pytest.mark.parametrize("name", FORM_BODIES)
def test_body_that_is_no_form_is_refused(database: Database, article: Article, client: Client, name: str):
    answer = client.post(
        f"/claims/new?article={article.id}",
        data=FORM_BODIES[name].encode(),
        content_type="application/x-www-form-urlencoded",
        csrf=False,
    )
    assert answer.status_code in (400, 413, 422)
    assert _count(database, Claim) == 0


@pytest.mark.parametrize("name", NO_ROWS)
def test_rows_that_cannot_be_read_are_answered_with_a_sentence(database: Database, client: Client, name: str):
    answer = client.post("/import", data={"pasted": NO_ROWS[name]})
    assert answer.status_code in (303, 422)
    shown = answer.text if answer.status_code == 422 else client.get(answer.location, follow_redirects=True).text
    assert re.search(r'class="(err|notice[^"]*)"', shown), name
    assert _count(database, Claim) == 0


@pytest.mark.parametrize("typed", bad_inputs.texts("file_names"))
def test_file_name_of_a_stranger_stays_a_name(database: Database, client: Client, typed: str):
    given = {"file": (io.BytesIO(b"claim\nIt will rain\n"), typed)}
    answer = client.post("/import", data=given, content_type="multipart/form-data")
    assert answer.status_code in (303, 400, 422)
    if answer.status_code == 303:
        page = client.get(answer.location)
        assert page.status_code == 200
        assert "\u202e" not in page.text.replace("<bdi>\u202egnp.csv</bdi>", "")
        bad = client.get(f"{answer.location}/bad-rows.csv")
        assert bad.status_code == 200
        assert "\n" not in bad.headers["Content-Disposition"]
    assert _count(database, Claim) == 0


@pytest.mark.parametrize("where", bad_inputs.texts("next"))
def test_address_to_go_on_to_never_leaves_the_tracker(client: Client, where: str):
    for path in (f"/confirm?next={quote(where)}", f"/language?next={quote(where)}"):
        assert client.get(path).status_code == 200, path
        sent = {"next": where, "password": PASSWORD, "language": "fr"}
        answer = client.post(path, data=sent)
        there = urlsplit(answer.location or "")
        assert there.netloc in ("", "localhost"), (path, answer.location)
        assert there.scheme in ("", "http", "https")


@pytest.mark.parametrize("host", bad_inputs.texts("hosts"))
def test_foreign_host_is_never_written_into_a_page(client: Client, host: str):
    answer = client.get("/reset", headers={"Host": host} if "\n" not in host else {"X-Forwarded-Host": host[:5]})
    assert answer.status_code in (200, 302, 303, 400)
    assert "evil.example" not in answer.text
