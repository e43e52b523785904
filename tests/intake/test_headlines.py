"""The headline of a pasted text."""

import pytest

from tracker.intake.headlines import HEADLINE_MAX, find_headline

TEXT = "\n\nThe bridge will reopen in May."


@pytest.mark.parametrize(
    ("body", "headline"),
    [
        ("The bridge at Sollen" + TEXT, "The bridge at Sollen"),
        ("\n\n  The  bridge at Sollen \r\n" + TEXT, "The bridge at Sollen"),
        ("Le pont rouvrira-t-il ?" + TEXT, "Le pont rouvrira-t-il ?"),
        ("x" * HEADLINE_MAX + TEXT, "x" * HEADLINE_MAX),
        ("x" * (HEADLINE_MAX + 1) + TEXT, ""),
        ("The bridge was shut." + TEXT, ""),
        ("The bridge at Sollen", ""),
        ("The bridge at Sollen\n \n", ""),
        ("", ""),
        (" \n", ""),
    ],
)
def test_first_line_is_a_headline_where_it_reads_like_one(body: str, headline: str):
    assert find_headline(body) == headline
