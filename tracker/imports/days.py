"""Days in cells: as the forms read them, and as programs write them. Which of two numbers comes first is said once a column."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from tracker.errors import N_, Invalid
from tracker.web.dates import EARLIEST, LATEST, UnreadableDay, parse_day

# Nothing in a file means "today": what it means would be another day each time it is read.
_NO_DAY: Final = date(2000, 1, 1)
_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)? ?(Z|UTC|[+-]\d{2}:?\d{2})?")
_NUMBERS: Final = re.compile(r"(\d{1,2})[-/.\s](\d{1,2})[-/.\s]\d{4}(?:[ T]\d{1,2}:\d{2}.*)?")
_NUMBERS_AND_TIME: Final = re.compile(r"(\d{1,2}[-/.]\d{1,2}[-/.]\d{4}) \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?")


@lru_cache(maxsize=8192)
def read(text: str, order: str | None, zone: ZoneInfo) -> date:
    """The day that a cell means. `order` "day" or "month" says which comes first where both could; a moment with its offset
    counts as the day that it is in the zone. Raises Invalid.
    """
    text = text.strip()
    if match := _MOMENT.fullmatch(text):
        return _of_moment(match, zone)
    if match := _NUMBERS_AND_TIME.fullmatch(text):
        text = match[1]
    if not any(c.isdigit() for c in text):
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


def _of_moment(match: re.Match[str], zone: ZoneInfo) -> date:
    try:
        if match[3] is None:
            found = date.fromisoformat(match[1])
        else:
            offset = match[3].replace("UTC", "Z")
            found = datetime.fromisoformat(f"{match[1]}T{match[2]}{offset}").astimezone(zone).date()
    except (ValueError, OverflowError):
        raise Invalid(N_("There is no such day in the calendar.")) from None
    if not EARLIEST <= found <= LATEST:
        raise Invalid(N_("The year must lie between %(first)s and %(last)s."), first=EARLIEST.year, last=LATEST.year)
    return found


def order_shown(text: str) -> str | None:
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
