"""Arithmetic of calendar days for the words of time: months, weeks, seasons, thirds of a period."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

LAST_DAY: Final = date(2200, 12, 31)

Which = Literal["last", "next", ""]


@dataclass(frozen=True)
class Interval:
    """From one day to another, both included."""

    earliest: date
    latest: date


def build_day(year: int, month: int, day: int) -> Interval | None:
    """One day; None where the calendar has no such day."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return Interval(found, found)


def build_month(year: int, month: int) -> Interval:
    """All of a month."""
    return Interval(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def build_months(year: int, first: int, last: int) -> Interval:
    """From one month to another of a year; into the next one where the last comes before the first."""
    return Interval(date(year, first, 1), build_month(year + (last < first), last).latest)


def build_year(year: int, last: int | None = None) -> Interval:
    """All of a year, or of the years to `last`."""
    return Interval(date(year, 1, 1), date(last or year, 12, 31))


def build_week(day: date, ahead: int = 0) -> Interval:
    """The week, Monday to Sunday, that is `ahead` weeks after that of a day."""
    monday = day + timedelta(days=7 * ahead - day.weekday())
    return Interval(monday, monday + timedelta(days=6))


def build_period(unit: str, ahead: int, published_on: date) -> Interval:
    """This week, weekend, month, quarter, year, decade or century, or the one that is `ahead` of it; all of it."""
    if unit == "weekend":
        week = build_week(published_on, ahead)
        return Interval(week.latest - timedelta(days=1), week.latest)
    if unit == "week":
        return build_week(published_on, ahead)
    if unit == "month":
        first = add_months(published_on.replace(day=1), ahead)
        return build_month(first.year, first.month)
    if unit == "quarter":
        first = add_months(date(published_on.year, 3 * ((published_on.month - 1) // 3) + 1, 1), 3 * ahead)
        return build_months(first.year, first.month, first.month + 2)
    if unit in ("decade", "century"):
        length = 10 if unit == "decade" else 100
        start = (published_on.year // length + ahead) * length
        return Interval(date(start, 1, 1), date(start + length - (length == 10), 12, 31))
    return build_year(published_on.year + ahead)


def build_season(first: int, last: int, published_on: date, which: Which = "") -> Interval:
    """A season by its first and last month: the last one, the next one, or the one that is now or comes first; all of it."""
    nearby = [build_months(published_on.year + shift, first, last) for shift in (-2, -1, 0, 1)]
    if which == "last":
        return [days for days in nearby if days.latest < published_on][-1]
    return next(days for days in nearby if (days.earliest if which == "next" else days.latest) >= published_on)


def build_days_ahead(days: int, published_on: date) -> Interval:
    """The one day so many days after the publication."""
    found = published_on + timedelta(days=days)
    return Interval(found, found)


def cut_past(days: Interval, published_on: date) -> Interval:
    """What is left of a period that has started: "this year" of a prediction starts today."""
    return Interval(max(days.earliest, published_on), days.latest) if days.latest >= published_on else days


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one. Ends with LAST_DAY."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > LAST_DAY.year:
        return LAST_DAY
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_units(day: date, count: int, unit: str) -> date:
    """A day that many hours, days, weeks, months, years or decades later."""
    if unit == "hour":
        return day + timedelta(days=-(-count // 24))
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    return add_months(day, count * {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}[unit])


def cut_part(interval: Interval, part: str) -> Interval:
    """The beginning, the middle or the end of a month or a year: a third of it."""
    first, last = interval.earliest, interval.latest
    if (last - first).days > 31:
        months = {"start": (1, 4), "middle": (5, 8), "end": (9, 12)}[part]
        return Interval(date(first.year, months[0], 1), build_month(last.year, months[1]).latest)
    days = {"start": (1, 10), "middle": (11, 20), "end": (21, last.day)}[part]
    return Interval(first.replace(day=days[0]), last.replace(day=days[1]))


def find_nearest_year(published_on: date, month: int, day: int = 15) -> int:
    """The year in which a day or month without a year lies nearest to the publication."""
    months = (month - published_on.month) * 30 + (day - published_on.day)
    if months > 182:
        return published_on.year - 1
    return published_on.year + (months < -182)
