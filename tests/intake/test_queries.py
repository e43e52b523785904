"""What the page of sorting shows of a passage."""

import pytest

from tracker.intake.models import CandidateCue
from tracker.intake.queries import build_cues


@pytest.mark.parametrize(
    ("body", "end", "words"),
    [
        ("will begin in April 2025", 16, "begin in April"),
        ("will begin in April", 19, "begin in April"),
        ("begin: 2025", 6, "begin:"),
    ],
)
def test_cue_is_shown_to_the_end_of_its_word(body: str, end: int, words: str):
    cue = CandidateCue(name="opens_on", weight=1.0, cue_start=body.index(words[:3]), cue_end=end)
    assert [each.words for each in build_cues([cue], "en", body, "en")] == [words]
