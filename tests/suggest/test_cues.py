"""Every cue finds what it is for and leaves alone what it is not for."""

import re
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.suggest import LANGUAGES, load_cues
from tracker.suggest.cues import find_cues

PUBLISHED = date(2024, 5, 15)
CUES = [(language, rule) for language in LANGUAGES for rule in load_cues(language)]
NAMED = [pytest.param(language, rule, id=f"{language}-{rule.name}") for language, rule in CUES]


@pytest.mark.parametrize(("language", "rule"), NAMED)
def test_cue_is_found_in_its_test_sentence(language, rule):
    assert rule.name in {each.rule.name for each in find_cues(rule.test, language, PUBLISHED)}


@pytest.mark.parametrize(("language", "rule"), NAMED)
def test_cue_is_not_found_in_its_counter_sentence(language, rule):
    assert rule.name not in {each.rule.name for each in find_cues(rule.counter, language, PUBLISHED)}


@pytest.mark.parametrize(("language", "rule"), NAMED)
def test_cue_has_a_label_in_both_languages(language, rule):
    assert all(rule.label[each].strip() for each in LANGUAGES)


@pytest.mark.parametrize(("language", "rule"), NAMED)
def test_cue_label_quotes_words_that_its_test_sentence_shows(language, rule):
    found = [each for each in find_cues(rule.test, language, PUBLISHED) if each.rule.name == rule.name]
    shown = " ".join(rule.test[each.start : each.end] for each in found).lower()
    for label in rule.label.values():
        quoted = re.findall(r"“([^”]+)”|«\u202f([^»]+)\u202f»", label)
        parts = [[part.strip() for part in "".join(each).split("…")] for each in quoted]
        assert not parts or any(all(part in shown for part in each) for each in parts), label
    assert len(re.findall("[“«]", rule.label["en"])) == len(re.findall("[“«]", rule.label["fr"]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shown_in", LANGUAGES)
def test_cue_labels_of_a_language_differ(language, shown_in):
    labels = [rule.label[shown_in] for rule in load_cues(language)]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("sentence", "language", "names"),
    [
        ("It will reopen before the summer.", "en", set()),
        ("It reopened in the summer.", "en", {"date_past"}),
        ("Alors, le pont rouvrira.", "fr", set()),
        ("Le pont rouvrira alors que la rivière monte.", "fr", set()),
        ("Le maire était alors malade.", "fr", {"passe_temps"}),
    ],
)
def test_cue_of_the_past_is_not_found_in_what_may_lie_ahead(sentence, language, names):
    found = {each.rule.name for each in find_cues(sentence, language, date(2024, 10, 1))}
    assert found & {"date_past", "passe_temps", "past_time"} == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_cue_names_are_unique(language):
    names = [rule.name for rule in load_cues(language)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("language", "rule"), [each for each in NAMED if each.values[1].pattern is not None])
def test_cue_pattern_is_bounded(language, rule):
    """A sentence at the cap, made of the cue's own words without an end, is searched in a blink."""
    words = rule.test.rstrip(".?")
    sentence = f"{words} " * (2_000 // (len(words) + 1))
    began = time.process_time()
    list(rule.pattern.finditer(sentence))
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(("language", "rule"), [each for each in NAMED if each.values[1].needs])
@settings(max_examples=20, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_cue_needs_leave_out_no_match(language, rule, data):
    """What a cue needs leaves out no match: a sentence without such a word is not searched."""
    sentence = data.draw(st.from_regex(rule.pattern))
    match = rule.pattern.search(sentence)
    assert match is not None
    found = {(each.start, each.end) for each in find_cues(sentence, language, PUBLISHED) if each.rule.name == rule.name}
    assert match.span() in found


def test_cue_switched_off_is_not_found():
    names = {each.rule.name for each in find_cues("The bridge will open.", "en", PUBLISHED, off=frozenset({"will"}))}
    assert "will" not in names


def test_cue_places_are_those_of_its_words():
    sentence = "Demain, le pont rouvrira."
    found = {each.rule.name: sentence[each.start : each.end] for each in find_cues(sentence, "fr", PUBLISHED)}
    assert found["futur"] == "rouvrira"
    assert found["date_future"] == "Demain"


def test_date_cues_need_a_publication_date():
    names = {each.rule.name for each in find_cues("The bridge opens in three weeks.", "en", None)}
    assert "span_future" not in names
