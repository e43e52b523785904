"""Bad input sent to forms, addresses, searches and imports: it is answered with a sentence, and nothing is lost."""

import html
import re
import unicodedata
from typing import Any, Final

import pytest
from sqlalchemy import delete, func, select

from tests.claims.pages import fill
from tests.factories import fresh, make_article, make_claim
from tests.support.web import Client, SignIn
from tracker.articles.models import Article
from tracker.claims.models import Claim, Evidence
from tracker.db import Database
from tracker.intake.models import ArticleSource

# Refused with a sentence at their field.
UNUSABLE_STATEMENTS: Final = {
    "spaces": "   \t ",
    "NUL": "claim\x00text",
    "invisible": "\u200b\u200d\ufeff",
    "megabyte": "A" * 1_048_576,
}
# Kept as they are and shown as text.
ODD_STATEMENTS: Final = {
    "combining": "a" + "\u0301" * 500,
    "family": "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea",
    "astral": "\U00020bb7\u91ce\u5bb6",
    "template": "{{7*7}} {% raw %}",
    "format": "{0.__class__} %s%n %(x)s",
    "right to left": "\u0642\u0627\u0644 \u0627\u0644\u0648\u0632\u064a\u0631 5%",
    "not a number": "NaN",
    "null": "null",
    "markup": "</script><svg/onload=alert(1)>",
    "CDATA": "]]> BEGIN:VEVENT",
    "formula": '=HYPERLINK("http://x.example")',
}
NO_DAYS: Final = (
    "2026-02-30", "2027-02-29", "0000-01-01", "12026-01-01", "-0044-03-15", "99999999999999", "2016-12-31T23:59:60Z", "45321",
    "Mars/Phobos", "\x00", "9" * 5_000,
)  # fmt: skip
NO_ADDRESSES: Final = (
    "http://localhost/", "http://127.0.0.1/", "http://127.1/", "http://0/", "http://2130706433/", "http://0177.0.0.1/",
    "http://0x7f.1/", "http://[::1]/", "http://[::]/", "http://[::ffff:169.254.169.254]/", "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/", "http://[2002:7f00:1::]/", "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://[fc00::1]/",
    "http://[fd00:ec2::254]/", "file:///etc/passwd", "gopher://x.example/", "ftp://x.example/", "data:text/html,x",
    "JaVaScRiPt:alert(1)", "http://a:b@host.example/", "http://good.example@127.0.0.1/", "http://good.example\\@127.0.0.1/",
    "http://host.example:22/", "http://host.example:5432/", "http://host.example:6379/", "http://host.example:99999/",
    f"http://{'a' * 70}.example/", f"http://a.example/{'A' * 100_000}", "http://127.0.0.1:8000/hook", "http://[fe80::1%25eth0]/",
    "http://a.example/\r\nX: y", "http://127.0.0.1#@good.example",
)  # fmt: skip
NO_LINKS: Final = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    f"http://a.example/{'A' * 100_000}",
)
SEARCHES: Final = (
    "' OR 1=1--", 'id) UNION SELECT', '"', "*", "AND", "NEAR(", "\x00", "%ff", "\u200b", "a" * 100_000, "( " * 5_000, "-",
    "99999999999999999999", "1e3", "\ud800",
)  # fmt: skip
NO_ROWS: Final = (
    "", "claim,due\n", "claim,claim\na,b\n", 'claim,due\n"abc', "claim,due\na\x00b,2027-01-01\n", "a," * 20_000, "PK\x03\x04",
)  # fmt: skip
NO_NUMBERS: Final = ("99999999999999999999", "-1", "1e3", "%00", "0", "9" * 5_000, "\u0662")


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


@pytest.mark.parametrize(
    "data",
    [b"statement=%ff%fe%80&form_token=x", b"statement=a&statement=b", b"&".join(b"f%d=1" % each for each in range(2_000))],
)
def test_body_that_is_no_form_is_refused(database: Database, article: Article, client: Client, data: bytes):
    answer = client.post(
        f"/claims/new?article={article.id}", data=data, content_type="application/x-www-form-urlencoded", csrf=False
    )
    assert answer.status_code in (400, 413, 422)
    assert _count(database, Claim) == 0


@pytest.mark.parametrize("pasted", NO_ROWS)
def test_rows_that_cannot_be_read_are_answered_with_a_sentence(database: Database, client: Client, pasted: str):
    answer = client.post("/import", data={"pasted": pasted})
    assert answer.status_code in (303, 422)
    shown = answer.text if answer.status_code == 422 else client.get(answer.location, follow_redirects=True).text
    assert re.search(r'class="(err|notice[^"]*)"', shown)
    assert _count(database, Claim) == 0
