"""Read cells: days, and likelihoods as bands. What a cell leaves open (order, century, scale) is an option of its column."""

import re
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tracker.errors import N_, Invalid
from tracker.web.dates import EARLIEST, LATEST, UnreadableDay, is_relative, parse_day
from tracker.word_caches import word_cache

# Nothing in a file means "today": what it means would be another day each time it is read.
_NO_DAY: Final = date(2000, 1, 1)
MOMENTS: Final = ("newsroom", "utc", "as-written")  # in which zone a moment with an offset is a day
CENTURIES: Final = ("1900", "2000")
_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)? ?(Z|UTC|[+-]\d{2}:?\d{2})?")
_EPOCH: Final = re.compile(r"\d{10}|\d{12,13}")  # seconds or milliseconds since 1970, as programs write moments
_NUMBERS: Final = re.compile(r"(\d{1,2})[-/.\s](\d{1,2})[-/.\s]\d{2}(?:\d{2})?(?:[ T]\d{1,2}:\d{2}.*)?")
_NUMBERS_AND_TIME: Final = re.compile(
    r"(\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?:\d{2})?) \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?"
)
# A day whose year has two digits, at the end: 26/3/24, 26-Mar-24, 26 mars 24.
_SHORT_YEAR: Final = re.compile(r"(\d{1,2}[-/.\s]\d{1,2}[-/.\s]|\d{1,2}[-/.\s]*[^\W\d_]{3,12}\.?[-/.\s,]+)'?(\d{2})")


@word_cache(8192)
def parse_date(text: str, order: str | None, zone: ZoneInfo, century: str | None = None, moments: str = "newsroom") -> date:
    """The day that a cell means. Raises Invalid.

    order: "day" or "month", whichever comes first where both could. century: "1900" or "2000", what a year of two digits means.
    moments: one of MOMENTS, the zone in which a moment with an offset is a day.
    """
    text = text.strip()
    if match := _MOMENT.fullmatch(text):
        return _day_of_moment(match, zone, moments)
    if _EPOCH.fullmatch(text):
        return _day_of_epoch(int(text), zone, moments)
    if match := _NUMBERS_AND_TIME.fullmatch(text):
        text = match[1]
    if match := _SHORT_YEAR.fullmatch(text):
        if century is None:
            raise Invalid(N_("Its year has two digits. Say for the column whether it is of the 1900s or the 2000s."))
        text = f"{match[1]}{century[:2]}{match[2]}"
    if not any(c.isdigit() for c in text) or is_relative(text):  # nothing tells from which day a file counts
        raise Invalid(N_("This is not a date we can read. Write it as 26 Mar 2024 or 2024-03-26."))
    try:
        return parse_day(text, today=_NO_DAY)
    except UnreadableDay as unclear:
        numbers = _NUMBERS.fullmatch(text)
        if len(unclear.readings) == 2 and numbers:
            if order is None:
                raise Invalid(
                    N_("This date can be read in two ways. Say for the column whether the day or the month comes first.")
                ) from None
            return unclear.readings[0 if order == "day" else 1]
        if unclear.readings and not numbers and not re.search(r"\d{4}", text):
            raise Invalid(N_("Give the year as well, such as 26 Mar 2024.")) from None
        if unclear.readings:
            raise Invalid(N_("The day of the week does not fit this date.")) from None
        raise Invalid(unclear.message.text, **unclear.message.params) from None


def _day_of_moment(match: re.Match[str], zone: ZoneInfo, moments: str) -> date:
    try:
        if match[3] is None:
            return _within(date.fromisoformat(match[1]))
        offset = match[3].replace("UTC", "Z")
        at = datetime.fromisoformat(f"{match[1]}T{match[2]}{offset}")
        return _within(at.date() if moments == "as-written" else at.astimezone(UTC if moments == "utc" else zone).date())
    except (ValueError, OverflowError):
        raise Invalid(N_("There is no such day in the calendar.")) from None


def _day_of_epoch(number: int, zone: ZoneInfo, moments: str) -> date:
    seconds = number if number < 10**10 else number / 1000
    return _within(datetime.fromtimestamp(seconds, zone if moments == "newsroom" else UTC).date())


