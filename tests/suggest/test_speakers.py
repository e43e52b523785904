"""Who a sentence quotes: named only where the patterns are sure."""

import pytest

from tracker.suggest.speakers import FullNames, find_speaker, fold_name, match_known
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


def test_common_noun_names_no_known_speaker_that_ends_in_it():
    known = (KnownSpeaker(1, "Saltby City Council"), KnownSpeaker(2, "Assemblée nationale"))
    assert match_known("the council", known) is None
    assert match_known("The council", known) is None
    assert match_known("Saltby City Council", known) == known[0]


@pytest.mark.parametrize(
    ("surname", "text", "full"),
    [
        ("Ms Ferrier", "“Yes,” said Maud Ferrier. Ms Ferrier hoped so.", "Maud Ferrier"),
        ("Ferrier", "On Monday Ferrier left. Maud Jane Ferrier came back.", "Maud Jane Ferrier"),
        ("M. Roux", "Jean-Marc Roux a parlé. M. Roux espère.", "Jean-Marc Roux"),
        ("Ms Ferrier", "Deputy Mayor Maud Ferrier came. Prime Minister Maud Ferrier left.", "Maud Ferrier"),
        ("Ferrier", "Maud Ferrier came in May. When Ferrier left, the hall was full.", "Maud Ferrier"),
    ],
)
def test_surname_is_filled_with_the_full_name_of_the_article(surname, text, full):
    found = FullNames(text).find(surname)
    assert found is not None
    assert found.name == full
    assert text[found.start : found.end] == full


@pytest.mark.parametrize(
    ("surname", "text"),
    [
        ("Ms Ferrier", "Maud Ferrier and Ivo Ferrier came. Ms Ferrier hoped so."),
        ("Ms Ferrier", "Ms Ferrier hoped so. Maud Ferriere did not. Mr Ferrier left on Monday."),
        ("Ferrier", "The Ferrier building was closed."),
        ("Ferrier", "When Ferrier came, it rained. Although Ferrier left, it went on. In April Ferrier came back."),
        ("Ferrier", "Councillor Ferrier came. Deputy Mayor Ferrier left. Secretary Ferrier stayed."),
        ("Ferrier", "Row over Sollen\nFerrier said it would close."),
        ("Ferrier", "Repairs cost a lot; the repairs go on. Repairs Ferrier wanted were put off."),
        ("Roux", "Quand Roux est venu, il pleuvait. Puis Roux est reparti. Lorsque Roux revient, il pleut."),
        ("Roux", "La ministre Roux est venue. Ministre Roux, dit-on."),
    ],
)
def test_surname_of_two_people_or_of_no_named_one_stays_as_it_is(surname, text):
    assert FullNames(text).find(surname) is None
