"""A passage of an article becomes a claim; a corrected text asks what becomes of the quotes. Without scripts here."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import DESK, events_of, fresh
from tests.support.web import SignIn, form_token
from tracker.articles import quote_selection, services
from tracker.articles.models import Article
from tracker.articles.texts import Paragraphs
from tracker.claims.enums import QuoteKind
from tracker.claims.queries import outdated_quotes
from tracker.claims.services import quoting
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


def test_sentences_end_after_closing_quotation_marks():
    block = Paragraphs(BODY)[1]
    found = quote_selection.split_sentences(block)
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
def test_sentences_do_not_end_inside_a_word(text: str, expected: list[str]):
    (block,) = Paragraphs(text)
    assert [each.text for each in quote_selection.split_sentences(block)] == expected


def test_sentences_of_a_line_of_punctuation_take_linear_time():
    # Looked at anew from each mark on, the first of these would take ten minutes and not some milliseconds.
    for text in ("." * 100_000 + "a", "?»" * 50_000 + "a", "x." + " »" * 50_000 + "a", "1." * 50_000, "(" * 100_000):
        (block,) = Paragraphs(text)
        began = time.thread_time()
        found = quote_selection.split_sentences(block)
        assert time.thread_time() - began < 1, text[:5]
        assert "".join(each.text for each in found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("place", [(-1, 3), (3, 3), (4, 2), (0, 999), (23, 25)])
def test_span_without_words_is_none(place: tuple[int, int]):
    body = BODY.replace("\n\n", "  ") if place == (23, 25) else BODY
    start, end = (body.index("  "), body.index("  ") + 2) if place == (23, 25) else place
    assert quote_selection.trim_span(body, start, end) is None


def test_ticked_sentences_become_a_quote_at_their_place(sign_in: SignIn, article: Article, database: Database):
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


def test_pasted_words_are_found_or_refused(sign_in: SignIn, article: Article):
    client = sign_in()
    address = f"/articles/{article.id}/mark?paragraph=2"
    at = BODY.index("loyer")
    assert client.post(address, data={"words": " loyer baissera \r\n"}).location.endswith(f"start={at}&end={at + 14}")
    cafe = client.post(address, data={"words": "caf\u00e9\u00a0🚢"}).location
    assert cafe.endswith(f"start={BODY.index('cafe')}&end={BODY.index('cafe') + 7}")  # as the text has it, in five code points
    for words in ("loyers", "cafe", "Fin."):
        refused = client.post(address, data={"words": words})
        assert refused.status_code == 422
        assert "These words are not in this paragraph" in refused.text
        assert words in refused.text
    twice = client.post(address, data={"words": "Il sera"})
    assert twice.status_code == 422
    assert "more than once" in twice.text
    second = BODY.index("Il sera calme")
    assert client.post(address, data={"words": "Il sera", "which": str(second)}).location.endswith(
        f"start={second}&end={second + 7}"
    )
    assert "Tick a sentence" in client.post(address).text


def test_mark_page_of_an_unknown_place_is_not_found(sign_in: SignIn, article: Article):
    client = sign_in()
    for query in ("?text=9", "?text=x", "?paragraph=9", "?paragraph=0", "?claim=999", "?text=99999999999"):
        assert client.get(f"/articles/{article.id}/mark{query}").status_code == 404, query


def test_correction_lists_affected_quotes_with_both_texts(
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
    client.post(answer.location, data={"claim": [str(rent.id), str(cafe.id)]})
    moved = fresh(database, cafe)
    assert (moved.text_number, moved.paragraph, corrected[moved.quote_start : moved.quote_end]) == (2, 3, "rouvrira")
    assert fresh(database, rent).text_number == 1


LYON = "À Lyon, le maire promet : le pont rouvrira en mai, dit-il."
BREST = "À Brest, la préfète : le pont rouvrira en mai, si tout va."
TWICE = f"Intro.\n\n{LYON}\n\n{BREST}"


@pytest.fixture
def bridges(make_article: Callable[..., Article]) -> Article:
    return make_article(body=TWICE, language="fr")


def quoted_at(make_claim: Callable[..., Any], article: Article, start: int, words: str) -> Any:
    place = {"text_number": 1, "quote_start": start, "quote_end": start + len(words)}
    return make_claim("open", article=article, quote=words, quote_kind=QuoteKind.VERBATIM, **place)


def test_quote_whose_passage_is_gone_is_shown_next_to_the_same_words_elsewhere(
    sign_in: SignIn, bridges: Article, make_claim: Callable[..., Any], database: Database
):
    words = "le pont rouvrira en mai"
    lyon = quoted_at(make_claim, bridges, TWICE.index(words), words)
    brest = quoted_at(make_claim, bridges, TWICE.rindex(words), words)
    correct(database, bridges, "Intro.\n\n" + TWICE.split("\n\n")[2])
    client = sign_in()
    address = f"/articles/{bridges.id}/text/claims"

    page = client.get(address).text

    assert "1 quote to compare" in page
    assert "À Lyon, le maire promet : <mark>le pont rouvrira en mai</mark>, dit-il." in page
    assert "À Brest, la préfète : <mark>le pont rouvrira en mai</mark>, si tout va." in page
    assert "1 unchanged quote" in page
    assert re.findall(r'name="claim" value="(\d+)"', page) == [str(brest.id)]
    client.post(address, data={"claim": [str(lyon.id), str(brest.id)]})
    assert (fresh(database, lyon).text_number, fresh(database, brest).text_number) == (1, 2)
    assert "the passage around them is different" in client.get(f"/claims/{lyon.id}").text


def test_quote_in_a_paragraph_that_moved_is_unchanged(
    sign_in: SignIn, bridges: Article, make_claim: Callable[..., Any], database: Database
):
    words = "le pont rouvrira en mai"
    lyon = quoted_at(make_claim, bridges, TWICE.index(words), words)
    intro, first, second = TWICE.split("\n\n")
    correct(database, bridges, "\n\n".join(("Chapeau.", second, intro, first)))
    client = sign_in()

    client.post(f"/articles/{bridges.id}/text/claims", data={"claim": str(lyon.id)})

    now = fresh(database, lyon)
    assert (now.text_number, now.paragraph, now.quote) == (2, 4, words)


def test_quote_is_linked_with_the_characters_of_the_newest_text(
    sign_in: SignIn, bridges: Article, make_claim: Callable[..., Any], database: Database
):
    words = "le pont rouvrira en mai"
    lyon = quoted_at(make_claim, bridges, TWICE.index(words), words)
    correct(database, bridges, TWICE.replace("en mai, dit-il", "en\u00a0mai, dit-il"))
    client = sign_in()

    client.post(f"/articles/{bridges.id}/text/claims", data={"claim": str(lyon.id)})

    assert fresh(database, lyon).quote == "le pont rouvrira en\u00a0mai"


def test_outdated_quotes_are_listed_by_page(
    sign_in: SignIn, bridges: Article, make_claim: Callable[..., Any], database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outdated_quotes, "SIZE", 2)
    words = "le pont rouvrira en mai"
    claims = [quoted_at(make_claim, bridges, TWICE.index(words), words) for _ in range(3)]
    correct(database, bridges, "Chapeau.\n\n" + TWICE)
    client = sign_in()
    address = f"/articles/{bridges.id}/text/claims"

    page = client.get(address).text

    assert re.findall(r'name="claim" value="(\d+)"', page) == [str(claim.id) for claim in claims[:2]]
    assert f"{address}?after={claims[1].id}" in page
    client.post(address, data={"claim": [str(claim.id) for claim in claims[:2]]})
    assert re.findall(r'name="claim" value="(\d+)"', client.get(address).text) == [str(claims[2].id)]
    client.post(address, data={"claim": str(claims[2].id)})
    assert client.get(address).location == f"/articles/{bridges.id}/text"


def test_quote_typed_with_plain_spaces_is_stored_as_the_text_has_it(
    sign_in: SignIn, article: Article, make_claim: Callable[..., Any], database: Database
):
    claim = make_claim("open", article=article, quote="", quote_kind=None)
    with database.reading() as session:
        found = quoting.place_fields(session, article.id, "Il sera « plein ! »", QuoteKind.VERBATIM)
        spaced = quoting.place_fields(session, article.id, "café 🚢  rouvrira", QuoteKind.VERBATIM)
    assert found["quote"] == "Il sera « plein ! »"
    assert spaced["quote"] == "cafe\u0301 🚢 rouvrira"
    assert spaced["quote_end"] - spaced["quote_start"] == len("cafe\u0301 🚢 rouvrira")
    assert claim.quote == ""


def test_affected_claim_gets_a_new_quote_or_keeps_its_own(
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
    assert "An editor kept the original quote." in client.get(listed).text


def test_frozen_quote_is_not_changed(sign_in: SignIn, article: Article, make_claim: Callable[..., Any], database: Database):
    claim = make_claim("resolved", article=article)
    client = sign_in()
    answer = client.post(f"/claims/{claim.id}/quote", data={"version": str(claim.version), "place": "1:0:3", "what": "requote"})
    assert answer.status_code == 409
    assert fresh(database, claim).quote == claim.quote