def written_day(text: str) -> date | None:
    """The day that a moment with an offset has as it is written (of a number of seconds: in UTC); None for all else."""
    text = text.strip()
    try:
        if match := _MOMENT.fullmatch(text):
            return date.fromisoformat(match[1]) if match[3] else None
        return _day_of_epoch(int(text), ZoneInfo("UTC"), "utc") if _EPOCH.fullmatch(text) else None
    except (ValueError, OverflowError, Invalid):
        return None


def _within(found: date) -> date:
    if not EARLIEST <= found <= LATEST:
        raise Invalid(N_("The year must lie between %(first)s and %(last)s."), first=EARLIEST.year, last=LATEST.year)
    return found


def has_short_year(text: str) -> bool:
    """Whether a cell is a day whose year has two digits."""
    text = text.strip()
    if match := _NUMBERS_AND_TIME.fullmatch(text):
        text = match[1]
    return len(text) <= 30 and _SHORT_YEAR.fullmatch(text) is not None


def detect_date_order(text: str) -> str | None:
    """Which number comes first in a date of numbers: "day" or "month" where one is over 12, "either" where both could.

    None for all else, and where it makes no difference.
    """
    match = _NUMBERS.fullmatch(text.strip())
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if first == second:
        return None
    if first > 12:
        return "day" if second <= 12 else None
    return "month" if second > 12 else "either"


Band = tuple[int, int]

_LONGEST: Final = 60  # characters
_NUMBER: Final = r"(\d{1,3}(?:[.,]\d{1,20})?(?:e-\d{1,3})?)\s*(%|percent|per cent|pour cent|p\.c\.)?"
_ONE: Final = re.compile(rf"(?:~|≈|about|around|c\.|ca\.?|env\.?|environ)?\s*{_NUMBER}", re.IGNORECASE)
_TWO: Final = re.compile(
    rf"(?:from |between |de |entre )?\s*{_NUMBER}\s*(?:-|‐|‑|–|—|−|to|and|à|a|et|\.\.+|…)\s*{_NUMBER}", re.IGNORECASE
)
_BEYOND: Final = re.compile(rf"([<>≤≥]=?)\s*{_NUMBER}", re.IGNORECASE)


def parse_band(text: str, scale: str | None) -> Band:
    """Both ends in whole per cent. `scale` is for numbers without a sign: "percent", "fraction", or "mixed" (up to 1 a fraction).

    Next to 0 and 100 a number becomes the band round it, for nothing that was possible becomes impossible. Raises Invalid.
    """
    if len(text) > _LONGEST:
        raise _unreadable()
    words = " ".join(text.split())
    if match := _ONE.fullmatch(words):
        point = _percent(match[1], match[2], scale)
        return _rounded(point, down=True), _rounded(point, down=False)
    if match := _TWO.fullmatch(words):
        sign = match[2] or match[4]
        low, high = _percent(match[1], sign, scale), _percent(match[3], sign, scale)
        if low > high:
            raise Invalid(N_("The lower likelihood is higher than the upper one."))
        return _rounded(low, down=True), _rounded(high, down=False)
    if match := _BEYOND.fullmatch(words):
        end = _percent(match[2], match[3], scale)
        return (_rounded(end, down=True), 100) if match[1][0] in ">≥" else (0, _rounded(end, down=False))
    raise _unreadable()


def _rounded(value: float, *, down: bool) -> int:
    if 0 < value < 0.5:
        return 0 if down else 1
    if 99.5 <= value < 100:
        return 99 if down else 100
    return int(value + 0.5)


def _unreadable() -> Invalid:
    return Invalid(N_("This is not a likelihood. Write it as 60–75 % or 60."))


def _percent(number: str, sign: str | None, scale: str | None) -> float:
    value = float(number.replace(",", "."))
    if not sign:
        if scale is None and value <= 1 and value != 0:
            raise Invalid(N_("Say for the column whether its numbers are per cent or lie between 0 and 1."))
        if scale == "fraction" or (scale == "mixed" and value <= 1):
            value = round(value * 100, 9)
    if not 0 <= value <= 100:
        raise Invalid(N_("A likelihood lies between 0 and 100 per cent."))
    return value


def detect_scale(text: str) -> str | None:
    """What a number without a sign shows of its column: "percent" over 1, "fraction" between 0 and 1, "either" for 1.

    None for all else, and for what is no likelihood.
    """
    match = _ONE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None or match[2]:
        return None
    value = float(match[1].replace(",", "."))
    if value > 100:
        return None
    if value > 1:
        return "percent"
    return "fraction" if 0 < value < 1 else "either" if value == 1 else None
