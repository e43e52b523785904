"""Paragraphs and sentences with their offsets."""

import pytest

from tracker.suggest.sentences import split_paragraphs, split_sentences


def split(text):
    return [each.text for each in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One came. Two left.", ["One came.", "Two left."]),
        ("M. Roux est parti. Il reviendra.", ["M. Roux est parti.", "Il reviendra."]),
        ("Mr. B. Hale left. He is back.", ["Mr. B. Hale left.", "He is back."]),
        ("It fell in the U.S. The rest held.", ["It fell in the U.S.", "The rest held."]),
        ("The U.S. Senate voted. It was late.", ["The U.S. Senate voted.", "It was late."]),
        ("« Il viendra. » Tous le croient.", ["« Il viendra. »", "Tous le croient."]),
        ("« Viendra-t-il ? », demande-t-elle. Nul ne sait.", ["« Viendra-t-il ? », demande-t-elle.", "Nul ne sait."]),
        ("Growth was 2.5 per cent. Prices fell.", ["Growth was 2.5 per cent.", "Prices fell."]),
        ("Wait… They come! Do they?", ["Wait…", "They come!", "Do they?"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert split(text) == expected


def test_sentence_offsets_are_code_points_of_the_whole():
    text = "Titre\n\n😀 Un. Deux.\n\nTrois."
    assert [text[each.start : each.end] for each in split_sentences(text)] == ["Titre", "😀 Un.", "Deux.", "Trois."]


def test_sentence_that_occurs_twice_has_two_places():
    text = "It will rain. It will rain."
    assert [(each.start, each.end) for each in split_sentences(text)] == [(0, 13), (14, 27)]


def test_paragraphs_are_blocks_between_blank_lines():
    assert len(split_paragraphs("a\nb\n\nc\n \nd")) == 3


def test_paragraphs_are_lines_in_a_text_without_blank_lines():
    assert len(split_paragraphs("a\nb\nc")) == 3


def test_paragraph_numbers_count_headings():
    assert [each.paragraph for each in split_sentences("Heading\n\nOne. Two.\n\nThree.")] == [1, 2, 2, 3]


def test_heading_is_no_sentence():
    assert [each.is_heading for each in split_sentences("A bridge for the bay\n\nIt opened.")] == [True, False]
