"""Which of the words of time is the deadline."""

from datetime import date

import pytest

from tracker.suggest import find_deadlines, suggest
from tracker.suggest.cues import find_cues, find_times
from tracker.suggest.deadlines import find_deadline

PUBLISHED = date(2024, 5, 15)


def read(sentence, language, published_on=PUBLISHED):
    times = find_times(sentence, language, published_on)
    return find_deadline(sentence, times, find_cues(sentence, language, published_on, times), published_on)


@pytest.mark.parametrize(
    ("language", "sentence", "latest"),
    [
        ("en", "The minister said on Monday that the bridge will open in July 2025.", "2025-07-31"),
        ("en", "On Tuesday, the council announced that the pool would reopen next month.", "2024-06-30"),
        ("en", "After the fire of 2019, the mill will be rebuilt by 2027.", "2027-12-31"),
        ("en", "Sales rose last year and are expected to rise again in 2026.", "2026-12-31"),
        ("en", "The tunnel, begun in March 2023, is due to open on 3 June.", "2024-06-03"),
        ("en", "The ferry will run from 20 May until 3 June.", "2024-06-03"),
        ("en", "Talks resume tomorrow (16 May).", "2024-05-16"),
        ("en", "The eclipse will be seen in March.", "2025-03-31"),
        ("fr", "Le ministre a déclaré lundi que le pont rouvrira en juillet 2025.", "2025-07-31"),
        ("fr", "Mardi, la mairie a annoncé que la piscine rouvrirait le mois prochain.", "2024-06-30"),
        ("fr", "Après l'incendie de 2019, le moulin sera reconstruit d'ici 2027.", "2027-12-31"),
        ("fr", "Les prix ont monté l'an dernier et devraient encore monter en 2026.", "2026-12-31"),
        ("fr", "Le salon se tiendra du 30 mai au 2 juin.", "2024-06-02"),
        ("fr", "Le texte sera examiné demain (16 mai).", "2024-05-16"),
    ],
)
def test_deadline_is_that_of_the_predicting_verb(language, sentence, latest):
    found = read(sentence, language)
    assert found is not None
    assert found.latest.isoformat() == latest


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The minister said on Monday the bridge would reopen."),
        ("en", "The bridge will reopen soon."),
        ("en", "Since 2019 the mill has been closed, but it may reopen."),
        ("fr", "Le ministre a annoncé lundi que le pont rouvrirait."),
        ("fr", "Le pont rouvrira bientôt."),
        ("fr", "Fermé depuis 2019, le moulin pourrait rouvrir."),
    ],
)
def test_sentence_without_a_stated_deadline_has_none(language, sentence):
    assert read(sentence, language) is None


def test_vague_deadline_is_marked():
    found = read("Le pont rouvrira dans les prochains jours.", "fr")
    assert found is not None
    assert found.is_vague


def test_deadline_lies_never_before_the_publication():
    assert read("It would open in 2011.", "en") is None


def test_deadline_without_publication_date_is_that_of_a_named_year():
    found = read("The bridge will open by 2027.", "en", None)
    assert found is not None
    assert found.latest == date(2027, 12, 31)


def test_deadlines_of_places_are_those_of_the_suggestions():
    text = (
        "The bridge\n\nThe mill will be rebuilt by 2027. The ferry may run again soon.\n\n"
        "It was closed in 2019, but the pool should reopen next month, the council said. Nothing else was decided."
    )
    marks = suggest(text, "en", PUBLISHED)
    assert [each.deadline is None for each in marks] == [False, True, False]
    places = [(each.start, each.end) for each in marks]
    assert find_deadlines(text, "en", PUBLISHED, places) == [each.deadline for each in marks]
    inside = text.index("the pool")
    assert find_deadlines(text, "en", PUBLISHED, [(inside, inside + 20), (0, 5)]) == [marks[2].deadline, None]


@pytest.mark.parametrize(
    ("language", "sentence", "published_on", "latest"),
    [
        ("fr", "La piscine rouvrira avant l'été.", "2025-05-20", "2025-05-31"),
        ("fr", "La piscine rouvrira avant l'été.", "2025-06-10", "2025-06-30"),
        ("fr", "La piscine rouvrira avant l'été.", "2025-07-10", "2026-05-31"),
        ("fr", "La piscine rouvrira avant l'été.", "2025-10-01", "2026-05-31"),
        ("fr", "La piscine rouvrira cet hiver.", "2025-01-10", "2025-03-31"),
        ("fr", "La piscine rouvrira à l'été.", "2025-03-10", "2025-09-30"),
        ("en", "The pool will reopen before the summer.", "2025-06-10", "2025-06-30"),
        ("en", "The pool will reopen before the summer.", "2025-07-10", "2026-05-31"),
        ("en", "The pool will reopen before the summer.", "2025-10-01", "2026-05-31"),
        ("en", "The pool will reopen this winter.", "2025-01-10", "2025-02-28"),
    ],
)
def test_deadline_by_a_season_is_the_one_that_comes(language, sentence, published_on, latest):
    found = read(sentence, language, date.fromisoformat(published_on))
    assert found is not None
    assert found.latest.isoformat() == latest
