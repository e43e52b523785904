"""Texts as strings: line ends, paragraphs, and the exact place of a quote. Offsets are code points."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.articles.texts import Paragraphs, is_at, normalise_line_ends, paragraph_at

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
def test_normalising_changes_line_ends_alone(received: str, kept: str):
    assert normalise_line_ends(received) == kept


@given(letters)
def test_normalising_twice_changes_nothing_more(body: str):
    once = normalise_line_ends(body)
    assert "\r" not in once
    assert normalise_line_ends(once) == once


def test_paragraphs_are_parted_by_blank_lines_and_count_headings():
    blocks = Paragraphs(BODY)
    assert [b.number for b in blocks] == [1, 2, 3]
    assert [b.text for b in blocks] == ["Heading", "First line\nsecond line of it.", "👩‍🚀 Third block."]


def test_paragraphs_are_lines_in_a_text_without_blank_lines():
    assert [b.text for b in Paragraphs("One.\nTwo.\n  Three.")] == ["One.", "Two.", "  Three."]


@pytest.mark.parametrize("body", ["", "\n\n", "  \n \t \n"])
def test_paragraphs_of_an_empty_text_are_none(body: str):
    assert list(Paragraphs(body)) == []
    assert paragraph_at(body, 0) is None


@given(letters)
def test_paragraphs_are_in_order_and_leave_out_only_space(body: str):
    body = normalise_line_ends(body)
    blocks = Paragraphs(body)
    assert [b.number for b in blocks] == list(range(1, len(blocks) + 1))
    end = 0
    for block in blocks:
        assert block.start >= end
        assert body[end : block.start].strip() == ""
        assert body[block.start : block.end] == block.text
        assert blocks.at(block.start) == blocks.at(block.end - 1) == blocks.numbered(block.number) == block
        end = block.end
    assert body[end:].strip() == ""


def test_paragraph_between_paragraphs_is_none():
    blocks = Paragraphs(BODY)
    assert [blocks.at(offset) for offset in (-1, 7, len(BODY))] == [None, None, None]
    assert [blocks.numbered(number) for number in (None, -1, 0, 4)] == [None] * 4


def test_paragraphs_touching_a_range_are_those_it_reaches_into():
    blocks = Paragraphs("One.\n\nTwo.\n\nThree.")
    assert [b.number for b in blocks.touching(2, 8)] == [1, 2]
    assert [b.number for b in blocks.touching(4, 6)] == []
    assert [b.number for b in blocks.touching(0, 99)] == [1, 2, 3]


@given(letters, st.integers(0, 80), st.integers(0, 80))
def test_words_are_at_the_place_they_were_taken_from(body: str, a: int, b: int):
    start, end = sorted((min(a, len(body)), min(b, len(body))))
    quote = body[start:end]
    assert is_at(body, quote, start, end) == bool(quote)
    assert not is_at(body, f"{quote}x", start, end)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (0, 0), (3, 0), (0, 99), (50, 51)])
def test_words_are_not_at_a_place_outside_the_text(start: int, end: int):
    assert not is_at("abc", "abc"[max(start, 0) : end], start, end)


def test_paragraphs_of_blank_lines_take_linear_time():
    before = time.process_time()
    for body in (" \n" * 200_000, "a\n" + " " * 400_000, "a\n \n" * 100_000, "\n" * 400_000):
        Paragraphs(body)
    assert time.process_time() - before < 5  # hours, where each line looks at all that follow
