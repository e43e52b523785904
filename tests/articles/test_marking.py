"""A passage of an article becomes a claim; a corrected text asks what becomes of the quotes. Without scripts here."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import DESK, events_of, fresh
from tests.support.web import SignIn, form_token
from tracker.articles import quote_selection, services
from tracker.articles.models import Article
from tracker.articles.texts import paragraphs
from tracker.claims.words import QuoteKind
from tracker.db import Database

BODY = "Les prévisions 👩‍👩‍👧\n\nLe cafe\u0301 🚢 rouvrira. Il sera « plein ! » Le loyer baissera. Il sera calme.\n\nFin."


@pytest.fixture
def article(make_article: Callable[..., Article]) -> Article:
    return make_article(body=BODY, language="fr")


def correct(database: Database, article: Article, body: str) -> None:
    with database.writing() as session:
        services.add_text(session, DESK, session.get_one(Article, article.id), body)


def quoted(make_claim: Callable[..., Any], article: Article, words: str) -> Any:
    start = BODY.index(words)
    place = {"text_number": 1, "quote_start": start, "quote_end": start + len(words)}
    return make_claim("open", article=article, quote=words, quote_kind=QuoteKind.VERBATIM, **place)


def test_sentences_are_cut_after_what_closes_them():
    block = paragraphs(BODY)[1]
    found = quote_selection.sentences(block)
    assert [each.text for each in found] == [
        "Le cafe\u0301 🚢 rouvrira.",
        "Il sera « plein ! »",
        "Le loyer baissera.",
        "Il sera calme.",
    ]
    assert all(BODY[each.start : each.end] == each.text for each in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("... et puis. Fin", ["...", "et puis.", "Fin"]),
        ("Really?! Yes…” No", ["Really?!", "Yes…”", "No"]),
        ('He said. "Oui" and 3.5 of it.', ["He said.", '"Oui" and 3.5 of it.']),
    ],
)
def test_marks_within_a_word_and_before_a_quote_do_not_mislead(text: str, expected: list[str]):
    (block,) = paragraphs(text)
    assert [each.text for each in quote_selection.sentences(block)] == expected


def test_a_line_of_marks_is_read_as_fast_as_any_other():
    # Looked at anew from each mark on, the first of these would take ten minutes and not some milliseconds.
    for text in ("." * 100_000 + "a", "?»" * 50_000 + "a", "x." + " »" * 50_000 + "a", "1." * 50_000, "(" * 100_000):
        (block,) = paragraphs(text)
        began = time.thread_time()
        found = quote_selection.sentences(block)
        assert time.thread_time() - began < 1, text[:5]
        assert "".join(each.text for each in found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("place", [(-1, 3), (3, 3), (4, 2), (0, 999), (23, 25)])
def test_a_place_without_words_is_none(place: tuple[int, int]):
    body = BODY.replace("\n\n", "  ") if place == (23, 25) else BODY
    start, end = (body.index("  "), body.index("  ") + 2) if place == (23, 25) else place
    assert quote_selection.trimmed(body, start, end) is None


def test_ticked_sentences_become_a_quote_at_its_exact_place(sign_in: SignIn, article: Article, database: Database):
    client = sign_in()
    address = f"/articles/{article.id}/mark?text=1&paragraph=2"
    assert "Le loyer baissera." in client.get(address).text
    answer = client.post(address, data={"sentences": ["0", "1"]})
    words = "Le cafe\u0301 🚢 rouvrira. Il sera « plein ! »"
    start = BODY.index(words)
    assert answer.location == f"/claims/new?article={article.id}&text=1&start={start}&end={start + len(words)}"
    form = client.get(answer.location)
    assert words in form.text
    assert 'name="paragraph" value="2"' in form.text
    assert f'name="place" value="1:{start}:{start + len(words)}"' in form.text


def test_pasted_words_are_found_exactly_or_refused(sign_in: SignIn, article: Article):
    client = sign_in()
    address = f"/articles/{article.id}/mark?paragraph=2"
    at = BODY.index("loyer")
    assert client.post(address, data={"words": " loyer baissera \r\n"}).location.endswith(f"start={at}&end={at + 14}")
    for words in ("loyers", "caf\u00e9", "Fin."):
        refused = client.post(address, data={"words": words})
        assert refused.status_code == 422
        assert "These words do not stand in this paragraph" in refused.text
        assert words in refused.text
    twice = client.post(address, data={"words": "Il sera"})
    assert twice.status_code == 422
    assert "more than once" in twice.text
    second = BODY.index("Il sera calme")
    assert client.post(address, data={"words": "Il sera", "which": str(second)}).location.endswith(
        f"start={second}&end={second + 7}"
    )
    assert "Tick a sentence" in client.post(address).text


def test_what_is_not_there_is_not_found(sign_in: SignIn, article: Article):
    client = sign_in()
    for query in ("?text=9", "?text=x", "?paragraph=9", "?paragraph=0", "?claim=999", "?text=99999999999"):
        assert client.get(f"/articles/{article.id}/mark{query}").status_code == 404, query


def test_a_correction_lists_what_it_affects_with_both_texts(
    sign_in: SignIn, article: Article, make_claim: Callable[..., Any], database: Database
):
    rent, cafe = quoted(make_claim, article, "Le loyer baissera."), quoted(make_claim, article, "rouvrira")
    client = sign_in()
    corrected = "Nouveau chapeau.\n\n" + BODY.replace("baissera", "montera")
    page = client.get(f"/articles/{article.id}/text/new")
    answer = client.post(f"/articles/{article.id}/text/new", data={"body": corrected, "form_token": form_token(page)})
    assert answer.location == f"/articles/{article.id}/text/claims"
    seen = client.get(answer.location).text
    assert "1 quote no longer matches" in seen
    assert "<mark>Le loyer baissera.</mark>" in seen
    assert "Le loyer montera." in seen
    assert f"paragraph=3&amp;claim={rent.id}" in seen  # the paragraph that is like it, not the one of the same number
    client.post(answer.location)
    moved = fresh(database, cafe)
    assert (moved.text_number, moved.paragraph, corrected[moved.quote_start : moved.quote_end]) == (2, 3, "rouvrira")
    assert fresh(database, rent).text_number == 1


def test_an_affected_claim_is_quoted_anew_or_kept(
    sign_in: SignIn, article: Article, make_claim: Callable[..., Any], database: Database
):
    rent, quiet = quoted(make_claim, article, "Le loyer baissera."), quoted(make_claim, article, "Il sera calme.")
    corrected = BODY.replace("baissera", "montera").replace("calme", "bruyant")
    correct(database, article, corrected)
    client = sign_in()
    chosen = client.post(f"/articles/{article.id}/mark?paragraph=2&claim={rent.id}", data={"words": "Le loyer montera."})
    page = client.get(chosen.location)
    assert "<mark>Le loyer montera.</mark>" in page.text
    start = corrected.index("Le loyer montera.")
    sent = {"version": str(rent.version), "place": f"2:{start}:{start + 17}", "form_token": form_token(page), "what": "requote"}
    assert client.post(f"/claims/{rent.id}/quote", data=sent).status_code == 303
    now = fresh(database, rent)
    assert (now.quote, now.text_number, now.quote_start) == ("Le loyer montera.", 2, start)
    listed = f"/articles/{article.id}/text/claims"
    sent = {"version": str(quiet.version), "what": "keep", "next": listed}
    assert client.post(f"/claims/{quiet.id}/quote", data=sent).location == listed
    assert events_of(database, quiet)[-1].kind == "claim.keep_quote"
    assert fresh(database, quiet).quote == "Il sera calme."
    assert "an editor let the first words stay" in client.get(listed).text


def test_frozen_words_are_not_quoted_anew(sign_in: SignIn, article: Article, make_claim: Callable[..., Any], database: Database):
    claim = make_claim("resolved", article=article)
    client = sign_in()
    answer = client.post(f"/claims/{claim.id}/quote", data={"version": str(claim.version), "place": "1:0:3", "what": "requote"})
    assert answer.status_code == 409
    assert fresh(database, claim).quote == claim.quote
