"""Who a sentence quotes: named only where the patterns are sure."""

import pytest

from tracker.suggest.speakers import find_speaker, fold_name, match_known
from tracker.suggest.values import KnownSpeaker


@pytest.mark.parametrize(
    ("language", "sentence", "name"),
    [
        ("en", "According to Ann Lee, the pier will close.", "Ann Lee"),
        ("en", "“It will close,” said Ann Lee, the harbour master.", "Ann Lee"),
        ("en", "Ann Lee said the pier would close.", "Ann Lee"),
        ("en", "Ann Lee, a professor at Nordal University, said the pier would close.", "Ann Lee"),
        ("en", "Experts say the pier may close.", "Experts"),
        ("en", "The Harbour Board announced that the pier will close.", "The Harbour Board"),
        ("fr", "Selon Anne Roux, la jetée fermera.", "Anne Roux"),
        ("fr", "« Elle fermera », a déclaré Anne Roux, capitaine du port.", "Anne Roux"),
        ("fr", "Anne Roux a déclaré que la jetée fermerait.", "Anne Roux"),
        ("fr", "Anne Roux, professeure à Nordal, estime que la jetée fermera.", "Anne Roux"),
        ("fr", "Les experts affirment que la jetée fermera.", "Les experts"),
        ("fr", "D'après le Conseil du port, la jetée fermera.", "le Conseil du port"),
    ],
)
def test_speaker_is_named_as_in_the_text(language, sentence, name):
    found = find_speaker(sentence, language).speaker
    assert found is not None
    assert found.name == name
    assert sentence[found.start : found.end] == name


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "He said the pier would close."),
        ("en", "“The pier will close,” she added."),
        ("fr", "Il a déclaré que la jetée fermerait."),
        ("fr", "« La jetée fermera », a-t-elle ajouté."),
    ],
)
def test_speaker_known_by_a_pronoun_is_left_open(language, sentence):
    found = find_speaker(sentence, language)
    assert found.speaker is None
    assert found.is_open


@pytest.mark.parametrize(("language", "sentence"), [("en", "The pier will close in May."), ("fr", "La jetée fermera en mai.")])
def test_sentence_in_the_article_s_own_voice_has_no_speaker(language, sentence):
    found = find_speaker(sentence, language)
    assert found.speaker is None
    assert not found.is_open


def test_names_are_compared_without_title_article_and_marks():
    assert fold_name("Le Krémlin") == fold_name("the Kremlin")
    assert fold_name("Mme Élise Roux") == "elise roux"


KNOWN = (KnownSpeaker(1, "Ann Lee", ("the harbour master",)), KnownSpeaker(2, "Bo Berg"), KnownSpeaker(3, "Eva Berg"))


@pytest.mark.parametrize(
    ("name", "key"), [("Ann Lee", 1), ("Mrs. Lee", 1), ("The Harbour Master", 1), ("Eva Berg", 3), ("Berg", None)]
)
def test_known_speaker_is_matched_by_name_alias_or_unmistakable_surname(name, key):
    found = match_known(name, KNOWN)
    assert (found.key if found else None) == key
