"""Readers' pages: what stands on them, for whom, and under which headers."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import DESK, make_article, make_claim, make_editor
from tests.public.sample import ARCHIVED, AT, SLUG, Sample, make_public, publish
from tests.support.web import Client
from tracker.claims.models import Claim
from tracker.claims.services import editing, verdicts
from tracker.db import Database
from tracker.newsroom import settings
from tracker.public import queries
from tracker.public.models import PublicSearch
from tracker.publishing import jobs, services
from tracker.search import names

PAGES = (
    "/public/{l}/",
    f"/public/{{l}}/articles/{{article}}-{SLUG}",
    f"/public/{{l}}/articles/{{article}}-{SLUG}/after/{{claim}}",
    "/public/{l}/claims/{claim}",
    "/public/{l}/claims/{claim}/cite",
    "/public/{l}/topics/{topic}",
    "/public/{l}/corrections",
    "/public/{l}/method",
    "/public/{l}/?q=statement",
    "/embed/{l}/claims/{claim}",
)
DATA = (
    "/public/{l}/claims/{claim}.json",
    f"/public/{{l}}/articles/{{article}}-{SLUG}.json",
    "/public/{l}/newest.json",
    "/public/{l}/corrections.json",
    "/public/{l}/verdicts.atom",
    "/public/{l}/corrections.atom",
    "/public/verdicts.csv",
    "/sitemap.xml",
    "/public/sitemap-0.xml",
    "/robots.txt",
)


def address(pattern: str, sample: Sample, language: str = "en", claim: str = "confirmed") -> str:
    topic = f"{sample.topic}-{sample.topic_key}"
    return pattern.format(l=language, article=sample.article, claim=sample.claims[claim], topic=topic)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("pattern", PAGES)
def test_page_has_no_script_no_cookie_and_its_language(client: Client, sample: Sample, pattern: str, language: str):
    answer = client.get(address(pattern, sample, language))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert re.search(rf'<html lang="{language}"[ >]', answer.text)
    assert re.findall(r"<script(?! type=\"application/ld\+json\")", answer.text) == []
    assert answer.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"


@pytest.mark.parametrize("pattern", [*PAGES, *DATA])
def test_answer_is_304_for_readers_who_have_it(client: Client, sample: Sample, pattern: str):
    path = address(pattern, sample)
    first = client.get(path)
    if pattern in ("/robots.txt", "/public/verdicts.csv"):
        assert first.status_code == 200
        return
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Set-Cookie" not in again.headers


def test_etag_changes_when_the_claim_does(client: Client, database: Database, sample: Sample):
    path = address("/public/{l}/claims/{claim}", sample)
    first = client.get(path).headers["ETag"]
    with database.writing() as session:
        settings.change(session, DESK, name="The Other House")
    second = client.get(path).headers["ETag"]
    assert first != second


@pytest.mark.parametrize("pattern", DATA)
def test_data_is_open_to_other_sites(client: Client, sample: Sample, pattern: str):
    answer = client.get(address(pattern, sample))
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


def test_embed_may_stand_in_any_site_and_pages_in_none(client: Client, sample: Sample):
    embed = client.get(address("/embed/{l}/claims/{claim}", sample)).headers
    page = client.get(address("/public/{l}/claims/{claim}", sample)).headers
    assert "frame-ancestors *" in embed["Content-Security-Policy"]
    assert "X-Frame-Options" not in embed
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "script-src" not in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("claim", "state"),
    [
        ("open", "Still open"),
        ("checking", "Being checked"),
        ("not_observed", "Not observed so far"),
        ("confirmed", "Came true"),
        ("partly_confirmed", "Came true in part"),
        ("late", "Happened, but too late"),
        ("unresolvable", "Cannot be established from public sources"),
        ("void", "No longer applicable"),
        ("under_review", "Under review"),
        ("withdrawn", "Withdrawn"),
        ("held", "Being checked"),
    ],
)
def test_claim_page_shows_its_state(client: Client, sample: Sample, claim: str, state: str):
    text = client.get(address("/public/{l}/claims/{claim}", sample, claim=claim)).text
    assert f'<meta property="og:description" content="{state}">' in text


def test_draft_is_not_there(client: Client, sample: Sample):
    assert client.get(address("/public/{l}/claims/{claim}", sample, claim="draft")).status_code == 404
    assert "Statement draft" not in client.get(address(PAGES[1], sample)).text


def test_embargoed_verdict_appears_only_when_the_embargo_ends(client: Client, database: Database, sample: Sample, clock_at):
    path = address("/public/{l}/claims/{claim}.json", sample, claim="held")
    clock_at(AT + timedelta(hours=23))
    jobs.publish(database, lambda: False)
    before = client.get(path).json
    assert (before["claim"]["state"], before["claim"]["verdicts"]) == ("checking", [])
    clock_at(AT + timedelta(days=1))
    jobs.publish(database, lambda: False)
    after = client.get(path).json
    assert after["claim"]["state"] == "confirmed"


def test_corrected_verdict_shows_its_whole_chain(client: Client, sample: Sample):
    found = client.get(address("/public/{l}/claims/{claim}.json", sample, claim="refuted")).json
    assert [each["kind"] for each in found["claim"]["verdicts"]] == ["first", "correction"]
    text = client.get(address("/public/{l}/claims/{claim}", sample, claim="refuted")).text
    assert "Earlier verdicts" in text
    assert "Correction: we had judged this wrongly" in text


def test_page_in_french_shows_the_french_translation(client: Client, sample: Sample):
    text = client.get(address("/public/{l}/claims/{claim}", sample, "fr")).text
    assert "Énoncé confirmé." in text
    assert '<h1 lang="fr"' in text
    assert "S’est réalisée" in text


def test_page_in_french_marks_what_is_in_english(client: Client, sample: Sample):
    text = client.get(address("/public/{l}/claims/{claim}", sample, "fr", "open")).text
    assert '<h1 lang="en" dir="auto">Statement open.</h1>' in text


def test_private_article_is_not_there(client: Client, database: Database):
    claim = make_claim(database, "resolved")
    paths = [f"/public/en/claims/{claim.id}", f"/public/en/articles/{claim.article_id}-{SLUG}", f"/embed/en/claims/{claim.id}"]
    assert [client.get(path).status_code for path in paths] == [404] * 3
    assert "arms deal" not in client.get("/public/en/").text


def test_scheduled_article_is_not_there_before_its_moment(client: Client, database: Database, clock_at):
    claim = make_claim(database, "resolved")
    publish(database, claim.article_id, go_live_at=AT + timedelta(hours=1))
    clock_at(AT + timedelta(minutes=59))
    jobs.publish(database, lambda: False)
    assert client.get(f"/public/en/claims/{claim.id}").status_code == 404
    clock_at(AT + timedelta(hours=1))
    jobs.publish(database, lambda: False)
    assert client.get(f"/public/en/claims/{claim.id}").status_code == 200


def test_offline_article_shows_its_line_and_keeps_its_address(client: Client, database: Database):
    claim = make_public(database)
    chief = make_editor(database, roles=("editor", "chief"))
    with database.writing() as session:
        line = "Taken down at the request of a court."
        services.take_offline(session, claim.article_id, line=line, reason="Order 12.", actor=chief.actor)
    for path in (f"/public/en/claims/{claim.id}", f"/public/en/articles/{claim.article_id}-{SLUG}"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert line in answer.text
        assert "Order 12" not in answer.text
        assert "Set-Cookie" not in answer.headers
    assert "arms deal" not in client.get("/public/en/").text
    assert line in client.get("/public/en/corrections").text


def test_wrong_slug_leads_to_the_right_one(client: Client, sample: Sample):
    answer = client.get(f"/public/en/articles/{sample.article}-another")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/public/en/articles/{sample.article}-{SLUG}")
    assert client.get(f"/public/{SLUG}").headers["Location"] == f"/public/en/articles/{sample.article}-{SLUG}"


def test_slug_stays_when_the_title_changes(client: Client, database: Database, sample: Sample):
    from tracker.articles import services as articles
    from tracker.articles.models import Article

    with database.writing() as session:
        article = session.get_one(Article, sample.article)
        articles.edit(session, DESK, article, version=article.version, title="Another title")
    answer = client.get(address(PAGES[1], sample))
    assert answer.status_code == 200
    assert "Another title" in answer.text


@pytest.mark.parametrize(("shown", "person", "house"), [("", 404, 404), ("organisation", 404, 200), ("all", 200, 200)])
def test_speakers_are_listed_by_the_newsroom_s_choice(
    client: Client, database: Database, sample: Sample, shown: str, person: int, house: int
):
    with database.writing() as session:
        settings.change(session, DESK, speaker_pages=shown)
    assert client.get(f"/public/en/speakers/{sample.person}").status_code == person
    assert client.get(f"/public/en/speakers/{sample.organisation}").status_code == house


def test_archived_copy_is_linked_next_to_its_source(client: Client, sample: Sample):
    claim = sample.claims["confirmed"]
    page = client.get(f"/public/fr/claims/{claim}").text
    assert f'<a href="{ARCHIVED}" rel="noopener external">copie archivée</a>' in page
    found = [each.get("archive_url") for each in client.get(f"/public/en/claims/{claim}.json").json["claim"]["evidence"]]
    assert found.count(ARCHIVED) == 1
    assert "archived copy" not in client.get(f"/public/en/claims/{sample.claims['refuted']}").text


def test_search_finds_public_claims_alone(client: Client, database: Database, sample: Sample):
    make_claim(database, "resolved", statement="Statement private.")
    found = client.get("/public/en/?q=statement+withdrawn").text
    assert "Statement withdrawn." in found
    assert "Statement open." not in found
    assert "Statement private." not in client.get("/public/en/?q=private").text


def test_search_finds_other_forms_of_a_word_and_no_parts_of_one(client: Client, sample: Sample):
    assert "Statement open." in client.get("/public/en/?q=statements").text
    assert "Énoncé confirmé." in client.get("/public/fr/?q=ÉNONCÉS").text
    assert "No public prediction has all these words." in client.get("/public/en/?q=statem").text


def test_search_pages_follow_each_other_beyond_what_is_gone_through(
    database: Database, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(names, "NEAR", 1)
    monkeypatch.setattr(queries, "PAGE", 2)
    with database.reading() as session:
        shown, older = [], ""
        while not shown or older:
            found = queries.find(session, "statement", "en", older=older)
            shown += [row.id for row in found.rows]
            older = found.older
        every = session.scalars(select(PublicSearch.claim_id).where(PublicSearch.folded.contains("statement"))).all()
        assert queries.find(session, "statement zxywv", "en").rows == []
    assert shown == sorted(every, reverse=True)
    assert len(shown) > 4


def test_editors_are_named_only_by_setting(client: Client, database: Database):
    signer = make_editor(database, "Sigrid Signer")
    claim = make_public(database, signer=signer)
    path = f"/public/en/claims/{claim.id}"
    assert "Sigrid Signer" not in client.get(path).text
    with database.writing() as session:
        settings.change(session, DESK, name_editors=True)
    assert "Sigrid Signer" in client.get(path).text
    with database.writing() as session:
        settings.change(session, DESK, name_editors=False)
    assert "Sigrid Signer" not in client.get(path).text


def test_newest_claims_come_in_pages_that_do_not_overlap(client: Client, database: Database):
    article = make_article(database)
    for number in range(53):
        make_claim(database, "open", article=article, statement=f"Number {number:02d}.")
    publish(database, article.id)
    first = client.get("/public/en/").text
    older = re.search(r'href="(/public/en/older/[^"]+)"', first)
    assert older is not None
    second = client.get(older[1]).text
    numbers = [re.findall(r"Number (\d\d)\.", page) for page in (first, second)]
    assert [len(each) for each in numbers] == [50, 3]
    assert set(numbers[0]) & set(numbers[1]) == set()


def test_json_ld_is_on_judged_claims_of_named_speakers(client: Client, sample: Sample):
    text = client.get(address("/public/{l}/claims/{claim}", sample)).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    assert json.loads(found[1])["reviewRating"]["ratingValue"] == 3
    for name in ("open", "checking", "void", "unresolvable", "withdrawn", "held"):
        assert "ld+json" not in client.get(address("/public/{l}/claims/{claim}", sample, claim=name)).text


def test_claim_withdrawn_without_a_verdict_promises_none(client: Client, database: Database):
    claims = {status: make_public(database, status) for status in ("withdrawn", "open")}
    texts = {status: client.get(f"/public/en/claims/{claim.id}").text for status, claim in claims.items()}
    assert ["There is no verdict yet." in each for each in texts.values()] == [False, True]
    assert ["It was withdrawn without a verdict." in each for each in texts.values()] == [True, False]


@pytest.mark.parametrize(("language", "shown"), [("en", "“probably”"), ("fr", "«\u202fprobably\u202f»")])
@pytest.mark.parametrize("page", ["", "claims/{claim}"])
def test_hedge_is_shown_in_quotation_marks(client: Client, database: Database, language: str, shown: str, page: str):
    claim = make_public(database, hedge="probably", certainty="hedged", likelihood_low=55, likelihood_high=75)
    text = client.get(f"/public/{language}/{page.format(claim=claim.id)}").text
    assert shown in re.sub(r"[\u2066-\u2069]|<[^>]+>", "", text)


def test_no_claim_of_the_article_s_own_voice_has_json_ld(client: Client, database: Database):
    claim = make_public(database)
    assert "ld+json" not in client.get(f"/public/en/claims/{claim.id}").text


def test_verdict_and_postscript_are_marked_with_their_own_language(client: Client, database: Database):
    claim = make_public(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        verdicts.add_postscript(session, own, "Un second accord a suivi.", actor=DESK, language="fr")
    english, french = (client.get(f"/public/{language}/claims/{claim.id}").text for language in ("en", "fr"))
    assert '<p class="lines" lang="fr" dir="auto">Un second accord a suivi.</p>' in english
    assert "Langue du verdict\u202f: anglais" in french
    assert "Language of the verdict" not in english
    feed = client.get("/public/en/corrections.atom").text
    assert '<content type="text" xml:lang="fr">Un second accord a suivi.</content>' in feed
    assert 'xml:lang="en"' in client.get("/public/fr/verdicts.atom").text


def test_correction_names_the_verdict_before_it(client: Client, sample: Sample):
    page = client.get("/public/en/corrections").text
    lines = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    changed = "Before: Did not happen. Now: Cannot be established from public sources."
    assert f"Correction: we had judged this wrongly Statement refuted. {changed}" in lines
    assert lines.count("Before:") == 1


def test_article_lists_its_own_corrections(client: Client, database: Database, sample: Sample):
    other = make_public(database)
    page = client.get(address(PAGES[1], sample)).text
    fixes = page.partition('id="fixes"')[2]
    assert "Now: Cannot be established from public sources." in " ".join(fixes.split())
    assert "We had misread the article." in fixes
    assert "Statement open." not in fixes
    assert 'id="fixes"' not in client.get(f"/public/en/articles/{other.article_id}-{SLUG}").text


def test_list_names_the_day_on_which_a_verdict_was_corrected(client: Client, sample: Sample):
    page = client.get(address(PAGES[1], sample)).text
    link = f'<a href="/public/en/claims/{sample.claims["refuted"]}#verdicts">corrected on 3 Apr 2024</a>'
    assert page.count("corrected on") == page.count(link) == 1


def test_etag_of_an_article_changes_when_a_term_is_changed_back(client: Client, database: Database, sample: Sample):
    path = address(PAGES[1], sample)
    first = client.get(path)
    for hedge in ("perhaps", ""):
        with database.writing() as session:
            claim = session.get_one(Claim, sample.claims["open"])
            editing.edit(session, claim, {"hedge": hedge}, actor=DESK, version=claim.version)
    last = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert last.status_code == 200
    assert last.text.count("The terms were changed") == 2
    assert "The terms were changed" not in first.text


@pytest.mark.parametrize("path", ["/public/fr/claims/999999", "/public/fr/nothing/of/the/kind"])
def test_missing_page_names_the_newsroom_and_leads_home(client: Client, sample: Sample, path: str):
    answer = client.get(path)
    assert answer.status_code == 404
    assert '<a class="np" href="/public/fr/">' in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("q", "is_cut"), [("a b c d e f", False), ("a b c d e f g", True), ("a" * 100, False), ("a" * 201, True)]
)
def test_search_for_more_than_is_looked_at_is_named(client: Client, sample: Sample, q: str, is_cut: bool):
    page = client.get("/public/en/", query_string={"q": q})
    assert page.status_code == 200
    assert ("Not everything that you typed was searched for" in page.text) is is_cut


def test_claims_beyond_the_page_are_on_the_next(client: Client, sample: Sample, monkeypatch: pytest.MonkeyPatch):
    whole = set(re.findall(r"/public/en/claims/(\d+)", client.get("/public/en/").text))
    monkeypatch.setattr(queries, "PAGE", 4)
    seen: set[str] = set()
    address: str | None = "/public/en/older/999999~2999-01-01T00:00:00Z"
    pages = 0
    while address:
        page = client.get(address).text
        pages += 1
        seen |= set(re.findall(r"/public/en/claims/(\d+)", page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1] if following else None
    assert pages > 1
    assert whole <= seen


def test_citation_quotes_in_the_language_of_the_page(client: Client, sample: Sample):
    english, french = (client.get(address("/public/{l}/claims/{claim}/cite", sample, each, "open")).text for each in ("en", "fr"))
    assert "“\u2068Statement open.\u2069”" in english or "“Statement open.”" in english
    assert "«\u202f\u2068Statement open.\u2069\u202f»" in french or "«\u202fStatement open.\u202f»" in french
    assert "“" not in french
