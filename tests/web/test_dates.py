"""Days are read as people type them, and never guessed."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from tracker.web.dates import EARLIEST, LATEST, UnreadableDay, parse_day

TODAY = date(2024, 9, 17)
MARCH_26 = date(2024, 3, 26)


def read(text: str, **kwargs: object) -> date:
    return parse_day(text, today=TODAY, **kwargs)  # type: ignore[arg-type]


def refused(text: str, **kwargs: object) -> UnreadableDay:
    with pytest.raises(UnreadableDay) as caught:
        read(text, **kwargs)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-26",
        "2024-3-26",
        "2024/03/26",
        "26 mar 2024",
        "26 mars 2024",
        "26 March 2024",
        "26th March 2024",
        "the 26th of March, 2024",
        "le 26 mars 2024",
        "March 26, 2024",
        "26-Mar-2024",
        "26.mars.2024",
        "2024 March 26",
        "26/3/2024",
        "3/26/2024",
        "26.03.2024",
        "26 3 2024",
        "Tuesday 26 March 2024",
        "mardi 26 mars 2024",
        "  26\u00a0mars\u202f2024 ",
        "\u200e26/03/2024",
        "26 MARS 2024",
        "26\u201103\u20112024",
    ],
)
def test_one_day_is_read_from_many_spellings(text: str):
    assert read(text) == MARCH_26


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er avril 2024", date(2024, 4, 1)),
        ("1ᵉʳ avril 2024", date(2024, 4, 1)),
        ("14 juil. 2024", date(2024, 7, 14)),
        ("3 juin 2024", date(2024, 6, 3)),
        ("15 août 2024", date(2024, 8, 15)),
        ("15 aout 2024", date(2024, 8, 15)),
        ("1 déc. 2024", date(2024, 12, 1)),
        ("29 fév. 2024", date(2024, 2, 29)),
        ("5 sept. 2024", date(2024, 9, 5)),
        ("5/5/2024", date(2024, 5, 5)),
        ("٢٠٢٦-٠١-٠١", date(2026, 1, 1)),
        ("today", TODAY),
        ("aujourd’hui", TODAY),
        ("hier", TODAY - timedelta(days=1)),
        ("Tomorrow", TODAY + timedelta(days=1)),
        ("in 3 months", date(2024, 12, 17)),
        ("dans 3 mois", date(2024, 12, 17)),
        ("+5m", date(2025, 2, 17)),
        ("+10 d", date(2024, 9, 27)),
        ("+10j", date(2024, 9, 27)),
        ("in 2 weeks", date(2024, 10, 1)),
        ("+1 an", date(2025, 9, 17)),
        ("1900-01-01", EARLIEST),
        ("2199-12-31", LATEST),
    ],
)
def test_these_days_are_read(text: str, day: date):
    assert read(text) == day


def test_months_ahead_end_with_the_last_day_of_a_shorter_month():
    assert parse_day("+1 month", today=date(2024, 1, 31)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2027-02-29",
        "30 February 2026",
        "31 avril 2024",
        "31/4/2024",
        "13/13/2024",
        "32/1/2024",
        "0000-01-01",
        "1899-12-31",
        "2200-01-01",
        "9999-12-31",
        "12026-01-01",
        "-0044-03-15",
        "2027-03-28T02:30 Europe/Berlin",
        "2016-12-31T23:59:60Z",
        "26 March 2024 14:30",
        "+25:00, Mars/Phobos",
        "+3",
        "+3 h",
        "3 months",
        "in 3 moons",
        "in 999 years",
        "01-02-26",
        "26 mars 24",
        "45321",
        "99999999999999",
        "٣/٤/٢٠٢٦",
        "٢٦ مارس ٢٠٢٦",
        "due 1999",
        "1999",
        "June 2024",
        "26 jui 2024",
        "26 ma 2024",
        "1² mars 2024",
        "①2024",
        "null",
        "NaN",
        "soon",
        "26 mars 2024 27",
        "mars mars 2024",
        "",
        "   ",
        "\u200b",
        "2024-03-26" * 100,
        "\ud800",
        "26 mars 2024\x00x",
    ],
)
def test_what_is_no_single_day_is_refused_with_a_sentence(text: str):
    refusal = refused(text)
    assert str(refusal).endswith(".")
    assert refusal.readings == ()


def test_no_such_day_is_called_that():
    assert str(refused("2026-02-30")) == "There is no such day in the calendar."


def test_a_year_out_of_range_is_called_that():
    assert str(refused("9999-12-31")) == "The year must lie between 1900 and 2199."


def test_slashes_that_can_be_read_in_two_ways_offer_both_and_take_neither():
    refusal = refused("03/04/2026", prefer="future")
    assert refusal.readings == (date(2026, 4, 3), date(2026, 3, 4))
    assert refusal.suggestion is None


def test_a_missing_year_is_asked_for_with_the_nearest_past_one_suggested():
    refusal = refused("26 mars", prefer="past")
    assert refusal.readings == (date(2024, 3, 26), date(2025, 3, 26))
    assert refusal.suggestion == date(2024, 3, 26)


def test_a_missing_year_is_asked_for_with_the_next_one_suggested():
    assert refused("26/3", prefer="future").suggestion == date(2025, 3, 26)


def test_a_missing_year_suggests_nothing_where_neither_is_likelier():
    refusal = refused("26 mars")
    assert refusal.suggestion is None
    assert len(refusal.readings) == 2


def test_a_leap_day_without_a_year_offers_years_that_have_one():
    assert refused("29 Feb", prefer="future").readings == (date(2028, 2, 29), date(2024, 2, 29))


def test_a_day_that_no_year_has_offers_nothing():
    assert refused("30 February").readings == ()


def test_a_wrong_weekday_is_a_typing_error_somewhere():
    refusal = refused("mercredi 26 mars 2024")
    assert refusal.readings == (MARCH_26,)
    assert refusal.suggestion is None


DAYS = st.dates(EARLIEST, LATEST)


@given(
    DAYS, st.sampled_from(["yyyy-MM-dd", "d MMM y", "d MMMM y", "EEEE d MMMM y", "dd-MMM-yyyy"]), st.sampled_from(["en", "fr"])
)
def test_every_day_is_read_back_from_what_the_tracker_writes(day: date, pattern: str, language: str):
    assert read(format_date(day, pattern, locale=language)) == day


@given(DAYS, st.sampled_from(["{0}/{1}/{2}", "{0}.{1}.{2}", "{0}-{1}-{2}", "{0:02}/{1:02}/{2}"]))
def test_numbers_mean_a_day_only_when_they_can_mean_no_other(day: date, pattern: str):
    text = pattern.format(day.day, day.month, day.year)
    if day.day > 12 or day.day == day.month:
        assert read(text) == day
    else:
        assert refused(text).readings[0] == day


def possible(text: str) -> list[date]:
    try:
        return [read(text)]
    except UnreadableDay as refusal:
        return list(refusal.readings)


@given(st.text(max_size=70))
def test_any_text_is_a_day_in_range_or_a_sentence(text: str):
    assert all(EARLIEST <= day <= LATEST for day in possible(text))


@given(st.from_regex(r"[0-9a-zéû/.\- ]{1,40}", fullmatch=True))
def test_text_that_looks_like_a_date_is_a_day_in_range_or_a_sentence(text: str):
    assert all(EARLIEST <= day <= LATEST for day in possible(text))
