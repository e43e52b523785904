"""Whether a sealed text is in the form of RFC 8785, which is decided without encoding it anew."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.ledger.chain import canonical
from tracker.ledger.soundness import parse_canonical
from tracker.ledger.texts import moment, separate

WORDS = st.text(st.sampled_from('ab "\\:,{}[]-0é\n\t\x0b\u2028😀'), max_size=6)
NUMBERS = (
    st.integers(-(10**17), 10**17) | st.integers(-20, 20) | st.floats() | st.sampled_from([2**53 - 1, 2**53, 10**15, -0.0, 1.0])
)
# Without what JSON escapes: only so is a text often canonical, and a change to it what decides.
PLAIN_WORDS = st.text(st.sampled_from("ab :,{}[]-0"), max_size=6)
PLAIN_NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)


def nest(words: Any, numbers: Any) -> Any:
    return st.recursive(
        words | numbers | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
        max_leaves=12,
    )


VALUES = nest(WORDS, NUMBERS)
PLAIN_VALUES = nest(PLAIN_WORDS, PLAIN_NUMBERS)
STYLES = st.fixed_dictionaries({
    "sort_keys": st.sampled_from([True, True, False]),
    "ensure_ascii": st.booleans(),
    "separators": st.sampled_from([(",", ":"), (",", ":"), (", ", ":"), (",", ": "), (",", ":\n"), (",\t", ":")]),
})  # fmt: skip


def judge(text: str) -> object:
    """What the text holds if it is an object that rfc8785 writes just so; else None."""
    try:
        found = json.loads(text)
        is_canonical = rfc8785.dumps(found) == text.encode()
    except (ValueError, RecursionError):
        return None
    return found if is_canonical and isinstance(found, dict) else None


@given(st.dictionaries(WORDS, VALUES, max_size=4) | st.dictionaries(PLAIN_WORDS, PLAIN_VALUES, max_size=4), STYLES)
@example({"b": 1, "a": 2}, {"sort_keys": False, "separators": (",", ":")})
def test_text_is_canonical_where_rfc_8785_writes_the_same(value: dict[str, Any], style: dict[str, Any]) -> None:
    text = json.dumps(value, **style)

    assert parse_canonical(text) == judge(text)


@given(VALUES | PLAIN_VALUES, st.data())
def test_text_with_a_changed_character_is_canonical_where_rfc_8785_agrees(value: Any, data: Any) -> None:
    text = json.dumps({"a": value, "b": {"sha256": "00"}}, sort_keys=True, separators=(",", ":"))
    place = data.draw(st.integers(0, len(text)))
    changed = (
        text[:place]
        + data.draw(st.sampled_from(["", " ", "-", "0", "1", '"', ",", '"a":1,', "\r", "é", "[", "]"]))
        + text[place:]
    )

    assert parse_canonical(changed) == judge(changed)


def test_doubled_member_is_not_canonical() -> None:
    assert parse_canonical('{"a":1,"b":2}') == {"a": 1, "b": 2}
    assert parse_canonical('{"a":1,"a":1}') is None
    assert parse_canonical('{"a":{"x":1,"x":1}}') is None
    assert parse_canonical('{"a":-0}') is None
    assert parse_canonical('{"a":[{"b":1,"a":2}]}') is None


@pytest.mark.parametrize("text", ['{"a": 1}', '{"a":1} ', ' {"a":1}', '{"a":1}\n'])
def test_space_between_members_is_not_canonical(text: str) -> None:
    assert parse_canonical(text) is None
    assert parse_canonical('{"a":"x y"}') == {"a": "x y"}


ASCII_WORDS = st.text(st.characters(max_codepoint=127), max_size=6)


@given(st.dictionaries(ASCII_WORDS, nest(ASCII_WORDS, PLAIN_NUMBERS), min_size=2, max_size=4), st.text())
def test_event_is_sealed_as_rfc_8785_writes_it(data: dict[str, Any], actor: str) -> None:
    at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    plain, _texts = separate(data)
    line = {"seq": 7, "at": moment(at), "actor": actor, "subject": "claim:1", "kind": "claim.edit", "data": plain}

    assert canonical(7, at, actor, "claim:1", "claim.edit", plain).encode() == rfc8785.dumps(line)
