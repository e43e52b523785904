"""The readable half of an article's address."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.articles.addresses import LONGEST, slug


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("What the summit will bring", "what-the-summit-will-bring"),
        ("L’été à Évian : œuvres & « accords »", "l-ete-a-evian-oeuvres-accords"),
        ("Straße", "strasse"),
        ("100 % sûr", "100-sur"),
        ("قال الوزير", ""),
        ("…", ""),
        ("a" * 200, "a" * LONGEST),
        ("word " * 40, "-".join(["word"] * 12)),
    ],
)
def test_a_title_becomes_plain_words(title: str, expected: str):
    assert slug(title) == expected


@given(st.text(max_size=300))
def test_any_title_becomes_something_that_an_address_holds(title: str):
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(title))
    assert len(slug(title)) <= LONGEST
