"""Words as they are indexed and asked for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.claims.search import marking
from tracker.claims.search.marking import excerpt, marked
from tracker.search.folding import asked, words

ANYTHING = st.text(max_size=80)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Accords", "accord"),
        ("deals", "deal"),
        ("journaux", "journal"),
        ("négociations", "NEGOCIATION"),
        ("cœur", "coeur"),
        ("l’état", "l'état"),
        ("naïve façade", "naive facade"),
        ("Café", unicodedata.normalize("NFD", "café")),
        ("dual-use", "dual use"),
    ],
)
def test_what_people_take_for_the_same_word_is_alike(one, other):
    assert all(a.is_like(b) for a, b in zip(words(one), words(other), strict=True))


def test_different_words_are_not_alike():
    assert not words("accord")[0].is_like(words("accordéon")[0])


def test_an_elision_leaves_the_word_behind_it():
    assert words("l’été")[1] == words("été")[0]
    assert words("ete")[0].is_like(words("été")[0])


@given(ANYTHING)
def test_folded_words_are_ascii_begin_with_a_letter_and_hold_nothing_else(text):
    assert all(part.isascii() and part.isalnum() and part[0].isalpha() for word in words(text) for part in word)


def test_words_of_other_scripts_stay_apart():
    assert len({word.surface for word in words("Москва 北京 القاهرة Αθήνα")}) == 4


@pytest.mark.parametrize(
    "typed",
    ["AND", "l'état", "a OR", '"', '"unclosed', "NEAR(a b)", "a*", "(", ")", "-x", "col:x", "^a", "{}", "\\", "' OR 1=1--", "🙂"],
)
def test_whatever_is_typed_becomes_words_and_never_an_operator(typed):
    assert all(part.isascii() and part.isalnum() for run in asked(typed) for word in run for part in word)


def stems(query):
    return [[word.stem for word in run] for run in asked(query)]


def test_words_in_quotation_marks_stand_together_and_others_alone():
    assert stems('summit "arms deals" soon') == [["arm", "deal"], ["summit"], ["soon"]]
    assert stems("« double usage » accord") == [["double", "usage"], ["accord"]]
    assert asked('"" “ ”') == []


@given(ANYTHING, ANYTHING)
def test_marking_changes_nothing_of_the_text(text, query):
    assert "".join(piece for piece, _hit in marked(text, asked(query))) == unicodedata.normalize("NFC", text)


def test_what_was_asked_for_is_marked_in_whatever_form_it_stands():
    assert marked("Des accords militaires.", asked("accord")) == [("Des ", False), ("accords", True), (" militaires.", False)]


def test_where_nothing_was_asked_for_nothing_is_marked_and_no_word_is_folded(monkeypatch):
    monkeypatch.setattr(marking, "find", None)

    assert marked("Des accords militaires.", []) == [("Des accords militaires.", False)]
    assert marked("", []) == []


def test_a_phrase_is_marked_where_all_of_it_stands_together_and_nowhere_else():
    text = "Arms. An arms deal and a deal."
    assert [piece for piece, hit in marked(text, asked('"arms deal"')) if hit] == ["arms", " deal"]


def test_an_excerpt_shows_the_place_with_what_stands_around_it():
    text = f"{'before ' * 40}an arms deal {'after ' * 40}"

    shown = excerpt(text, asked("arms"), around=20)

    assert ("arms", True) in shown
    assert shown[0][0].startswith("…")
    assert shown[-1][0].endswith("…")
    assert len("".join(piece for piece, _ in shown)) < 60


def test_there_is_no_excerpt_of_what_does_not_occur():
    assert excerpt("nothing here", asked("arms")) == []
