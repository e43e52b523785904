"""Texts of people within sentences: none changes the direction of what follows."""

import pytest

from tracker import bidi


@pytest.mark.parametrize("text", ["", "Ada Marsh", "Inès Carpentier", "Ήτα Θήτα", "五月の桥", "naïve — “quoted” 100 %"])
def test_isolate_leaves_texts_from_left_to_right_alone(text: str) -> None:
    assert bidi.isolate(text) == text


@pytest.mark.parametrize("text", ["שלום", "مريم", "Ada שלום", "a\u200fb"])
def test_isolate_wraps_texts_of_other_directions(text: str) -> None:
    assert bidi.isolate(text) == f"\u2068{text}\u2069"


@pytest.mark.parametrize("control", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_isolate_drops_controls_that_could_end_the_isolation(control: str) -> None:
    assert bidi.isolate(f"a{control}b") == "\u2068ab\u2069"
    assert bidi.changes_direction(f"a{control}b")


@pytest.mark.parametrize("text", ["", "plain", "שלום", "a\u200fb", "a\u200eb"])
def test_changes_direction_allows_letters_and_marks(text: str) -> None:
    assert not bidi.changes_direction(text)
