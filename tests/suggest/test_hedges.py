"""How sure a sentence sounds, by a hedge table."""

from datetime import date

import pytest

from tracker.suggest.cues import find_cues
from tracker.suggest.hedges import choose_certainty, compile_hedges, find_hedge, load_default_hedges
from tracker.suggest.values import HedgeRule


def read(sentence, language, table=None):
    cues = find_cues(sentence, language, date(2024, 5, 15))
    hedge = find_hedge(sentence, compile_hedges(table or load_default_hedges(), language), cues)
    return (hedge.words if hedge else None, *choose_certainty(hedge, cues))


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "The pier will close.", (None, "flat", None)),
        ("en", "The pier will probably close.", ("probably", "hedged", (60, 85))),
        ("en", "The pier could close.", ("could", "possible_only", None)),
        ("en", "The pier may close.", ("may", "hedged", None)),
        ("en", "The mayor said the pier would close.", (None, "flat", None)),
        ("en", "The mayor said the pier would probably close.", ("probably", "hedged", (60, 85))),
        ("en", "She hoped that the pier would close.", (None, None, None)),
        ("en", "The mayor said he was confident that the pier would close.", (None, None, None)),
        ("en", "The mayor said that without a grant the pier would close if it rains.", ("would", "hedged", (50, 80))),
        ("en", "A strike would close the pier.", ("would", "hedged", (50, 80))),
        ("en", "It is very unlikely to close.", ("very unlikely", "hedged", (1, 15))),
        ("fr", "La jetée fermera.", (None, "flat", None)),
        ("fr", "La jetée fermera probablement.", ("probablement", "hedged", (60, 85))),
        ("fr", "La jetée pourrait fermer.", ("pourrait", "possible_only", None)),
        ("fr", "Les jetées devraient fermer.", ("devraient", "hedged", (60, 85))),
    ],
)
def test_hedge_gives_certainty_and_band(language, sentence, expected):
    assert read(sentence, language) == expected


def test_possible_only_words_of_the_table_have_no_band():
    assert [
        rule for rule in load_default_hedges() if rule.certainty in ("possible_only", "comparative") and rule.low is not None
    ] == []


def test_newsroom_table_replaces_the_one_that_ships():
    table = (HedgeRule("probably", "en", "hedged", 51, 70),)
    assert read("The pier will probably close.", "en", table) == ("probably", "hedged", (51, 70))
    assert read("The pier could close.", "en", table) == (None, None, None)


def test_hedge_of_the_other_language_does_not_count():
    assert read("Le mot could est anglais.", "fr")[0] is None


def test_month_of_may_is_no_hedge():
    assert read("The pier will close in May.", "en")[0] is None
