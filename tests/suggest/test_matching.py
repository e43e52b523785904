"""Claims without a quote, and the sentences they come from."""

from datetime import date

from tracker.suggest.matching import ClaimHint, match_claims
from tracker.suggest.similarity import find_similar, measure_similarity
from tracker.suggest.topics import TopicGuesser
from tracker.suggest.values import TopicExample

TEXT = (
    "La baie attend\n\n"
    "Le vieux pont a fermé en 2019. Le nouveau pont ouvrira sans doute en juin. "
    "Les bacs pourraient alors cesser de traverser la baie.\n\n"
    "La mairie a parlé. Les prix du sel devraient monter cet hiver, selon les sauniers.\n\n"
    "Personne n'a parlé de la jetée."
)
CLAIMS = [
    ClaimHint("salt", ("Salt prices rise this winter", "Le prix du sel monte cet hiver"), 3, "devraient"),
    ClaimHint("bridge", ("The new bridge opens in June", "Le nouveau pont ouvre en juin"), 2, "sans doute"),
    ClaimHint("ferries", ("Ferries stop crossing", "Les bacs cessent de traverser"), 2, "pourraient"),
]


def match(claims):
    return {each.key: each.text.split()[0:3] for each in match_claims(TEXT, "fr", date(2024, 5, 15), claims)}


def test_each_claim_gets_the_sentence_it_comes_from():
    assert match(CLAIMS) == {
        "salt": ["Les", "prix", "du"],
        "bridge": ["Le", "nouveau", "pont"],
        "ferries": ["Les", "bacs", "pourraient"],
    }


def test_claim_is_matched_without_its_paragraph():
    assert match([ClaimHint(each.key, each.statements, None, each.hedge) for each in CLAIMS]) == match(CLAIMS)


def test_claim_in_another_language_is_matched_by_paragraph_and_hedge():
    assert match([ClaimHint("salt", ("Salt prices rise this winter",), 3, "devraient")])["salt"] == ["Les", "prix", "du"]


def test_claim_that_nothing_resembles_gets_none():
    assert match([ClaimHint("moon", ("La lune tombe dans la mer",))]) == {}


def test_match_has_the_place_of_its_words():
    (found,) = match_claims(TEXT, "fr", date(2024, 5, 15), CLAIMS[:1])
    assert TEXT[found.start : found.end] == found.text
    assert found.paragraph == 3


def test_same_words_in_another_order_are_alike():
    assert measure_similarity("The bridge opens in June", "In June the bridge opens") > 0.99


def test_near_duplicates_are_found_and_others_are_not():
    others = ["The new bridge will open in June", "Salt prices will rise this winter"]
    assert [index for index, _ in find_similar("The new bridge opens in June", others)] == [0]


def test_texts_without_words_are_not_alike():
    assert measure_similarity("", "bridge") == 0


def test_topic_of_nothing_similar_is_none():
    assert TopicGuesser([TopicExample("Wheat prices", ("farming",))]).guess("The bridge opens") == ()
