"""English words of time."""

import re
from datetime import date, timedelta
from typing import Final

from tracker.suggest import calendar
from tracker.suggest.calendar import Interval
from tracker.suggest.times import Resolve, TimeExpression, build_rule, build_table, scan_times
from tracker.suggest.words import split_words

_MONTHS: Final = split_words("january february march april may june july august september october november december")
_NUMBERS: Final = {
    word: number
    for number, words in {
        1: "a an one another", 2: "two couple", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
        10: "ten", 11: "eleven", 12: "twelve", 15: "fifteen", 18: "eighteen", 20: "twenty", 24: "twenty-four", 30: "thirty",
        40: "forty", 50: "fifty", 90: "ninety", 100: "hundred",
    }.items()
    for word in words.split()
}  # fmt: skip
_DAYS: Final = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SEASONS: Final = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_VAGUE: Final = {"hour": (2, "day"), "day": (7, "day"), "week": (30, "day"), "month": (6, "month"), "year": (5, "year"),
                 "decade": (2, "decade"), "quarter": (2, "quarter"), "season": (1, "year")}  # fmt: skip

_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
_LONG_MONTH: Final = rf"(?P<month>{'|'.join(each for each in _MONTHS if each not in ('may', 'march'))})"
_YEAR: Final = r"(?P<year>(?:19|20|21)\d\d)(?![\w%]|[.,/]\d)"
_DAY: Final = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_LAST: Final = r"(?:\s?(?:[-–—]|to|and|or|through|until)\s?(?P<last>[0-3]?\d)(?:st|nd|rd|th)?)?"
_WEEKDAY: Final = rf"(?P<weekday>{'|'.join(_DAYS)})"
_OF_DAY: Final = r"(?:\s(?:morning|afternoon|evening|night))?"
_NUMBER: Final = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT: Final = r"(?P<unit>hour|day|week|month|quarter|year|decade)s?\b"
_PART: Final = (
    r"(?:(?P<part>early|start of|beginning of|mid|middle of|late|end of|latter part of)(?:\s(?:in\s)?|-)(?:the\s)?"
    r"(?:month of\s|year\s)?)?"
)
_PARTS: Final = {"early": "start", "start": "start", "begi": "start", "mid": "middle", "midd": "middle", "late": "end", "end": "end",
                 "latt": "end"}  # fmt: skip
_BOUNDS: Final = re.compile(
    r"\b(?:(?P<by>by|until|till|through|within|no later than|up to|before the end of|by the end of|ahead of)"
    r"|(?P<before>before|prior to)|(?P<since>since|after|following)|(?P<onward>from|starting|beginning|as of|as early as|as soon as))"
    r"\s(?:on\s|in\s|the\s)?$",
    re.IGNORECASE,
)


def find_times(sentence: str, published_on: date | None) -> list[TimeExpression]:
    """The words of time of an English sentence."""
    return scan_times(sentence, published_on, RULES, _BOUNDS)


def _month(match: re.Match[str]) -> int:
    return next(number for number, name in enumerate(_MONTHS, start=1) if name[:3] == match["month"].lower()[:3])


def _number(words: str) -> int | None:
    return int(words) if words.isdigit() else _NUMBERS.get(words.lower())


def _day(match: re.Match[str], published_on: date) -> Interval | None:
    month, day = _month(match), int(match["day"])
    year = int(match["year"]) if match["year"] else calendar.find_nearest_year(published_on, month, day)
    first = calendar.build_day(year, month, day)
    last = calendar.build_day(year, month, int(match["last"])) if match["last"] else first
    return Interval(first.earliest, last.latest) if first and last else None


def _in_month(match: re.Match[str], published_on: date) -> Interval | None:
    month = _month(match)
    named = match.groupdict().get("year")
    year = int(named) if named else calendar.find_nearest_year(published_on, month)
    return _cut(calendar.build_month(year, month), match)


def _in_year(match: re.Match[str], published_on: date) -> Interval | None:
    last = match.groupdict().get("to")
    end = int(match["year"][:2] + last[-2:]) if last else None
    return _cut(calendar.build_year(int(match["year"]), end), match)


def _cut(days: Interval, match: re.Match[str]) -> Interval:
    part = match.groupdict().get("part")
    if not part:
        return days
    return calendar.cut_part(days, next(value for word, value in _PARTS.items() if part.lower().startswith(word)))


