"""Criteria by the kind of event, with nothing left to fill in and nothing made up."""

from datetime import date

import pytest

from tracker.suggest.criteria import choose_kind, find_figure, propose_criteria

DEADLINE = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("language", "statement", "kind"),
    [
        ("en", "The two presidents will meet in Oslo", "meeting"),
        ("en", "The two firms will sign a contract", "agreement"),
        ("en", "Prices will rise by 4 per cent", "threshold"),
        ("en", "Prices will rise", "event"),
        ("en", "The report will be made public", "disclosure"),
        ("en", "The yard will deliver the ferry", "delivery"),
        ("en", "The court will rule on the ban", "decision"),
        ("en", "The pier will reopen", "opening"),
        ("en", "Bees will return", "event"),
        ("fr", "Les deux présidents se rencontreront à Oslo", "meeting"),
        ("fr", "Les deux firmes signeront un contrat", "agreement"),
        ("fr", "Les prix augmenteront de 4 %", "threshold"),
        ("fr", "Le rapport sera rendu public", "disclosure"),
        ("fr", "Le chantier livrera le bac", "delivery"),
        ("fr", "Le conseil votera le budget", "decision"),
        ("fr", "La jetée rouvrira", "opening"),
        ("fr", "Les abeilles reviendront", "event"),
    ],
)
def test_kind_is_chosen_by_the_words(language, statement, kind):
    assert choose_kind(statement, language) == kind


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "kind", ["event", "meeting", "agreement", "delivery", "disclosure", "threshold", "decision", "opening", "intention"]
)
def test_criteria_of_every_kind_are_filled_without_brackets(kind, language):
    found = propose_criteria("The pier reopens with 40 berths", language, DEADLINE, kind)
    assert found.missing == ()
    assert found.confirmed_if is not None
    assert found.refuted_if is not None
    assert "The pier reopens with 40 berths" in found.confirmed_if
    assert not set("[]{}") & set(found.confirmed_if + found.refuted_if)


def test_criteria_without_a_deadline_ask_for_it():
    found = propose_criteria("The pier will reopen", "en", None)
    assert found.missing == ("deadline",)
    assert found.confirmed_if is None


def test_threshold_without_a_figure_asks_for_it():
    assert propose_criteria("Prices rise", "en", DEADLINE, "threshold").missing == ("figure",)


def test_dates_are_written_as_the_language_does():
    assert "1 June 2025" in (propose_criteria("The pier will reopen", "en", DEADLINE).confirmed_if or "")
    assert "1er juin 2025" in (propose_criteria("La jetée rouvrira", "fr", DEADLINE).confirmed_if or "")


def test_year_is_no_figure():
    assert find_figure("It opens in 2030") is None
    assert find_figure("It costs 3.5 million in 2030") == "3.5 million"


def test_french_criteria_have_thin_spaces_before_marks():
    for kind in ("event", "agreement", "threshold"):
        text = propose_criteria("Prix de 4 euros", "fr", DEADLINE, kind).confirmed_if or ""
        assert " :" not in text
        assert " ;" not in text
