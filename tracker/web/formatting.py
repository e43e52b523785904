"""Days, moments and numbers as people write them, in English and French. Free of Flask; templates use them as filters."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from tracker.web.catalogues import translations

THIN: Final = "\u202f"  # the narrow no-break space of French punctuation
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, language: str) -> str:
    written = format_date(day, pattern, locale=language)
    if language == "fr" and day.day == 1:
        # French writes the first of a month with an ordinal, and no other day.
        return written.replace("1 ", "1er ", 1)
    return written


def day(day: date, language: str) -> str:
    """5 Sep 2024, 5 sept. 2024."""
    return _written(day, "d MMM y", language)


def day_short(day: date, language: str) -> str:
    """5 Sep, 5 sept.: where the year goes without saying."""
    return _written(day, "d MMM", language)


def month(first: date, language: str) -> str:
    """Return the month of a day: Sep 2024, sept. 2024."""
    return _written(first, "MMM y", language).removeprefix("1er ")


def day_long(day: date, language: str) -> str:
    """5 September 2024, 5 septembre 2024."""
    return _written(day, "d MMMM y", language)


def day_full(day: date, language: str) -> str:
    """Thursday 5 September 2024, jeudi 5 septembre 2024."""
    return _written(day, "EEEE d MMMM y", language)


def day_heading(day: date, language: str) -> str:
    """The day in full where it starts a line: Thursday 5 September 2024, Jeudi 5 septembre 2024."""
    full = day_full(day, language)
    return full[:1].upper() + full[1:]


def moment(at: datetime, language: str, zone: ZoneInfo) -> str:
    """5 Sep 2024, 14:32, as the clocks of the zone show it."""
    local = at.astimezone(zone)
    return f"{day(local.date(), language)}, {local:%H:%M}"


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """14:32, as the clocks of the zone show it."""
    return f"{at.astimezone(zone):%H:%M}"


@lru_cache(maxsize=8192)
def rel(day: date, today: date, language: str) -> str:
    """How far a due date is from today: 12 days late, today, tomorrow, in 3 days."""
    texts = translations(language)
    distance = (day - today).days
    if distance == 0:
        return str(texts.ugettext("today"))
    if distance == 1:
        return str(texts.ugettext("tomorrow"))
    if distance < 0:
        spoken = texts.ungettext("%(n)s day late", "%(n)s days late", -distance)
    else:
        spoken = texts.ungettext("in %(n)s day", "in %(n)s days", distance)
    return str(spoken % {"n": number(abs(distance), language)})


def ago(at: datetime, now: datetime, language: str, zone: ZoneInfo) -> str:
    """How long ago something happened: just now, 2 minutes ago, 3 hours ago; after a day, the moment itself."""
    seconds = (now.astimezone(UTC) - at.astimezone(UTC)).total_seconds()
    if seconds < _MINUTE:
        return str(translations(language).ugettext("just now"))
    if seconds < _DAY:
        unit = _MINUTE if seconds < _HOUR else _HOUR
        whole = int(seconds // unit) * unit
        return format_timedelta(-whole, granularity="minute", threshold=1, add_direction=True, locale=language)
    return moment(at, language, zone)


@lru_cache(maxsize=4096)
def number(value: float, language: str) -> str:
    """1,234 or 1 234."""
    return format_decimal(value, locale=language)


def percent(value: int, language: str) -> str:
    """30% or 30 %."""
    return f"{value}{THIN}%" if language == "fr" else f"{value}%"


def band(low: int | None, high: int | None, language: str) -> str:
    """30–60%; a band of one point is written once; no band is no text."""
    if low is None or high is None:
        return ""
    figures = str(low) if low == high else f"{low}–{high}"
    return f"{figures}{THIN}%" if language == "fr" else f"{figures}%"
