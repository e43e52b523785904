"""Future and conditional forms of French verbs."""

import pytest

from tracker.suggest.french import find_tense
from tracker.suggest.words import split_words


@pytest.mark.parametrize(
    "form",
    split_words(
        "rouvrira votera finira mettront prendra viendra obtiendra jettera appellera achètera emploiera cédera "
        "courra enverra fera seront aura ira pourra devra verra conclura dira boira numérisera prioriseront"
    ),
)
def test_future_form_is_recognised(form):
    assert find_tense(form) == "future"


@pytest.mark.parametrize("form", split_words("rouvrirait finiraient devrait serait mettrait coûterait viendraient"))
def test_conditional_form_is_recognised(form):
    assert find_tense(form) == "conditional"


@pytest.mark.parametrize(
    "form", split_words("montrait entraient préparait déclarait opéra caméra para bras frais portrait marais vrai")
)
def test_form_of_another_tense_or_word_is_not_taken_for_a_future(form):
    assert find_tense(form) is None


@pytest.mark.parametrize("form", ["blabrait", "zugtera", "ra", ""])
def test_form_whose_stem_rebuilds_no_infinitive_does_not_count(form):
    assert find_tense(form) is None
