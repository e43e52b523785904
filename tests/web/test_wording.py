"""Days, moments and numbers as each language writes them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.errors import Message
from tracker.web import formatting, i18n, labels

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2024, 9, 17)
NOON = datetime(2024, 9, 17, 12, 0, tzinfo=UTC)


def test_a_day_is_written_in_three_lengths():
    day = date(2024, 9, 5)
    assert [formatting.day(day, "en"), formatting.day_long(day, "en"), formatting.day_full(day, "en")] == [
        "5 Sep 2024",
        "5 September 2024",
        "Thursday 5 September 2024",
    ]
    assert [formatting.day(day, "fr"), formatting.day_long(day, "fr"), formatting.day_full(day, "fr")] == [
        "5 sept. 2024",
        "5 septembre 2024",
        "jeudi 5 septembre 2024",
    ]


def test_french_counts_the_first_of_a_month_and_no_other_day():
    assert formatting.day(date(2024, 1, 1), "fr") == "1er janv. 2024"
    assert formatting.day_full(date(2024, 4, 1), "fr") == "lundi 1er avril 2024"
    assert formatting.day(date(2024, 1, 11), "fr") == "11 janv. 2024"
    assert formatting.day(date(2024, 1, 31), "fr") == "31 janv. 2024"


@pytest.mark.parametrize(
    ("distance", "english", "french"),
    [
        (-12, "12 days late", "12 jours de retard"),
        (-1, "1 day late", "1 jour de retard"),
        (0, "today", "aujourd’hui"),
        (1, "tomorrow", "demain"),
        (3, "in 3 days", "dans 3 jours"),
        (1200, "in 1,200 days", "dans 1\u202f200 jours"),
    ],
)
def test_how_far_off_a_day_is(distance: int, english: str, french: str):
    day = TODAY + timedelta(days=distance)
    assert formatting.rel(day, TODAY, "en") == english
    assert formatting.rel(day, TODAY, "fr") == french


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (5, "just now", "à l’instant"),
        (125, "2 minutes ago", "il y a 2 minutes"),
        (3 * 3600 + 5, "3 hours ago", "il y a 3 heures"),
        (-30, "just now", "à l’instant"),
        (90_000, "16 Sep 2024, 13:00", "16 sept. 2024, 13:00"),
    ],
)
def test_how_long_ago_something_was(seconds: int, english: str, french: str):
    at = NOON - timedelta(seconds=seconds)
    assert formatting.ago(at, NOON, "en", PARIS) == english
    assert formatting.ago(at, NOON, "fr", PARIS) == french


def test_moment_is_written_in_the_newsrooms_zone():
    late = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)
    assert formatting.moment(late, "en", PARIS) == "1 Jan 2025, 00:30"
    assert formatting.clock_time(late, ZoneInfo("Pacific/Kiritimati")) == "13:30"


def test_numbers_and_bands():
    assert [formatting.number(12345, "en"), formatting.number(12345, "fr")] == ["12,345", "12\u202f345"]
    assert [formatting.percent(30, "en"), formatting.percent(30, "fr")] == ["30%", "30\u202f%"]
    assert [formatting.band(30, 60, "en"), formatting.band(30, 60, "fr")] == ["30–60%", "30–60\u202f%"]
    assert formatting.band(50, 50, "en") == "50%"
    assert formatting.band(0, 5, "en") == "0–5%"
    assert formatting.band(None, 60, "en") == ""


def test_translate_writes_days_of_a_message_out():
    message = Message("Read as %(day)s", {"day": date(2024, 9, 5)})
    assert i18n.translate(message) == "Read as 5 Sep 2024"
    with i18n.use_language("fr"):
        assert i18n.translate(message) == "Lu comme 5 sept. 2024"
        assert (
            i18n.translate(Message("%(field)s: %(value)s", {"field": "x", "value": message})) == "x\u202f: Lu comme 5 sept. 2024"
        )
    assert i18n.language() == "en"


def test_an_unknown_language_is_english():
    with i18n.use_language("xx"):
        assert i18n.gettext("Undo") == "Undo"


def test_a_lazy_text_is_translated_when_it_is_shown():
    label = i18n.lazy_gettext("Undo")
    assert f"{label}" == "Undo"
    assert label == "Undo"
    with i18n.use_language("fr"):
        assert f"{label}" == "Annuler"
        assert str(i18n.lazy_gettext("Read as %(day)s", day="x")) == "Lu comme x"


@pytest.mark.parametrize(
    ("key", "english", "french"),
    [
        ("open", "Open", "En attente"),
        ("overdue", "Overdue", "En retard"),
        ("due", "Due this week", "Cette semaine"),
        ("upcoming", "Upcoming", "À venir"),
        ("signoff", "Awaiting sign-off", "À contresigner"),
        ("confirmed", "Confirmed", "Confirmée"),
        ("partly_confirmed", "Partly confirmed", "Confirmée en partie"),
        ("refuted", "Refuted", "Infirmée"),
        ("unresolvable", "Unresolvable", "Invérifiable"),
        ("void", "Void", "Sans objet"),
        ("supports", "Supports", "Appuie"),
        ("contradicts", "Contradicts", "Contredit"),
        ("context", "Context", "Contexte"),
    ],
)
def test_the_desk_has_one_word_for_a_key(key: str, english: str, french: str):
    assert labels.word(key) == english
    with i18n.use_language("fr"):
        assert labels.word(key) == french


@pytest.mark.parametrize(
    ("key", "english", "french"),
    [
        ("confirmed", "Came true", "S’est réalisée"),
        ("partly_confirmed", "Came true in part", "S’est réalisée en partie"),
        ("refuted", "Did not happen", "Ne s’est pas réalisée"),
        ("unresolvable", "Cannot be established from public sources", "Impossible à établir de source publique"),
        ("void", "No longer applicable", "Sans objet"),
    ],
)
def test_readers_get_words_of_their_own(key: str, english: str, french: str):
    assert labels.reader_word(key) == english
    with i18n.use_language("fr"):
        assert labels.reader_word(key) == french