def _fraction(match: re.Match[str], published_on: date) -> Interval | None:
    words = match.groupdict()
    year = (
        int(words["year"])
        if words.get("year")
        else published_on.year + (1 if (words.get("ahead") or "").lower() == "next" else 0)
    )
    which = _ORDINALS[match["which"].lower()] if words.get("which") else int(match["digit"])
    if "half" in match.group().lower():
        return calendar.build_months(year, 1, 6) if which == 1 else calendar.build_months(year, 7, 12)
    return calendar.build_months(year, 3 * which - 2, 3 * which)


def _span(match: re.Match[str], published_on: date) -> Interval | None:
    count = _number(match["number"])
    upper = _number(match["upper"]) if match["upper"] else count
    if count is None or upper is None:
        return None
    return Interval(published_on, calendar.add_units(published_on, max(count, upper), match["unit"].lower()))


def _vague(match: re.Match[str], published_on: date) -> Interval | None:
    count, unit = _VAGUE[match["unit"].lower()]
    return Interval(published_on, calendar.add_units(published_on, count, unit))


def _ago(match: re.Match[str], published_on: date) -> Interval | None:
    count = _number(match["number"]) or 3
    day = calendar.add_units(published_on, -count, match["unit"].lower())
    return Interval(day, min(day, published_on - timedelta(days=1)))


def _weekday(match: re.Match[str], published_on: date) -> Interval | None:
    index = _DAYS.index(match["weekday"].lower())
    ahead = (index - published_on.weekday()) % 7
    which = (match.groupdict().get("which") or "").lower()
    if which in ("last", "past"):
        ahead = ahead - 7
    elif which == "next":
        ahead = ahead or 7
    first = published_on + timedelta(days=ahead)
    if to := match.groupdict().get("to"):
        return Interval(first, first + timedelta(days=(_DAYS.index(to.lower()) - index) % 7))
    return Interval(first, first)


def _period(match: re.Match[str], published_on: date) -> Interval | None:
    """This, next or last week, month, quarter, year, decade; the end of it."""
    unit, which = match["unit"].lower(), (match["which"] or "this").lower()
    ahead = {"next": 1, "following": 1, "coming": 1, "last": -1, "past": -1, "previous": -1}.get(which, 0)
    days = calendar.build_period(unit, ahead, published_on)
    if unit in ("month", "year") and ahead == 1:
        days = _cut(days, match)
    return calendar.cut_past(days, published_on)


def _season(match: re.Match[str], published_on: date) -> Interval | None:
    first, last = _SEASONS[match["season"].lower()]
    words = match.groupdict()
    if words.get("year"):
        return calendar.build_months(int(match["year"]), first, last)
    which = (words.get("which") or "").lower()
    named: calendar.Which = "last" if which in ("last", "past") else "next" if which == "next" else ""
    return calendar.build_season(first, last, published_on, named)


def _the_season(match: re.Match[str], published_on: date) -> Interval | None:
    """The season that lies nearest to the publication, before or after it."""
    first, last = _SEASONS[match["season"].lower()]
    nearby = [calendar.build_months(published_on.year + shift, first, last) for shift in (-1, 0, 1)]
    return min(nearby, key=lambda days: abs((days.earliest - published_on).days))


def _ahead(days: int) -> Resolve:
    return lambda _match, published_on: calendar.build_days_ahead(days, published_on)


def _decade(match: re.Match[str], published_on: date) -> Interval | None:
    start = int(match["year"][:3] + "0")
    return Interval(date(start, 1, 1), date(start + 9, 12, 31))


def _holiday(match: re.Match[str], published_on: date) -> Interval | None:
    day = date(published_on.year, 12, 25)
    return Interval(day, day)


