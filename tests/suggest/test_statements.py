"""Statements proposed from sentences: the sentence's own words, less what is only attribution."""

import pytest

from tracker.suggest.statements import LONGEST, propose_statement


@pytest.mark.parametrize(
    ("language", "sentence", "statement"),
    [
        ("en", "However, the pier will close in May.", "The pier will close in May"),
        ("en", "Ann Lee said on Monday that the pier would close.", "The pier would close"),
        ("en", "According to Ann Lee, the pier will close in May.", "The pier will close in May"),
        ("en", "“The pier will close in May,” said Ann Lee, the harbour master.", "The pier will close in May"),
        ("en", "The pier will close in May, according to the harbour board.", "The pier will close in May"),
        ("en", "“[The pier] will close in May,” she added.", "The pier will close in May"),
        ("fr", "Cependant, la jetée fermera en mai.", "La jetée fermera en mai"),
        ("fr", "Anne Roux a déclaré lundi que la jetée fermerait.", "La jetée fermerait"),
        ("fr", "Selon Anne Roux, la jetée fermera en mai.", "La jetée fermera en mai"),
        ("fr", "« La jetée fermera en mai », a déclaré Anne Roux, capitaine du port.", "La jetée fermera en mai"),
        ("fr", "La jetée fermera en mai, selon le Conseil du port.", "La jetée fermera en mai"),
    ],
)
def test_statement_is_the_sentence_without_its_attribution(language, sentence, statement):
    assert propose_statement(sentence, language) == statement


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Ann Lee expects the pier to close"),
        ("en", "We said that it will rain"),
        ("fr", "Anne Roux craint que la jetée ferme"),
        ("fr", "« Elle est vieille », a déclaré Anne Roux, et la jetée fermera sans doute"),
    ],
)
def test_words_that_carry_the_prediction_stay(language, sentence):
    assert propose_statement(sentence, language) == sentence


@pytest.mark.parametrize("sentence", ["It will.", "« Non »", "…", "“", "[…]"])
def test_sentence_with_nothing_to_take_away_is_kept(sentence):
    assert propose_statement(sentence, "en")


def test_clause_of_a_very_long_sentence_is_the_one_with_the_cue():
    first = "the old pier was built by hand " * (LONGEST // 30)
    sentence = f"{first}; the new one will open in May; nobody minds."
    assert propose_statement(sentence, "en", sentence.index("will")) == "The new one will open in May"
