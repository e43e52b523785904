"""The last check of a value before it is stored."""

import pytest

from tracker import validation
from tracker.errors import Invalid


@pytest.mark.parametrize("field", ["name", "title", "label_fr", "speaker", "author", "publisher"])
def test_text_refuses_label_with_character_that_changes_direction(field: str) -> None:
    with pytest.raises(Invalid) as refused:
        validation.text("Ada\u202ehsraM", field, most=100)
    assert refused.value.field == field
    assert str(refused.value.message.text) == validation.REVERSES


@pytest.mark.parametrize("field", ["statement", "quote", "rationale", "note", "hedge"])
def test_text_keeps_characters_that_change_direction_in_free_text(field: str) -> None:
    assert validation.text("Ada\u202ehsraM", field, most=100) == "Ada\u202ehsraM"


def test_text_keeps_labels_written_from_right_to_left() -> None:
    assert validation.text("מרים\u200f", "name", most=100) == "מרים\u200f"
