"""Words of time and the days they mean, seen from Wednesday 15 May 2024."""

from datetime import date

import pytest

from tracker.suggest import times_en, times_fr

PUBLISHED = date(2024, 5, 15)
ENGLISH = [
    ("by the end of the year", "2024-05-15", "2024-12-31"),
    ("on June 28", "2024-06-28", "2024-06-28"),
    ("on 28 June 2025", "2025-06-28", "2025-06-28"),
    ("on Monday, June 3", "2024-06-03", "2024-06-03"),
    ("on June 3-7", "2024-06-03", "2024-06-07"),
    ("within 48 hours", "2024-05-15", "2024-05-17"),
    ("in three weeks", "2024-05-15", "2024-06-05"),
    ("over the next two to three years", "2024-05-15", "2027-05-15"),
    ("in the coming days", "2024-05-15", "2024-05-22"),
    ("next week", "2024-05-20", "2024-05-26"),
    ("this year", "2024-05-15", "2024-12-31"),
    ("late next year", "2025-09-01", "2025-12-31"),
    ("by 2050", "2024-05-15", "2050-12-31"),
    ("before 2026", "2024-05-15", "2025-12-31"),
    ("before the end of June", "2024-05-15", "2024-06-30"),
    ("until Monday", "2024-05-15", "2024-05-20"),
    ("on Friday", "2024-05-17", "2024-05-17"),
    ("last Friday", "2024-05-10", "2024-05-10"),
    ("in early 2025", "2025-01-01", "2025-04-30"),
    ("in the second half of 2025", "2025-07-01", "2025-12-31"),
    ("in Q3 2024", "2024-07-01", "2024-09-30"),
    ("next quarter", "2024-07-01", "2024-09-30"),
    ("this summer", "2024-06-01", "2024-08-31"),
    ("next winter", "2024-12-01", "2025-02-28"),
    ("by the 2030s", "2024-05-15", "2039-12-31"),
    ("by the end of the decade", "2024-05-15", "2029-12-31"),
    ("tomorrow", "2024-05-16", "2024-05-16"),
    ("two years ago", "2022-05-15", "2022-05-15"),
    ("last week", "2024-05-06", "2024-05-12"),
    ("by Christmas", "2024-05-15", "2024-12-25"),
    ("from 2024 to 2026", "2024-01-01", "2026-12-31"),
    ("before the end of 2027", "2024-05-15", "2027-12-31"),
]
FRENCH = [
    ("d'ici la fin de l'année", "2024-05-15", "2024-12-31"),
    ("d’ici à fin 2026", "2024-05-15", "2026-12-31"),
    ("le 28 juin", "2024-06-28", "2024-06-28"),
    ("le 1er janvier 2025", "2025-01-01", "2025-01-01"),
    ("le 20 janvier prochain", "2025-01-20", "2025-01-20"),
    ("du 3 au 7 juin", "2024-06-03", "2024-06-07"),
    ("dans les 48 heures", "2024-05-15", "2024-05-17"),
    ("dans trois semaines", "2024-05-15", "2024-06-05"),
    ("dans une dizaine de jours", "2024-05-15", "2024-05-25"),
    ("au cours des cinq prochaines années", "2024-05-15", "2029-05-15"),
    ("dans les prochains jours", "2024-05-15", "2024-05-22"),
    ("la semaine prochaine", "2024-05-20", "2024-05-26"),
    ("cette semaine", "2024-05-15", "2024-05-19"),
    ("à l'horizon 2030", "2030-01-01", "2030-12-31"),
    ("avant 2026", "2024-05-15", "2025-12-31"),
    ("avant l'été", "2024-05-15", "2024-05-31"),
    ("d'ici à l'automne", "2024-05-15", "2024-12-31"),
    ("avant les fêtes", "2024-05-15", "2024-12-24"),
    ("avant la fin du mois", "2024-05-15", "2024-05-31"),
    ("avant la fin de 2027", "2024-05-15", "2027-12-31"),
    ("jusqu'à lundi", "2024-05-15", "2024-05-20"),
    ("entre vendredi matin et lundi soir", "2024-05-17", "2024-05-20"),
    ("début 2025", "2025-01-01", "2025-04-30"),
    ("à la mi-juin", "2024-06-11", "2024-06-20"),
    ("au second semestre 2025", "2025-07-01", "2025-12-31"),
    ("à partir du mois de mai 2025", "2025-05-01", "2025-05-31"),
    ("cet été", "2024-06-01", "2024-09-30"),
    ("l'hiver prochain", "2024-12-01", "2025-03-31"),
    ("à la rentrée", "2024-09-01", "2024-09-30"),
    ("à la rentrée 2027", "2027-09-01", "2027-09-30"),
    ("l'an prochain", "2025-01-01", "2025-12-31"),
    ("demain", "2024-05-16", "2024-05-16"),
    ("il y a deux ans", "2022-05-15", "2022-05-15"),
    ("la semaine dernière", "2024-05-06", "2024-05-12"),
    ("avant Noël", "2024-05-15", "2024-12-25"),
    ("à la fin de l'été", "2024-06-01", "2024-09-30"),
    ("dans les années 2030", "2030-01-01", "2039-12-31"),
]


def read(find_times, sentence):
    return [(each.earliest.isoformat(), each.latest.isoformat()) for each in find_times(sentence, PUBLISHED)]


@pytest.mark.parametrize(("words", "earliest", "latest"), ENGLISH)
def test_english_words_of_time(words, earliest, latest):
    assert read(times_en.find_times, f"It happens {words} there.") == [(earliest, latest)]


@pytest.mark.parametrize(("words", "earliest", "latest"), FRENCH)
def test_french_words_of_time(words, earliest, latest):
    assert read(times_fr.find_times, f"Cela arrive {words} là-bas.") == [(earliest, latest)]


@pytest.mark.parametrize("sentence", ["It may rise.", "They march on.", "Room 2024b is free.", "It cost 2,024.50 euros."])
def test_english_words_that_are_no_time(sentence):
    assert read(times_en.find_times, sentence) == []


@pytest.mark.parametrize("sentence", ["Mars est une planète.", "Il pèse 2 024,5 kilos.", "La salle 2024b est libre."])
def test_french_words_that_are_no_time(sentence):
    assert read(times_fr.find_times, sentence) == []


def test_time_without_publication_date_needs_its_own_year():
    assert times_en.find_times("It opens on 3 June or next week.", None) == []
    assert len(times_en.find_times("It opens on 3 June 2025.", None)) == 1


def test_time_offsets_are_those_of_the_words():
    sentence = "Le pont rouvrira d'ici la fin de l'année."
    (found,) = times_fr.find_times(sentence, PUBLISHED)
    assert sentence[found.start : found.end] == "d'ici la fin de l'année"
