"""What other sites take: pictures, frames, ClaimReview and feeds."""

import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import feedparser
import html5lib
import pytest
from PIL import Image

from tests.factories import change_settings, make_article, make_claim, make_speaker
from tests.public.sample import Sample, make_public, publish
from tests.support.web import Client
from tracker.claims.enums import Attribution, Outcome, SpeakerKind
from tracker.db import Database
from tracker.public import card

EXAMPLES = [
    "Le traité sera signé avant l’été.",
    "Łódź i Kraków będą połączone.",
    "Çeşme'de yağmur yağacak, ğüşıöç.",
    "Høyesterett avgjør saken.",
]


# --- pictures ---


@pytest.mark.parametrize("text", EXAMPLES)
def test_card_draws_every_latin_statement(text: str):
    assert card.is_drawable(text)
    drawn, empty = (card.draw_card(each, "open", "Still open", "", "The House") for each in (text, ""))
    assert drawn != empty


@pytest.mark.parametrize("text", ["Ρόδο", "五月竣工", "Выборы", "سيتم", "🚢"])
def test_card_leaves_out_what_the_fonts_do_not_hold(text: str):
    assert not card.is_drawable(text)
    drawn, empty = (card.draw_card(each, "open", "Still open", "", "The House") for each in (text, ""))
    assert drawn == empty


def test_card_is_small_and_of_the_usual_size():
    made = card.draw_card("word " * 180, "refuted", "Did not happen", "A speaker " * 40, "The House")
    picture = Image.open(io.BytesIO(made))
    assert picture.size == (1200, 630)
    assert len(made) <= 60_000


def test_picture_of_an_older_state_leads_to_the_newest(client: Client, sample: Sample):
    answer = client.get(f"/og/{sample.claims['confirmed']}-00000000-en.png")
    assert answer.status_code == 302
    newest = client.get(urlsplit(answer.headers["Location"]).path)
    assert newest.mimetype == "image/png"
    assert newest.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert newest.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in newest.headers


# --- frames ---


def test_oembed_gives_a_frame_with_a_title_and_a_height(client: Client, sample: Sample):
    address = f"http://localhost/public/fr/claims/{sample.claims['confirmed']}"
    found = client.get(f"/oembed?url={address}&maxwidth=400").json
    assert (found["version"], found["type"], found["width"]) == ("1.0", "rich", 400)
    assert f'src="http://localhost/embed/fr/claims/{sample.claims["confirmed"]}"' in found["html"]
    assert 'loading="lazy"' in found["html"]
    assert f'height="{found["height"]}"' in found["html"]
    assert "<script" not in found["html"]


@pytest.mark.parametrize("url", ["", "http://elsewhere.example/public/en/claims/1", "http://localhost/claims/1", "x" * 5000])
def test_oembed_knows_no_other_address(client: Client, url: str):
    assert client.get("/oembed", query_string={"url": url}).status_code == 404


def test_oembed_speaks_json_alone(client: Client, sample: Sample):
    assert client.get("/oembed?format=xml&url=x").status_code == 501


def test_frames_have_three_heights_by_the_length_of_the_text(client: Client, database: Database):
    heights = []
    for length in (20, 60, 100, 150, 200, 300, 900):
        claim = make_public(database, "open", statement="x" * length)
        heights.append(client.get(f"/oembed?url=http://localhost/public/en/claims/{claim.id}").json["height"])
    assert heights == sorted(heights)
    assert len(set(heights)) == 3


def test_frame_of_wide_letters_is_higher(client: Client, database: Database):
    found = [make_public(database, "open", statement=letter * 80) for letter in ("x", "五")]
    low, high = (client.get(f"/oembed?url=http://localhost/public/en/claims/{claim.id}").json["height"] for claim in found)
    assert low < high


def test_statement_cannot_break_out_of_the_code_to_embed(client: Client, database: Database):
    claim = make_public(database, "open", statement='"><script>alert(1)</script>')
    found = client.get(f"/oembed?url=http://localhost/public/en/claims/{claim.id}").json
    assert "<script" not in found["html"]
    page = client.get(f"/public/en/claims/{claim.id}/cite").text
    assert "<script>alert" not in page


# --- ClaimReview ---

Rule = Callable[[dict[str, Any]], bool]


def _day(text: str) -> bool:
    return bool(date.fromisoformat(text))


# What search engines ask of a ClaimReview, one rule a line.
RULES: dict[str, Rule] = {
    "context": lambda r: r["@context"] == "https://schema.org",
    "type": lambda r: r["@type"] == "ClaimReview",
    "address is whole": lambda r: r["url"].startswith("http"),
    "address is that of the page": lambda r: bool(re.search(r"/public/(en|fr)/claims/\d+$", r["url"])),
    "claim is there": lambda r: bool(r["claimReviewed"].strip()),
    "claim is short": lambda r: len(r["claimReviewed"]) <= 500,
    "publication has a day": lambda r: _day(r["datePublished"]),
    "author is an organisation": lambda r: r["author"]["@type"] == "Organization",
    "author has a name": lambda r: bool(r["author"]["name"]),
    "author has an address": lambda r: r["author"]["url"].startswith("http"),
    "reviewed item is a claim": lambda r: r["itemReviewed"]["@type"] == "Claim",
    "claimant is a person or organisation": lambda r: r["itemReviewed"]["author"]["@type"] in ("Person", "Organization"),
    "claimant has a name": lambda r: bool(r["itemReviewed"]["author"]["name"]),
    "claimant is not the newsroom": lambda r: r["itemReviewed"]["author"]["name"] != r["author"]["name"],
    "claim has a day": lambda r: _day(r["itemReviewed"]["datePublished"]),
    "appearance is named": lambda r: bool(r["itemReviewed"]["appearance"]["headline"]),
    "rating is a rating": lambda r: r["reviewRating"]["@type"] == "Rating",
    "rating lies on its scale": lambda r: (
        r["reviewRating"]["worstRating"] <= r["reviewRating"]["ratingValue"] <= r["reviewRating"]["bestRating"]
    ),
    "scale is one to three": lambda r: (r["reviewRating"]["worstRating"], r["reviewRating"]["bestRating"]) == (1, 3),
    "rating has words": lambda r: bool(r["reviewRating"]["alternateName"].strip()),
}