RULES: Final = build_table(
    build_rule(rf"\b(?:{_WEEKDAY}{_OF_DAY},?\s(?:the\s)?)?{_MONTH}\s{_DAY}\b{_LAST}(?!\d|:)(?:,?\s{_YEAR})", _day, "day", "jan feb mar apr may jun jul aug sep oct nov dec", is_absolute=True),
    build_rule(rf"\b(?:{_WEEKDAY}{_OF_DAY},?\s(?:the\s)?)?{_MONTH}\s{_DAY}\b{_LAST}(?!\d|:|%|\s?(?:per|%))(?:,?\s{_YEAR})?", _day, "day", "jan feb mar apr may jun jul aug sep oct nov dec", is_yearless=True),
    build_rule(rf"\b(?:{_WEEKDAY}{_OF_DAY},?\s(?:the\s)?)?{_DAY}{_LAST}\s(?:of\s)?{_MONTH},?\s{_YEAR}", _day, "day", "jan feb mar apr may jun jul aug sep oct nov dec", is_absolute=True),
    build_rule(rf"\b(?:{_WEEKDAY}{_OF_DAY},?\s(?:the\s)?)?{_DAY}{_LAST}\s(?:of\s)?{_MONTH}(?!\s?\d)(?:,?\s{_YEAR})?", _day, "day", "jan feb mar apr may jun jul aug sep oct nov dec", is_yearless=True),
    build_rule(r"\b(?P<y>20\d\d)-(?P<m>[01]\d)-(?P<d>[0-3]\d)\b",
               lambda match, _: calendar.build_day(int(match["y"]), int(match["m"]), int(match["d"])), "day", "20", is_absolute=True),
    build_rule(rf"\b{_PART}{_MONTH},?\s(?:of\s)?{_YEAR}", _in_month, "month", "jan feb mar apr may jun jul aug sep oct nov dec", is_absolute=True),
    build_rule(rf"\b{_PART}{_LONG_MONTH}\b(?!\s?\d)", _in_month, "month", "jan feb mar apr may jun jul aug sep oct nov dec", is_yearless=True),
    build_rule(r"\b(?P<part>early|mid|late|end of|start of|beginning of)[\s-](?P<month>May|March)\b(?!\s?\d)", _in_month, "month", "jan feb mar apr may jun jul aug sep oct nov dec", is_yearless=True),
    build_rule(r"\b(?<=in |by |of )(?P<month>may|march)\b(?!\s?\d|\s(?:be|have|not|also))", _in_month, "month", "jan feb mar apr may jun jul aug sep oct nov dec", is_yearless=True),
    build_rule(rf"(?<![\d/.,$£€-]){_PART}(?:fiscal\s(?:year\s)?)?{_YEAR}(?:\s?(?:[-–/]|\bto|\band)\s?(?P<to>(?:20)?\d\d)\b)?(?!-\d)", _in_year, "year", "19 20 21", is_absolute=True),
    build_rule(rf"\b(?:the\s)?(?P<which>first|second|third|fourth|last|1st|2nd|3rd|4th)\s(?:quarter|half)\sof\s(?:the\syear\s)?{_YEAR}", _fraction, "month", "quarter half q1 q2 q3 q4", is_absolute=True),
    build_rule(r"\b(?:the\s)?(?P<which>first|second|third|fourth|last)\s(?:quarter|half)\sof\s(?:(?:the|this)|(?P<ahead>next))\syear\b", _fraction, "month", "quarter half q1 q2 q3 q4"),
    build_rule(rf"\b(?:q(?P<digit>[1-4])|h(?P<half>[12]))\s{_YEAR}", lambda match, day: _fraction(match, day) if match["digit"] else None, "month", "quarter half q1 q2 q3 q4", is_absolute=True),
    build_rule(rf"\b(?:with)?in\s(?:about\s|around\s|under\s|less\sthan\s|the\s(?:next|coming)\s)?{_NUMBER}(?:\s?(?:to|or|-|–)\s?(?P<upper>\d{{1,3}}|[a-z]{{2,8}}))?[\s-](?:more\s)?{_UNIT}", _span, "span", "hour day week month quarter year decade century"),
    build_rule(rf"\b(?:over|during|for|in|within|through)?\s?(?:the\s)?(?:next|coming|following)\s(?:about\s)?{_NUMBER}(?:\s?(?:to|or|-|–)\s?(?P<upper>\d{{1,3}}|[a-z]{{2,8}}))?[\s-]{_UNIT}", _span, "span", "hour day week month quarter year decade century"),
    build_rule(rf"\b{_NUMBER}(?:\s?(?:to|or|-|–)\s?(?P<upper>\d{{1,3}}|[a-z]{{2,8}}))?\s{_UNIT}\s(?:from\snow|later|to\scome)", _span, "span", "hour day week month quarter year decade century"),
    build_rule(r"\b(?:over|during|for|in|within|through)?\s?(?:the\s)?(?:(?:next|coming|following)\s(?:few|several|couple\sof)\s|(?:coming|next few|near)\s)(?P<unit>hour|day|week|month|quarter|year|decade)s\b", _vague, "span", "hour day week month quarter year decade century", is_vague=True),
    build_rule(r"\b(?:in|within)\s(?:a\sfew|several|a\smatter\sof|a\scouple\sof)\s(?P<unit>hour|day|week|month|year|decade)s\b|\b(?P<d>within)\s(?P<unit2>days|weeks|months)\b",
               lambda match, day: _vague(match, day) if match["unit"] else Interval(day, calendar.add_units(day, *_VAGUE[match["unit2"][:-1].lower()])), "span", "hour day week month quarter year decade century", is_vague=True),
    build_rule(rf"\b(?:about\s|nearly\s|more\sthan\s)?(?P<number>\d{{1,3}}|[a-z]{{2,8}})\s{_UNIT}\s(?:ago|earlier)\b", _ago, "span", "ago earlier"),
    build_rule(rf"\b(?:on\s)?(?:(?P<which>next|last|this|past|coming)\s)?{_WEEKDAY}{_OF_DAY}(?:\s(?:and|or|to|through)\s(?P<to>{'|'.join(_DAYS)}){_OF_DAY})?\b", _weekday, "day", "day", is_weekday=True),
    build_rule(r"\b(?:(?:the\s|at\s)?(?:rest|remainder|close)\sof\s|later\s|(?P<part>early|mid|late|end\sof)[\s-]|earlier\s|some\s?time\s)?(?P<which>this|next|last|past|coming|previous)\s(?:calendar\s|fiscal\s|financial\s)?(?P<unit>weekend|week|month|quarter|year|decade|century)\b", _period, "week", "hour day week month quarter year decade century"),
    build_rule(r"\b(?:the\s|at\s)*(?:end|rest|remainder|close|turn)\sof\s(?P<which>the)\s(?:calendar\s|fiscal\s|financial\s)?(?P<unit>weekend|week|month|quarter|year|decade|century)\b", _period, "week", "hour day week month quarter year decade century"),
    build_rule(r"\b(?P<which>the)\s(?P<unit>year|month)(?:'s|’s|s|-)?[\s-]end\b|\b(?:by|before|at)\s(?P<y>year)(?:'s|’s)?[\s-]end\b",
               lambda match, day: calendar.cut_past(calendar.build_year(day.year), day) if match["y"] else _period(match, day), "week", "hour day week month quarter year decade century"),
    build_rule(r"\blater\s(?:today|tonight)\b|\b(?:today|tonight|this\s(?:morning|afternoon|evening))\b", _ahead(0), "day", "today tonight this"),
    build_rule(r"\btomorrow\b(?:\s(?:morning|afternoon|evening|night))?", _ahead(1), "day", "tomorrow"),
    build_rule(r"\bthe\sday\safter\stomorrow\b", _ahead(2), "day", "tomorrow"),
    build_rule(r"\byesterday\b|\blast\snight\b|\bthe\sday\sbefore\b", _ahead(-1), "day", "yesterday night before"),
    build_rule(r"\b(?:(?:late|later|early|mid)\s?-?)?(?P<which>this|next|last|coming)\s(?:coming\s)?(?P<season>spring|summer|autumn|fall|winter)\b(?!\sof\s(?:19|20))", _season, "season", "spring summer autumn fall winter"),
    build_rule(r"\bthe\s(?P<season>spring|summer|autumn|fall|winter)\b(?!\sof\s(?:19|20))", _the_season, "season", "spring summer autumn fall winter", is_yearless=True),
    build_rule(rf"\b(?P<season>spring|summer|autumn|fall|winter)\s(?:of\s)?{_YEAR}", _season, "season", "spring summer autumn fall winter", is_absolute=True),
    build_rule(r"\b(?:early\s|mid-?|late\s)?(?:the\s)?(?P<year>(?:19|20)\d0)s\b", _decade, "year", "0s", is_absolute=True),
    build_rule(r"\bchristmas\b", _holiday, "day", "christmas", is_yearless=True),
)  # fmt: skip
