"""Finding a quote as a reader would find it; places are those of the text's own characters."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.articles.quote_matching import QuoteFinder, is_alike
from tracker.articles.texts import Place, normalise_line_ends

BODY = "Heading\n\nFirst line\nsecond line of it.\n\nCafe\u0301 «\u202fplein\u00a0!\u202f» d’ici tran\u00adsi\u200btion."

letters = st.text(alphabet=st.sampled_from("ab é\n\t👩\u200d\u00ad\u00a0\u0301’'"), max_size=60)


def words_found(body: str, quote: str, paragraph: int | None = None) -> list[str]:
    return [body[place.start : place.end] for place in QuoteFinder(body).find(quote, paragraph)]


def test_exact_words_are_found_at_every_place_overlapping_ones_too():
    body = "anana\n\nbanana"
    assert QuoteFinder(body).find("ana") == [Place(1, 0, 3), Place(1, 2, 5), Place(2, 8, 11), Place(2, 10, 13)]
    assert QuoteFinder(body).find("ana", paragraph=2) == [Place(2, 8, 11), Place(2, 10, 13)]
    assert QuoteFinder(body).find("ana", paragraph=3) == []


def test_exact_words_are_preferred_to_words_that_look_alike():
    assert QuoteFinder("l’été l'été").find("l'été") == [Place(1, 6, 11)]


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("Café", "Cafe\u0301"),
        ("Café « plein ! »", "Cafe\u0301 «\u202fplein\u00a0!\u202f»"),
        ("d'ici", "d’ici"),
        ("transition", "tran\u00adsi\u200btion"),
        ("tran\u00adsition.", "tran\u00adsi\u200btion."),
        ("  First line second  line ", "First line\nsecond line"),
        ("\u200bHeading\ufeff", "Heading"),
        ("» d’ici tran", "» d’ici tran"),
    ],
)
def test_words_that_look_alike_are_found_with_the_characters_of_the_text(quote: str, expected: str):
    assert words_found(BODY, quote) == [expected]


@pytest.mark.parametrize(
    "quote", ["", " ", "\u200b", "Cafe", "first line", "Firstline", "line\n\nCafé", "it. Café", "transitions"]
)
def test_words_that_look_different_are_not_found(quote: str):
    assert words_found(BODY, quote) == []


def test_words_are_found_in_composed_and_decomposed_hangul():
    for body, quote in (
        ("서울", "서울"),
        (unicodedata.normalize("NFD", "서울"), "서울"),
        ("서울", unicodedata.normalize("NFD", "서울")),
    ):
        assert words_found(body, quote) == [body]


@given(letters, st.integers(0, 60), st.integers(0, 60), st.sampled_from(["NFC", "NFD"]))
def test_words_of_a_paragraph_are_found_in_either_normal_form(body: str, a: int, b: int, form: str):
    body = normalise_line_ends(body)
    start, end = sorted((min(a, len(body)), min(b, len(body))))
    finder = QuoteFinder(body)
    quote = body[start:end]
    blocks = [p for p in finder.paragraphs if p.start <= start and end <= p.end]
    for place in finder.find(unicodedata.normalize(form, quote)):
        assert is_alike(body[place.start : place.end], quote)
    if quote.strip(" \n\t\u00a0\u00ad\u200d") and blocks and body[end : end + 1] != "\u0301":
        assert Place(blocks[0].number, start, end) in finder.find(quote)


@pytest.mark.parametrize(("one", "other"), [("l’été", "l'e\u0301te\u0301"), ("a\u00a0b", "a  b"), (" a\u200bb ", "ab")])
def test_texts_that_look_the_same_are_alike(one: str, other: str):
    assert is_alike(one, other)
    assert not is_alike(one, f"{other}.")


def test_quote_is_looked_for_in_linear_time():
    before = time.process_time()
    for body in (" " * 200_000 + "a", "\u200b" * 200_000, "a" + " \u200b" * 100_000, "aaaa" * 100_000, "e\u0301" * 100_000):
        for quote in ("a b c", "aaab" * 2_000, "e\u0301 " * 2_000):
            QuoteFinder(body).find(quote)
    assert time.process_time() - before < 10
