"""Read a day the way a person typed it, in English or French, and never guess. Free of Flask.

One reading is taken; two are both offered; none is refused with the reason. A review that comes back a month early or a year
late because a "03/04" was guessed would be worse than asking.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Literal

from tracker.errors import N_, Invalid

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
LONGEST: Final = 60  # code points; a weekday, a day, a month and a year fit twice over

Prefer = Literal["past", "future"]


class UnreadableDay(Invalid):
    """No single day can be read. `readings` are the days it may mean, the likeliest first; `suggestion` is one to propose."""

    def __init__(self, text: str, *, readings: Iterable[date] = (), suggest: bool = False, **params: int) -> None:
        super().__init__(text, field=None, **params)
        self.readings = tuple(readings)
        self.suggestion = self.readings[0] if suggest and self.readings else None


_MONTHS: Final = (
    ("january", "janvier"),
    ("february", "fevrier"),
    ("march", "mars"),
    ("april", "avril"),
    ("may", "mai"),
    ("june", "juin"),
    ("july", "juillet"),
    ("august", "aout"),
    ("september", "septembre"),
    ("october", "octobre"),
    ("november", "novembre"),
    ("december", "decembre"),
)
_WEEKDAYS: Final = (
    ("monday", "lundi"),
    ("tuesday", "mardi"),
    ("wednesday", "mercredi"),
    ("thursday", "jeudi"),
    ("friday", "vendredi"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
_RELATIVE: Final = {
    "today": 0,
    "aujourd'hui": 0,
    "aujourdhui": 0,
    "tomorrow": 1,
    "demain": 1,
    "yesterday": -1,
    "hier": -1,
}
_UNITS: Final = {  # days and months
    **dict.fromkeys(("d", "j", "day", "days", "jour", "jours"), (1, 0)),
    **dict.fromkeys(("w", "s", "week", "weeks", "semaine", "semaines"), (7, 0)),
    **dict.fromkeys(("m", "month", "months", "mois"), (0, 1)),
    **dict.fromkeys(("y", "a", "year", "years", "an", "ans"), (0, 12)),
}
_FILLERS: Final = frozenset({"the", "of", "on", "le", "la", "du", "de", "au"})

# Other hyphens and dashes, the curly apostrophe, and the raised letters of 1ᵉʳ.
_LOOKALIKES: Final = {**dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"), 0x2019: "'", 0x1D49: "e", 0x02B3: "r"}

_ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ISO: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_NUMBERS: Final = re.compile(r"(\d{1,2})([-/.\s])(\d{1,2})\2(\d+)")
_NO_YEAR: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})")
_AHEAD: Final = re.compile(r"(?:\+|in |dans )\s?(\d{1,3})\s?([a-z]+)")
_CLOCK: Final = re.compile(r"\d{1,2}[:h]\d{2}|t\d{2}")
_ORDINAL: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|re|e|eme)?")


def parse_iso_day(text: str) -> date:
    """The day of an address or of a command's option, written as 2024-03-11. Raises UnreadableDay.

    The years are those of a form: the first and last days of the calendar have no midnight in other time zones.
    """
    match = _ISO_DAY.fullmatch(text)
    if match is None:
        raise UnreadableDay(N_("Write the date as 2024-03-11."))
    return _day(int(match[1]), int(match[2]), int(match[3]))


def is_relative(text: str) -> bool:
    """Whether a text names a day by how far from today it is: "tomorrow", "+3m"."""
    try:
        typed = _plain(text)
    except UnreadableDay:
        return False
    match = _AHEAD.fullmatch(typed)
    return typed in _RELATIVE or (match is not None and match[2] in _UNITS)


def parse_day(text: str, *, today: date, prefer: Prefer | None = None) -> date:
    """The day that a text means. `prefer` decides which year to suggest when none is given; one is never taken unasked.

    Raises UnreadableDay, with what may be meant where that is known.
    """
    typed = _plain(text)
    if typed in _RELATIVE:
        return today + timedelta(days=_RELATIVE[typed])
    if (match := _AHEAD.fullmatch(typed)) and match[2] in _UNITS:
        return _ahead(today, int(match[1]), *_UNITS[match[2]])
    if match := _ISO.fullmatch(typed):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := _NUMBERS.fullmatch(typed):
        return _by_numbers(int(match[1]), int(match[3]), _year(match[4]))
    if match := _NO_YEAR.fullmatch(typed):
        raise _year_missing(_orders(int(match[1]), int(match[2])), today, prefer)
    if _CLOCK.search(typed):
        raise UnreadableDay(N_("Give a day without a time, such as 26 Mar 2024."))
    return _by_words(typed, today, prefer)


def _plain(text: str) -> str:
    """The text in plain letters, digits and hyphens. Raises UnreadableDay for nothing, too much, or foreign digits."""
    if len(text) > LONGEST:
        raise UnreadableDay(N_("This is too long for a date. Write it as 26 Mar 2024."))
    # Dates copied from some programs carry invisible direction marks. Not NFKD: it would turn "1²" into a twelfth.
    letters = unicodedata.normalize("NFD", text).translate(_LOOKALIKES)
    seen = "".join(c for c in letters if c.isspace() or unicodedata.category(c) not in {"Cf", "Mn", "Cc"})
    plain = " ".join(seen.casefold().split())
    if not plain:
        raise UnreadableDay(N_("Give a date, such as 26 Mar 2024."))
    if any(c.isdecimal() and not c.isascii() for c in plain):
        western = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
        if not _ISO.fullmatch(western):
            raise UnreadableDay(N_("Write the date with the digits 0 to 9, as 2024-03-26."))
        return western
    return plain


def _day(year: int, month: int, day: int) -> date:
    if not EARLIEST.year <= year <= LATEST.year:
        raise UnreadableDay(N_("The year must lie between %(first)s and %(last)s."), first=EARLIEST.year, last=LATEST.year)
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableDay(N_("There is no such day in the calendar.")) from None


def _ahead(today: date, count: int, days: int, months: int) -> date:
    """A day that many times so many days or months later; the last of a month that is too short."""
    later = today + timedelta(days=count * days)
    year, month = divmod(later.year * 12 + later.month - 1 + count * months, 12)
    return _day(year, month + 1, min(later.day, monthrange(year, month + 1)[1]))


def _year(digits: str) -> int:
    if len(digits) < 4:
        raise UnreadableDay(N_("Write the year with four digits, as 2024."))
    return int(digits[:5])  # five digits are out of range in any case


def _orders(first: int, second: int) -> list[tuple[int, int]]:
    """The (month, day) pairs that two numbers may mean; day first is tried first, as French and British readers write."""
    return [pair for pair in dict.fromkeys([(second, first), (first, second)]) if 1 <= pair[0] <= 12]


def _by_numbers(first: int, second: int, year: int) -> date:
    orders = _orders(first, second)
    if len(orders) == 2:
        readings = [found for month, day in orders if (found := _possible(year, month, day))]
        if len(readings) == 2:
            raise UnreadableDay(N_("This date can be read in two ways. Say which day you mean."), readings=readings)
    if not orders:
        raise UnreadableDay(N_("There is no such day in the calendar."))
    month, day = orders[0]
    return _day(year, month, day)


def _possible(year: int, month: int, day: int) -> date | None:
    try:
        return _day(year, month, day)
    except UnreadableDay:
        return None


def _by_words(typed: str, today: date, prefer: Prefer | None) -> date:
    """A day with the name of its month: 26 mar 2024, March 26th, 2024, mardi 26 mars 2024."""
    month = weekday = None
    numbers: list[str] = []
    for word in re.split(r"[\s,]+|(?<=[\w.])[-/](?=\w)|(?<=\w)\.(?=\w)", typed):
        word = word.strip(".")
        if not word or word in _FILLERS:
            continue
        if word[0].isdigit():
            numbers.append(word)
        elif month is None and (found := _named(word, _MONTHS)):
            month = found
        elif weekday is None and (found := _named(word, _WEEKDAYS)):
            weekday = found
        else:
            raise _unreadable()
    if month is None:
        raise _unreadable()
    return _checked(_of_month(month, numbers, today, prefer), weekday)


def _unreadable() -> UnreadableDay:
    return UnreadableDay(N_("This is not a date we can read. Write it as 26 Mar 2024 or 2024-03-26."))


def _named(word: str, names: tuple[tuple[str, str], ...]) -> int | None:
    """The number, from 1, of the one name that starts with the word in either language; three letters at least."""
    if len(word) < 3:
        return None
    found = {n for n, pair in enumerate(names, 1) if any(name.startswith(word) for name in pair)}
    # "sept" is how English and French both shorten September; "mar" is a month in one and a weekday in the other, and the
    # month is looked for first.
    return found.pop() if len(found) == 1 else None


def _of_month(month: int, numbers: list[str], today: date, prefer: Prefer | None) -> date:
    if len(numbers) == 2:
        # The year may come first (2024 March 26) as well as last.
        day_text, year_text = numbers if len(numbers[0]) < 4 or _ORDINAL.fullmatch(numbers[0]) else reversed(numbers)
        if (ordinal := _ORDINAL.fullmatch(day_text)) and year_text.isdecimal():
            return _day(_year(year_text), month, int(ordinal[1]))
    elif len(numbers) == 1 and (ordinal := _ORDINAL.fullmatch(numbers[0])):
        raise _year_missing([(month, int(ordinal[1]))], today, prefer)
    elif len(numbers) < 2:
        raise UnreadableDay(N_("Give the day as well, such as 26 Mar 2024."))
    raise _unreadable()


def _checked(found: date, weekday: int | None) -> date:
    if weekday is not None and found.isoweekday() != weekday:
        raise UnreadableDay(N_("The day of the week does not fit this date. Is it this one?"), readings=[found])
    return found


def _year_missing(pairs: list[tuple[int, int]], today: date, prefer: Prefer | None) -> UnreadableDay:
    """What to answer to a day without a year: the nearest such days round today, the preferred one first."""
    years = range(today.year - 8, today.year + 9)  # eight years always hold a 29 February, 1900 and 2100 aside
    days = sorted({found for month, day in pairs for year in years if (found := _possible(year, month, day))})
    if not days:
        return UnreadableDay(N_("There is no such day in the calendar."))
    past = [d for d in days if d <= today][-len(pairs) :]
    future = [d for d in days if d > today][: len(pairs)]
    readings = [*future, *past] if prefer == "future" else [*reversed(past), *future]
    return UnreadableDay(N_("Give the year as well. Is it one of these?"), readings=readings, suggest=prefer is not None)
