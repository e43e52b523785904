"""Texts as strings: line ends, paragraphs, and the exact place of a quote. Offsets are code points."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.articles.texts import Place, find, from_utf16, normal, paragraph_at, paragraphs, stands_at

BODY = "Heading\n\nFirst line\nsecond line of it.\n \t\n\n👩‍🚀 Third block.\n"

letters = st.text(alphabet=st.sampled_from("ab é\n\r\t👩\u200d🚀\u0301"), max_size=80)


@pytest.mark.parametrize(
    ("received", "kept"),
    [
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\n\r\nb\r\r\nc", "a\n\nb\n\nc"),
        (" a \t\n\n", " a \t\n\n"),
        ("a\u2028b\x85c\x0cd", "a\u2028b\x85c\x0cd"),
        ("Cafe\u0301", "Cafe\u0301"),
        ("\ufeffa", "\ufeffa"),
    ],
)
def test_only_line_ends_are_changed(received: str, kept: str):
    assert normal(received) == kept


@given(letters)
def test_making_a_text_normal_twice_changes_nothing(body: str):
    once = normal(body)
    assert "\r" not in once
    assert normal(once) == once


def test_blank_lines_part_the_blocks_and_headings_count():
    blocks = paragraphs(BODY)
    assert [b.number for b in blocks] == [1, 2, 3]
    assert [b.text for b in blocks] == ["Heading", "First line\nsecond line of it.", "👩‍🚀 Third block."]


def test_without_a_blank_line_every_line_is_one():
    assert [b.text for b in paragraphs("One.\nTwo.\n  Three.")] == ["One.", "Two.", "  Three."]


@pytest.mark.parametrize("body", ["", "\n\n", "  \n \t \n"])
def test_a_text_of_nothing_has_no_paragraphs(body: str):
    assert paragraphs(body) == []
    assert paragraph_at(body, 0) is None


@given(letters)
def test_paragraphs_stand_where_they_say_in_order_and_miss_nothing_that_shows(body: str):
    body = normal(body)
    blocks = paragraphs(body)
    assert [b.number for b in blocks] == list(range(1, len(blocks) + 1))
    end = 0
    for block in blocks:
        assert block.start >= end
        assert body[end : block.start].strip() == ""
        assert body[block.start : block.end] == block.text
        assert paragraph_at(body, block.start) == paragraph_at(body, block.end - 1) == block.number
        end = block.end
    assert body[end:].strip() == ""


def test_between_paragraphs_is_none():
    assert paragraph_at(BODY, 7) is None
    assert paragraph_at(BODY, len(BODY)) is None


def test_every_place_of_the_words_is_found_overlapping_ones_too():
    body = "anana\n\nbanana"
    assert find(body, "ana") == [Place(1, 0, 3), Place(1, 2, 5), Place(2, 8, 11), Place(2, 10, 13)]
    assert find(body, "ana", paragraph=2) == [Place(2, 8, 11), Place(2, 10, 13)]
    assert find(body, "ana", paragraph=3) == []


@pytest.mark.parametrize("quote", ["", "Café", "first line", "second  line", "line\n\nof"])
def test_nothing_that_merely_looks_alike_is_found(quote: str):
    assert find(BODY + "\nCafe\u0301", quote) == []


def test_a_quote_does_not_run_over_two_paragraphs():
    assert find("One.\n\nTwo.", "One.\n\nTwo.") == []
    assert find(BODY, "First line\nsecond") == [Place(2, 9, 26)]


@given(letters, st.integers(0, 80), st.integers(0, 80))
def test_what_is_found_stands_there_and_what_stands_in_a_paragraph_is_found(body: str, a: int, b: int):
    body = normal(body)
    start, end = sorted((min(a, len(body)), min(b, len(body))))
    quote = body[start:end]
    assert stands_at(body, quote, start, end) == bool(quote)
    places = find(body, quote)
    assert all(stands_at(body, quote, p.start, p.end) and paragraph_at(body, p.start) == p.number for p in places)
    blocks = [p for p in paragraphs(body) if p.start <= start and end <= p.end]
    if quote and blocks:
        assert Place(blocks[0].number, start, end) in places


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (0, 0), (3, 0), (0, 99), (50, 51)])
def test_a_place_outside_the_text_or_of_nothing_is_none(start: int, end: int):
    assert not stands_at("abc", "abc"[max(start, 0) : end], start, end)


@given(letters)
def test_a_browsers_offsets_become_code_points(body: str):
    for index in range(len(body) + 1):
        units = len(body[:index].encode("utf-16-le")) // 2
        assert from_utf16(body, units) == index


def test_an_offset_inside_a_pair_counts_as_before_it_and_one_beyond_the_end_as_the_end():
    assert from_utf16("a👩b", 2) == 1
    assert from_utf16("a👩b", 3) == 2
    assert from_utf16("a👩b", 99) == 3


def test_a_text_of_blank_lines_takes_no_time():
    before = time.process_time()
    for body in (" \n" * 200_000, "a\n" + " " * 400_000, "a\n \n" * 100_000, "\n" * 400_000):
        paragraphs(body)
    assert time.process_time() - before < 5  # it took hours when each line looked at all that follow
