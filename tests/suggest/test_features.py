"""What a sentence shows the weights, where something takes from its cues what they show elsewhere."""

from datetime import date

import pytest

from tracker.suggest.reading import read_sentences

PUBLISHED = date(2024, 5, 15)


def features_of(text: str, language: str) -> dict[str, float]:
    """The features of the last sentence of a text."""
    return list(read_sentences(text, language, PUBLISHED))[-1].features


@pytest.mark.parametrize(
    ("covered", "free", "language", "name"),
    [
        ("The board had said that the mill would close.", "The board says that the mill would close.", "en", "c:would"),
        ("He keeps saying that the mill will close.", "He says that the mill will close.", "en", "c:will"),
        ("A storm that was forecast for Sunday did not come.", "A storm is forecast for Sunday.", "en", "g:scheduled"),
        ("Le chantier aura duré six ans.", "Le chantier aura lieu en juin.", "fr", "c:sera"),
        ("Le maire avait promis que la halle rouvrirait.", "La halle rouvrirait au printemps.", "fr", "c:conditionnel"),
    ],
)
def test_cue_inside_one_that_covers_it_shows_nothing(covered, free, language, name):
    assert name not in features_of(covered, language)
    assert name in features_of(free, language)


@pytest.mark.parametrize(
    "story",
    [
        "En 1977, il perdit sa main. Il ne reviendra à la mine que pour la fermeture.",
        "Deux ans plus tard, elle achètera une scierie.",
        "Pendant six ans, on traversera en barque.",
        "Cette année-là, il perd tout. Il en rira longtemps. On ne le reverra plus.",
    ],
)
def test_future_of_a_french_story_shows_no_tense(story):
    found = features_of(story, "fr")
    assert not {"c:futur", "g:future"} & found.keys()


@pytest.mark.parametrize(
    "text",
    [
        "En 1977, il perdit sa main. Le musée rouvrira en juin 2025.",
        "En 1977, il perdit sa main. Le musée rouvrira jeudi.",
        "En 1977, il perdit sa main. « Le musée rouvrira », dit-il.",
        "En 1977, il perdit sa main. Le musée rouvrira, a annoncé le maire.",
        "En 1977, il perdit sa main.\n\nLe musée rouvrira.",
        "Le pont a été fermé en 2019. Il rouvrira.",
    ],
)
def test_future_with_a_time_a_speaker_or_a_paragraph_of_its_own_is_no_story(text):
    assert "c:futur" in features_of(text, "fr")


def test_english_future_is_no_story():
    assert "c:will" in features_of("The mill burned down in 1977. It will be rebuilt.", "en")