def read_review(client: Client, claim_id: int) -> dict[str, Any] | None:
    text = client.get(f"/public/en/claims/{claim_id}").text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert len(found) <= 1
    return json.loads(found[0]) if found else None


def test_claim_review_keeps_twenty_rules_on_a_hundred_claims(client: Client, database: Database):
    assert len(RULES) == 20
    article = make_article(database, url="https://example.org/a")
    speakers = [make_speaker(database, f"Speaker {n}", kind=list(SpeakerKind)[n % 2]).id for n in range(10)]
    outcomes = (Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED, Outcome.REFUTED)
    claims = [
        make_claim(
            database,
            "resolved",
            article=article,
            outcome=outcomes[n % 3],
            speaker_id=speakers[n % 10],
            attribution=Attribution.STATED,
            statement=f"Statement </script> {n}: «é» & “q”.",
        )
        for n in range(100)
    ]
    own = [make_claim(database, "resolved", article=article) for _ in range(5)]
    publish(database, article.id)
    reviews = [read_review(client, claim.id) for claim in claims]
    broken = [
        (n, name) for n, review in enumerate(reviews) for name, holds in RULES.items() if review is None or not holds(review)
    ]
    assert broken == []
    assert {review["reviewRating"]["ratingValue"] for review in reviews if review} == {1, 2, 3}
    assert [read_review(client, claim.id) for claim in own] == [None] * 5


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])  # one of them has another day than UTC
def test_claim_review_has_the_newsrooms_day(client: Client, database: Database, zone: str):
    change_settings(database, timezone=zone)
    speaker = make_speaker(database, "Ann Ode")
    claim = make_public(database, speaker_id=speaker.id, attribution=Attribution.STATED)
    review = read_review(client, claim.id)
    signed = client.get(f"/public/en/claims/{claim.id}.json").json["claim"]["verdicts"][-1]["signed_at"]
    assert review is not None
    assert review["datePublished"] == datetime.fromisoformat(signed).astimezone(ZoneInfo(zone)).date().isoformat()


# --- feeds and pages, read by others' parsers ---


@pytest.mark.parametrize("name", ["verdicts", "corrections"])
def test_feed_is_well_formed_with_ids_that_stay(client: Client, database: Database, sample: Sample, name: str):
    first = feedparser.parse(client.get(f"/public/en/{name}.atom").data)
    assert not first.bozo
    assert first.feed.id
    assert first.feed.title
    assert all(entry.id and entry.title and entry.updated and entry.link for entry in first.entries)
    ids = [entry.id for entry in first.entries]
    assert len(ids) == len(set(ids)) > 0
    make_public(database)
    again = [entry.id for entry in feedparser.parse(client.get(f"/public/en/{name}.atom").data).entries]
    assert set(ids) <= set(again)


def test_correction_is_one_new_entry_of_each_feed(client: Client, database: Database):
    from tests.public.sample import _correct

    claim = make_public(database)
    before = {
        name: {entry.id for entry in feedparser.parse(client.get(f"/public/en/{name}.atom").data).entries}
        for name in ("verdicts", "corrections")
    }
    _correct(database, claim)
    for name, known in before.items():
        now = {entry.id for entry in feedparser.parse(client.get(f"/public/en/{name}.atom").data).entries}
        assert known <= now
        assert len(now - known) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_are_valid_html(client: Client, sample: Sample, language: str):
    paths = ["", f"articles/{sample.article}-what-the-summit-will-bring", "corrections", "method", "report"]
    paths += [f"claims/{number}" for name, number in sample.claims.items() if name != "draft"]
    paths += [f"claims/{sample.claims['confirmed']}/cite", f"topics/{sample.topic}-{sample.topic_key}"]
    paths += [f"articles/{sample.article}-what-the-summit-will-bring/after/{sample.claims['confirmed']}"]
    paths += ["?q=statement", "?q=nothing", "older/9~2030-01-01T00:00:00Z", "report/thanks"]
    paths += [f"topics/{sample.topic}-{sample.topic_key}/older/999999"]
    addresses = [f"/public/{language}/{path}" for path in paths]
    addresses += [f"/embed/{language}/claims/{number}" for name, number in sample.claims.items() if name != "draft"]
    faults = []
    for address in addresses:
        parser = html5lib.HTMLParser(strict=False)
        answer = client.get(address)
        assert answer.status_code == 200, address
        parser.parse(answer.data)
        faults += [(address, code, place) for place, code, _ in parser.errors]
    assert faults == []
