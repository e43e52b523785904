"""Words as they are indexed and asked for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.claims.search.matching import marked
from tracker.search.folding import find_words, fold, fold_words, parse_query

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
        ("tran\u00adsition", "transition"),
        ("tran\u200b\u200c\u200d\ufeff\u2060sition", "transition"),
        ("Αθήνα", "ΑΘΗΝΑ"),
        ("Αθήνα", "αθηνα"),
        ("Θεσσαλονίκης", "ΘΕΣΣΑΛΟΝΙΚΗΣ"),
        ("ёлка й", "елка и"),
        ("مُحَمَّد", "محمد"),
        ("محـــمد", "محمد"),
        ("أحمد", "احمد"),
        ("שָׁלוֹם", "שלום"),
        ("२०२४ ٢٠٢٤", "2024 2024"),
        ("हिन्दी", "हिन्दी"),
        ("Đà Nẵng", "da nang"),
    ],
)
def test_words_are_alike_in_their_forms_and_spellings(one, other):
    assert all(a.is_like(b) for a, b in zip(fold_words(one), fold_words(other), strict=True))


def test_prefix_is_not_the_same_word():
    assert not fold_words("accord")[0].is_like(fold_words("accordéon")[0])


def test_word_after_an_elision_is_folded_alone():
    assert fold_words("l’été")[1] == fold_words("été")[0]
    assert fold_words("ete")[0].is_like(fold_words("été")[0])


@given(ANYTHING)
def test_folded_words_are_ascii_letters_and_digits_with_a_letter_first(text):
    assert all(part.isascii() and part.isalnum() and part[0].isalpha() for word in fold_words(text) for part in word)


def test_words_of_other_scripts_differ():
    assert len({word.surface for word in fold_words("Москва القاهرة Αθήνα हिन्दी कल कुल")}) == 6


@pytest.mark.parametrize("text", ["\u00ad\u200b", "_", "\u0301", "\u200d_\u0301 \ufeff"])
def test_text_without_letters_has_no_words(text):
    assert fold_words(text) == []
    assert fold(text) == ""


@given(ANYTHING)
def test_folded_text_is_the_same_in_both_normal_forms(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cf", "M"]), max_size=40))
def test_words_are_found_at_their_places_in_order(text):
    ends = [0]
    for found in find_words(text):
        assert ends[-1] <= found.start < found.end <= len(text)
        ends.append(found.end)


SENTENCES = ["五月中旬大桥竣工", "東京で2024年五月に会談", "สะพานข้ามแม่น้ำ", "서울에서 회담", "ភ្នំពេញ", "မြန်မာ"]


def occurs(query: str, text: str) -> bool:
    """Whether the index of the text has a run of the query, as the databases look for it."""
    return any(hit for _piece, hit in marked(text, parse_query(query)))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("桥", SENTENCES[0]),
        ("五月", SENTENCES[0]),
        ("大桥竣工", SENTENCES[0]),
        ("五月", SENTENCES[1]),
        ("東京", SENTENCES[1]),
        ("2024年", SENTENCES[1]),
        ('"2024年"', SENTENCES[1]),
        ("สะพาน", SENTENCES[2]),
        ("แม่น้ำ", SENTENCES[2]),
        ("서울", SENTENCES[3]),
        ("가", unicodedata.normalize("NFD", "가")),
        ("ពេញ", SENTENCES[4]),
    ],
)
def test_part_of_a_text_without_spaces_occurs_in_it(query, text):
    assert occurs(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("月五", SENTENCES[0]), ("五中", SENTENCES[0]), ("中五", SENTENCES[0]), ("พานสะ", SENTENCES[2])]
)
def test_characters_in_another_order_do_not_occur(query, text):
    assert not occurs(query, text)


def test_hit_in_a_text_without_spaces_is_marked_from_its_first_to_its_last_character():
    assert marked("在五月中旬", parse_query("五月")) == [("在", False), ("五月", True), ("中旬", False)]


def test_soft_hyphen_inside_a_word_is_marked_with_it():
    assert marked("La tran\u00adsition.", parse_query("transition")) == [("La ", False), ("tran\u00adsition", True), (".", False)]


@pytest.mark.parametrize(
    "typed",
    ["AND", "l'état", "a OR", '"', '"unclosed', "NEAR(a b)", "a*", "(", ")", "-x", "col:x", "^a", "{}", "\\", "' OR 1=1--", "🙂"],
)
def test_query_becomes_words_and_never_an_operator(typed):
    assert all(part.isascii() and part.isalnum() for run in parse_query(typed) for word in run for part in word)


def stems(query):
    return [[word.stem for word in run] for run in parse_query(query)]


def test_query_in_quotation_marks_is_one_run_of_words():
    assert stems('summit "arms deals" soon') == [["arm", "deal"], ["summit"], ["soon"]]
    assert stems("« double usage » accord") == [["double", "usage"], ["accord"]]
    assert parse_query('"" “ ”') == []


@given(ANYTHING, ANYTHING)
def test_marked_pieces_join_to_the_text(text, query):
    assert "".join(piece for piece, _hit in marked(text, parse_query(query))) == unicodedata.normalize("NFC", text)


def test_word_is_marked_in_another_form_than_was_asked_for():
    assert marked("Des accords militaires.", parse_query("accord")) == [
        ("Des ", False),
        ("accords", True),
        (" militaires.", False),
    ]


def test_no_word_is_folded_without_a_query(monkeypatch):
    monkeypatch.setattr("tracker.claims.search.matching.find_words", None)

    assert marked("Des accords militaires.", []) == [("Des accords militaires.", False)]
    assert marked("", []) == []


def test_phrase_is_marked_only_where_its_words_follow_each_other():
    text = "Arms. An arms deal and a deal."
    assert [piece for piece, hit in marked(text, parse_query('"arms deal"')) if hit] == ["arms", " deal"]
