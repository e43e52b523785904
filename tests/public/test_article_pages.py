"""An article with more claims than a page holds: every claim once, the same counts on each page, and ways to and fro."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, event, func, insert, select, text

from tests.factories import DESK, make_article, make_claim, make_editor, make_speaker
from tests.public.sample import AT, SLUG, Sample, publish
from tests.support.databases import analyze
from tests.support.web import Client, SignIn
from tracker.claims.enums import Attribution, SpeakerKind
from tracker.claims.models import Claim
from tracker.claims.services import editing
from tracker.config import Settings
from tracker.db import Database
from tracker.errors import NotFound
from tracker.public import article_queries
from tracker.public.models import PublicChange, PublicClaim
from tracker.server import static_copy

MANY = 5_000
BASE = "https://static.example.org"
STATEMENT = (
    "The summit of the two governments will bring an agreement on arms, trade and the work of seasonal labourers by autumn."
)


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_queries, "PAGE", 5)


@pytest.fixture
def long_article(database: Database) -> int:
    """An article of 5,000 public claims, copies of one that was projected."""
    make_editor(database)
    article = make_article(database)
    house = make_speaker(database, "The Institute", kind=SpeakerKind.ORGANISATION, affiliation="Research on trade")
    given = {"attribution": Attribution.STATED, "speaker_id": house.id, "paragraph": 1}
    claim = make_claim(database, "resolved", article=article, statement=STATEMENT, **given)
    publish(database, article.id)
    with database.writing() as session:
        row = dict(session.execute(select(*PublicClaim.__table__.c)).mappings().one())
        numbers = range(2, MANY + 1)
        bodies = (json.dumps({**json.loads(row["body"]), "id": claim.id + n}) for n in numbers)
        states = ("confirmed", "refuted", "confirmed")
        session.execute(
            insert(PublicClaim),
            [
                {**row, "claim_id": claim.id + n, "position": n << 32, "state": states[n % 3], "body": body}
                for n, body in zip(numbers, bodies, strict=True)
            ],
        )
        changes = {"article_id": article.id, "kind": "terms", "at": AT}
        session.execute(
            insert(PublicChange),
            [{**changes, "claim_id": claim.id + n, "ref": f"terms:{claim.id + n}"} for n in range(1_000, 1_030)],
        )
    analyze(database, "ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
    return article.id


def walk(client: Client, first: str) -> list[tuple[str, str]]:
    """The pages of an article with their addresses, by their own links."""
    pages, address = [], first
    while address:
        pages.append((address, client.get(address).text))
        following = re.search(r'<link rel="next" href="([^"]+)"', pages[-1][1])
        address = following[1] if following else ""
    return pages


def claims_on(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<article class="pc" id="c(\d+)"', page)]


def counts_on(page: str) -> list[str]:
    legend = page.partition('<ul class="legend">')[2].partition("</ul>")[0]
    return re.sub(r"<[^>]+>", " ", legend).split()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.usefixtures("short_pages")
def test_pages_of_an_article_hold_every_claim_once(client: Client, sample: Sample, language: str):
    pages = walk(client, f"/public/{language}/articles/{sample.article}-{SLUG}")
    found = [claims_on(page) for _, page in pages]
    assert [len(each) for each in found] == [5, 5, 2]
    shown = [number for each in found for number in each]
    assert sorted(shown) == sorted(number for name, number in sample.claims.items() if name != "draft")
    assert len({tuple(counts_on(page)) for _, page in pages}) == 1
    assert [re.findall(r'<ol class="strip" start="(\d+)"', page) for _, page in pages] == [["1"], ["6"], ["11"]]


@pytest.mark.usefixtures("short_pages")
def test_page_names_the_claims_that_it_has_in_both_languages(client: Client, sample: Sample):
    english, french = (walk(client, f"/public/{each}/articles/{sample.article}-{SLUG}")[1][1] for each in ("en", "fr"))
    assert "Predictions 6 to 10 of 12" in english
    assert "Prévisions 6 à 10 sur 12" in french


@pytest.mark.usefixtures("short_pages")
def test_page_leads_to_those_next_to_it(client: Client, sample: Sample):
    pages = walk(client, f"/public/en/articles/{sample.article}-{SLUG}")
    addresses = [address for address, _ in pages]
    back = [re.findall(r'rel="prev" href="([^"]+)"', page) for _, page in pages]
    assert back == [[], [addresses[0]] * 2, [addresses[1]] * 2]
    assert 'rel="next"' not in pages[-1][1]
    assert 'content="noindex"' not in pages[0][1]
    assert 'content="noindex"' in pages[1][1]
    assert "canonical" not in pages[1][1]


@pytest.mark.usefixtures("short_pages")
def test_claim_leads_to_the_page_of_its_article_that_it_is_on(client: Client, sample: Sample):
    for name, number in sample.claims.items():
        if name == "draft":
            continue
        page = client.get(f"/public/fr/claims/{number}").text
        kicker = re.search(r'<p class="kicker">\s*<a href="([^"#]+)#c(\d+)"', page)
        assert kicker is not None
        assert int(kicker[2]) == number
        assert number in claims_on(client.get(kicker[1]).text)


@pytest.mark.usefixtures("short_pages")
def test_corrections_of_claims_on_other_pages_are_on_the_first(client: Client, sample: Sample):
    pages = [page for _, page in walk(client, f"/public/en/articles/{sample.article}-{SLUG}")]
    fixes = pages[0].partition('id="fixes"')[2]
    assert "We had misread the article." in fixes
    assert sample.claims["withdrawn"] not in claims_on(pages[0])
    assert f"/public/en/claims/{sample.claims['withdrawn']}" in fixes
    assert ['id="fixes"' in page for page in pages] == [True, False, False]
    assert f'href="/public/en/articles/{sample.article}-{SLUG}#fixes"' in pages[1]


@pytest.mark.usefixtures("short_pages")
def test_pages_lead_to_corrections_only_where_there_are_some(client: Client, database: Database):
    article = make_article(database)
    for _ in range(6):
        make_claim(database, "open", article=article)
    publish(database, article.id)
    pages = [page for _, page in walk(client, f"/public/en/articles/{article.id}-{SLUG}")]
    assert len(pages) == 2
    assert [page for page in pages if "#fixes" in page or 'id="fixes"' in page] == []


@pytest.mark.usefixtures("short_pages")
def test_every_page_has_the_day_of_the_article_s_last_change(client: Client, database: Database, sample: Sample):
    with database.reading() as session:
        last = session.scalar(select(func.max(PublicClaim.changed_at)))
    assert last is not None
    pages = [page for _, page in walk(client, f"/public/en/articles/{sample.article}-{SLUG}")]
    shown = [re.findall(r'Last updated <time datetime="([^"]+)"', page) for page in pages]
    assert [[datetime.fromisoformat(each) for each in found] for found in shown] == [[last]] * 3


def test_json_of_an_article_goes_on_after_a_claim_that_was_withheld_since(database: Database, long_article: int):
    with database.writing() as session:
        found = article_queries.iterate_article(session, article_queries.load_article(session, long_article), "en")
        numbers = [next(found).id for _ in range(500)]
        session.execute(delete(PublicClaim).where(PublicClaim.claim_id == numbers[-1] + 1))
        session.execute(delete(PublicClaim).where(PublicClaim.claim_id == numbers[-1]))
        rest = [claim.id for claim in found]
    assert len(rest) == MANY - 501
    assert rest[0] == numbers[-1] + 2


def test_page_is_not_found_where_the_claims_before_it_were_withheld_since(database: Database, sample: Sample):
    with database.reading() as session, pytest.raises(NotFound):
        article_queries.find_page(session, sample.article, 400)


@pytest.mark.usefixtures("short_pages")
def test_every_page_changes_its_etag_with_any_claim_of_the_article(client: Client, database: Database, sample: Sample):
    addresses = [address for address, _ in walk(client, f"/public/en/articles/{sample.article}-{SLUG}")]
    tags = [client.get(address).headers["ETag"] for address in addresses]
    assert len(set(tags)) == 3
    assert [client.get(a, headers={"If-None-Match": t}).status_code for a, t in zip(addresses, tags, strict=True)] == [304] * 3
    with database.writing() as session:
        claim = session.get_one(Claim, sample.claims["open"])
        editing.edit(session, claim, {"statement": "Other words."}, actor=DESK, version=claim.version)
    assert [client.get(a, headers={"If-None-Match": t}).status_code for a, t in zip(addresses, tags, strict=True)] == [200] * 3


@pytest.mark.usefixtures("short_pages")
def test_no_page_is_after_another_article_s_claim_or_the_last(client: Client, database: Database, sample: Sample):
    first = f"/public/en/articles/{sample.article}-{SLUG}"
    last = claims_on(walk(client, first)[-1][1])[-1]
    other = make_claim(database, "open")
    publish(database, other.article_id)
    for number in (last, other.id, sample.claims["draft"], 999_999_999, 2**63 - 1):
        assert client.get(f"{first}/after/{number}").status_code == 404
    wrong = client.get(f"/public/en/articles/{sample.article}-wrong/after/{sample.claims['confirmed']}")
    assert (wrong.status_code, wrong.headers["Location"]) == (301, f"{first}/after/{sample.claims['confirmed']}")


@pytest.mark.usefixtures("short_pages")
def test_preview_has_the_same_pages(sign_in: SignIn, client: Client, sample: Sample):
    public = [claims_on(page) for _, page in walk(client, f"/public/en/articles/{sample.article}-{SLUG}")]
    shown = walk(sign_in("editor"), f"/articles/{sample.article}/publication/preview/en")
    assert [claims_on(page) for _, page in shown] == public
    assert len({tuple(counts_on(page)) for _, page in shown}) == 1
    assert sign_in("editor").get(f"/articles/{sample.article}/publication/preview/en?after=999999").status_code == 404


@pytest.mark.usefixtures("short_pages")
def test_pages_of_an_article_are_copied_whole(sample: Sample, database: Database, settings: Settings, tmp_path: Path):
    folder = tmp_path / "site"
    static_copy.publish(settings, database, folder, BASE)
    wanted = {number for name, number in sample.claims.items() if name != "draft"}
    for language in ("en", "fr"):
        own = folder / f"public/{language}/articles/{sample.article}-{SLUG}"
        files = [own / "index.html", *own.glob("after/*/index.html")]
        assert len(files) == 3
        assert {number for file in files for number in claims_on(file.read_text(encoding="utf-8"))} == wanted
        data = json.loads((folder / f"public/{language}/articles/{sample.article}-{SLUG}.json").read_text(encoding="utf-8"))
        assert {claim["id"] for claim in data["claims"]} == wanted


def test_article_of_one_page_has_no_pages(client: Client, sample: Sample):
    page = client.get(f"/public/en/articles/{sample.article}-{SLUG}").text
    assert 'rel="next"' not in page
    assert 'class="pager' not in page
    assert "Predictions 1 to" not in page


def test_json_of_an_article_has_all_its_claims_in_order(client: Client, long_article: int):
    answer = client.get(f"/public/en/articles/{long_article}.json")
    found = answer.json["claims"]
    assert len(found) == MANY
    assert [claim["id"] for claim in found] == sorted(claim["id"] for claim in found)
    assert json.dumps(answer.json, ensure_ascii=False, sort_keys=True, indent=1) == answer.text


def test_json_of_an_article_without_claims_is_whole(client: Client, database: Database):
    article = make_article(database)
    publish(database, article.id)
    answer = client.get(f"/public/en/articles/{article.id}.json")
    assert answer.json["claims"] == []
    assert json.dumps(answer.json, ensure_ascii=False, sort_keys=True, indent=1) == answer.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_of_thousands_of_claims_is_small_and_takes_few_queries(
    client: Client, database: Database, long_article: int, language: str
):
    first = f"/public/{language}/articles/{long_article}-{SLUG}"
    with database.reading() as session:
        middle = session.scalars(select(PublicClaim.claim_id).order_by(PublicClaim.position).offset(2_399).limit(1)).one()
    client.get(first)
    for address, start in ((first, 1), (f"{first}/after/{middle}", 2_401)):
        asked: list[str] = []
        listen = lambda _connection, _cursor, statement, *_more, seen=asked: seen.append(statement)  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listen)
        page = client.get(address)
        event.remove(database.engine, "before_cursor_execute", listen)
        assert len(claims_on(page.text)) == 40
        assert f'start="{start}"' in page.text
        assert page.text.count("judged on") + page.text.count("jugée le") == 40
        assert len(page.data) <= 60_000
        assert len([each for each in asked if each.startswith("SELECT")]) <= 6


def test_counts_of_an_article_are_read_from_an_index_alone(database: Database, long_article: int):
    with database.reading() as session:
        if not database.is_sqlite:  # the article is all that there is, and its table was never vacuumed
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_bitmapscan = off"))
        given = {"number": long_article, "after": 9, "position": 9 << 32}
        kind = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        compiled = article_queries._COUNTS.params(given).compile(database.engine, compile_kwargs={"literal_binds": True})
        plan = " ".join(str(row) for row in session.execute(text(kind + str(compiled))))
    assert "COVERING INDEX ix_public_claim_article" in plan or "Index Only Scan using ix_public_claim_article" in plan


def test_changes_beyond_the_list_are_named(client: Client, database: Database, long_article: int):
    page = client.get(f"/public/en/articles/{long_article}-{SLUG}").text.partition('id="fixes"')[2]
    assert page.count("The terms were changed") == article_queries.CHANGES_SHOWN == 20
    assert "Only the newest changes of this article are listed here." in page
    with database.writing() as session:
        session.execute(
            delete(PublicChange).where(PublicChange.id.in_(select(PublicChange.id).order_by(PublicChange.id).limit(11)))
        )
    fewer = client.get(f"/public/en/articles/{long_article}-{SLUG}").text.partition('id="fixes"')[2]
    assert fewer.count("The terms were changed") >= 19
    assert "Only the newest" not in fewer


def test_sitemap_lists_an_article_once_and_every_claim(client: Client, long_article: int):
    found = re.findall(r"<loc>http://localhost/public/en/([^<]+)</loc>", client.get("/public/sitemap-0.xml").text)
    assert found.count(f"articles/{long_article}-{SLUG}") == 1
    assert len([path for path in found if path.startswith("claims/")]) == MANY
    assert [path for path in found if "/after/" in path] == []
