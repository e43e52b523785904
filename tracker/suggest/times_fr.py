"""French words of time."""

import re
from datetime import date, timedelta
from typing import Final

from tracker.suggest import calendar
from tracker.suggest.calendar import Interval
from tracker.suggest.times import Resolve, TimeExpression, build_rule, build_table, scan_times
from tracker.suggest.words import split_words

_MONTHS: Final = split_words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
_DAYS: Final = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_NUMBERS: Final = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "quinze": 15, "dix-huit": 18, "vingt": 20, "vingt-quatre": 24, "trente": 30, "quarante": 40,
    "quarante-huit": 48, "cinquante": 50, "soixante": 60, "cent": 100, "une dizaine de": 10, "une quinzaine de": 15,
    "une vingtaine de": 20, "une trentaine de": 30, "une centaine de": 100,
}  # fmt: skip
_UNITS: Final = {"h": "hour", "j": "day", "s": "week", "m": "month", "t": "quarter", "a": "year", "d": "decade"}
_VAGUE: Final = {"hour": (2, "day"), "day": (7, "day"), "week": (30, "day"), "month": (6, "month"), "year": (5, "year"),
                 "quarter": (2, "quarter"), "decade": (2, "decade")}  # fmt: skip
_PERIODS: Final = {"semaine": "week", "mois": "month", "trimestre": "quarter", "décennie": "decade", "siècle": "century"}
_SEASONS: Final = {"printemps": (3, 6), "été": (6, 9), "automne": (9, 12), "hiver": (12, 3), "rentrée": (9, 9)}
_ORDINALS: Final = {"premier": 1, "1er": 1, "deuxième": 2, "second": 2, "2e": 2, "troisième": 3, "3e": 3, "quatrième": 4,
                    "dernier": 4, "4e": 4}  # fmt: skip

_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)}|fevrier|aout|decembre|janv\.|févr\.|juil\.|sept\.|oct\.|nov\.|déc\.)"
_YEAR: Final = r"(?P<year>(?:19|20|21)\d\d)(?!\w|\s?%|[.,]\d)"
_DAY: Final = r"(?P<day>1er|[0-3]?\d)"
_WEEKDAY: Final = rf"(?:{'|'.join(_DAYS)})"
_OF_DAY: Final = r"(?:\s(?:matin|après-midi|soir|midi))?"
_LAST: Final = rf"(?:\s?(?:et|au|ou|-|–|,)\s?(?:(?:le|{_WEEKDAY})\s)?(?P<last>[0-3]?\d))?"
_WORDS: Final = "|".join(sorted(_NUMBERS, key=len, reverse=True)).replace(" ", r"\s")
_NUMBER: Final = rf"(?P<number>\d{{1,3}}|{_WORDS})"
_UPPER: Final = rf"(?:\s?(?:à|ou|-|–)\s?(?P<upper>\d{{1,3}}|{_WORDS}))?"
_UNIT: Final = r"(?P<unit>heures?|h|jours?|semaines?|mois|trimestres?|années?|ans?|décennies?)\b"
_PART: Final = (
    r"(?:(?P<part>début|(?:la\s|le\s)?mi|courant|(?:à\s|en\s|la\s|de\s|au\s)?fin|(?:au\s|le\s|du\s)?début|la\sseconde\smoitié)"
    r"(?:\s|-)(?:du\smois\s)?(?:de\sl['’]année\s|d['’]|de\s)?)?"
)
_BOUNDS: Final = re.compile(
    r"(?:\b(?P<before>avant)|\b(?P<by>d['’]ici(?:\sà)?|jusqu['’](?:à|en|au)|d['’]ici\sau|pour|au\splus\stard|sous)"
    r"|\b(?P<since>depuis|après)|\b(?P<onward>dès|à\s(?:partir|compter)\s(?:de|du|d['’])))\s?(?:le\s|la\s|l['’]|en\s|au\s|du\s)?$",
    re.IGNORECASE,
)


def find_times(sentence: str, published_on: date | None) -> list[TimeExpression]:
    """The words of time of a French sentence."""
    return scan_times(sentence, published_on, RULES, _BOUNDS)


def _month(match: re.Match[str]) -> int:
    plain = match["month"].lower().replace("é", "e").replace("û", "u")
    return next(n for n, name in enumerate(_MONTHS, start=1) if name.replace("é", "e").replace("û", "u")[:4] == plain[:4]
                or (plain.endswith(".") and name.replace("é", "e").startswith(plain[:-1])))  # fmt: skip


def _number(words: str) -> int | None:
    return int(words) if words.isdigit() else _NUMBERS.get(words.lower())


def _unit(words: str) -> str:
    return _UNITS[words[0].lower()]


def _day(match: re.Match[str], published_on: date) -> Interval | None:
    month, day = _month(match), int(match["day"].lower().replace("1er", "1"))
    year = int(match["year"]) if match["year"] else calendar.find_nearest_year(published_on, month, day)
    if match.group().lower().endswith("prochain") and (month, day) < (published_on.month, published_on.day):
        year = published_on.year + 1
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
    return _cut(calendar.build_year(int(match["year"]), int(last) if last else None), match)


def _cut(days: Interval, match: re.Match[str]) -> Interval:
    part = (match.groupdict().get("part") or "").lower()
    if not part or part == "courant":
        return days
    kind = "middle" if "mi" in part and "moiti" not in part else "start" if "début" in part else "end"
    return calendar.cut_part(days, kind)


def _fraction(match: re.Match[str], published_on: date) -> Interval | None:
    words = match.groupdict()
    year = int(words["year"]) if words.get("year") else published_on.year + bool(words.get("ahead"))
    which = int(words["digit"]) if words.get("digit") else _ORDINALS[match["which"].lower()]
    if "semestre" in match.group().lower() or "moitié" in match.group().lower():
        return calendar.build_months(year, 1, 6) if which == 1 else calendar.build_months(year, 7, 12)
    return calendar.build_months(year, 3 * which - 2, 3 * which)


def _span(match: re.Match[str], published_on: date) -> Interval | None:
    count = _number(match["number"])
    upper = _number(match["upper"]) if match.groupdict().get("upper") else count
    if count is None or upper is None:
        return None
    return Interval(published_on, calendar.add_units(published_on, max(count, upper), _unit(match["unit"])))


def _vague(match: re.Match[str], published_on: date) -> Interval | None:
    unit = next(value for name, value in match.groupdict().items() if name.startswith("unit") and value)
    return Interval(published_on, calendar.add_units(published_on, *_VAGUE[_unit(unit)]))


def _ago(match: re.Match[str], published_on: date) -> Interval | None:
    day = calendar.add_units(published_on, -(_number(match["number"]) or 3), _unit(match["unit"]))
    return Interval(day, min(day, published_on - timedelta(days=1)))


def _weekday(match: re.Match[str], published_on: date) -> Interval | None:
    index = _DAYS.index(match["weekday"].lower())
    ahead = (index - published_on.weekday()) % 7
    which = (match["which"] or "").lower()
    if which == "dernier":
        ahead -= 7
    elif which == "prochain":
        ahead = ahead or 7
    first = published_on + timedelta(days=ahead)
    if to := match["to"]:
        return Interval(first, first + timedelta(days=(_DAYS.index(to.lower()) - index) % 7))
    return Interval(first, first)


def _period(match: re.Match[str], published_on: date) -> Interval | None:
    """This, next or last week, month, year…; the end of it."""
    unit = match["unit"].lower()
    words = match.group().lower()
    ahead = 1 if re.search(r"prochain|suivant|qui vient", words) else -1 if re.search(r"derni|passé|précédent", words) else 0
    days = calendar.build_period("weekend" if unit.startswith("week") else _PERIODS.get(unit, "year"), ahead, published_on)
    if match.groupdict().get("part") and ahead == 1 and unit in ("mois", "an", "année"):
        days = _cut(days, match)
    return calendar.cut_past(days, published_on)


def _season(match: re.Match[str], published_on: date) -> Interval | None:
    first, last = _SEASONS[match["season"].lower()]
    words = match.groupdict()
    if words.get("year"):
        return calendar.build_months(int(match["year"]), first, last)
    which = (words.get("which") or "").lower()
    named: calendar.Which = "last" if which.startswith("derni") else "next" if which.startswith("prochain") else ""
    return calendar.build_season(first, last, published_on, named)


def _ahead(days: int) -> Resolve:
    return lambda _match, published_on: calendar.build_days_ahead(days, published_on)


def _decade(match: re.Match[str], published_on: date) -> Interval | None:
    return Interval(date(int(match["year"]), 1, 1), date(int(match["year"]) + 9, 12, 31))


def _numeric(match: re.Match[str], published_on: date) -> Interval | None:
    return calendar.build_day(int(match["y"]), int(match["m"]), int(match["d"]))


_DATE: Final = rf"\b(?:{_WEEKDAY}{_OF_DAY},?\s(?:le\s)?)?"
_FROM: Final = rf"(?:entre\sle\s|du\s(?:{_WEEKDAY}\s)?)?"
RULES: Final = build_table(
    build_rule(rf"\b{_FROM}{_DATE}{_DAY}{_LAST}\s{_MONTH}\s{_YEAR}", _day, "day", "jan fév fev févr mar avr mai jui aoû aou sep oct nov déc dec", is_absolute=True),
    build_rule(rf"\b{_FROM}{_DATE}{_DAY}{_LAST}\s{_MONTH}\b(?:\s{_YEAR}|\sprochain|\sdernier)?", _day, "day", "jan fév fev févr mar avr mai jui aoû aou sep oct nov déc dec", is_yearless=True),
    build_rule(r"\b(?P<d>[0-3]?\d)/(?P<m>[01]?\d)/(?P<y>20\d\d)\b", _numeric, "day", "20", is_absolute=True),
    build_rule(r"\b(?P<y>20\d\d)-(?P<m>[01]\d)-(?P<d>[0-3]\d)\b", _numeric, "day", "20", is_absolute=True),
    build_rule(rf"\b{_PART}(?:mois\s(?:de\s|d['’]))?{_MONTH}\s(?:de\s)?{_YEAR}", _in_month, "month", "jan fév fev févr mar avr mai jui aoû aou sep oct nov déc dec", is_absolute=True),
    build_rule(rf"\b{_PART}(?:mois\s(?:de\s|d['’]))?(?!(?-i:Mars)\b){_MONTH}(?!\w|\s\d)(?:\s(?P<which>prochain|dernier))?", _in_month, "month", "jan fév fev févr mar avr mai jui aoû aou sep oct nov déc dec", is_yearless=True),
    build_rule(rf"(?<![\d/.,€$-])(?:\b{_PART}|\b(?:à\sl['’]horizon|l['’](?:an|année)|de\sl['’]année)\s)?{_YEAR}(?:\s?(?:-|–|à|et|/)\s?(?P<to>20\d\d)\b)?(?![/-]\d)", _in_year, "year", "19 20 21", is_absolute=True),
    build_rule(rf"\b(?:le\s|au\s|du\s)?(?P<which>premier|deuxième|second|troisième|quatrième|dernier|1er|2e|3e|4e)\s(?:trimestre|semestre)\s(?:de\s(?:l['’]année\s)?)?{_YEAR}", _fraction, "month", "trimestre semestre t1 t2 t3 t4", is_absolute=True),
    build_rule(r"\b(?:le\s|au\s|du\s)?(?P<which>premier|deuxième|second|troisième|quatrième|dernier)\s(?:trimestre|semestre)(?:\sde\scette\sannée|\sde\sl['’]année|\s(?P<ahead>de\sl['’]an(?:née)?\sprochaine?))?\b", _fraction, "month", "trimestre semestre t1 t2 t3 t4"),
    build_rule(rf"\bt(?P<digit>[1-4])\s{_YEAR}", _fraction, "month", "trimestre semestre t1 t2 t3 t4", is_absolute=True),
    build_rule(rf"\b(?:d['’]ici|dans|sous|au\scours\sdes|en|pendant|sur)\s(?:à\s)?(?:un\sdélai\sde\s|les\s|environ\s|moins\sde\s|près\sde\s|plus\sde\s|au\smoins\s)*(?:prochaine?s\s)?{_NUMBER}{_UPPER}(?:\sprochaine?s)?\s{_UNIT}(?:\s(?:à\svenir|qui\sviennent|suivante?s))?", _span, "span", "heure jour semaine mois trimestre an décennie siècle week-end"),
    build_rule(rf"\b(?:les|des)\s{_NUMBER}\sprochaine?s\s{_UNIT}|\b(?:les|des)\s(?:prochaine?s\s)(?P<n2>\d{{1,3}})\s(?P<u2>jours|heures|semaines|mois|ans|années)",
               lambda match, day: _span(match, day) if match["number"] else Interval(day, calendar.add_units(day, int(match["n2"]), _unit(match["u2"]))), "span", "heure jour semaine mois trimestre an décennie siècle week-end"),
    build_rule(r"\b(?:(?:dans|d['’]ici|au\scours|sous)\s)?(?:à\s)?(?:les|des|ces|de)?\s?(?:tout(?:es|s)?\s)?(?:prochaine?s)\s(?P<unit>heures|jours|semaines|mois|trimestres|années|ans|décennies)\b|\b(?:dans|d['’]ici|sous)\s(?:à\s)?quelques\s(?P<unit2>heures|jours|semaines|mois|années|ans)\b|\b(?:dans\sles|les|des)\s(?P<unit3>heures|jours|semaines|mois|années|décennies)\s(?:à\svenir|qui\sviennent|prochaine?s)", _vague, "span", "heure jour semaine mois trimestre an décennie siècle week-end", is_vague=True),
    build_rule(rf"\bil\sy\sa\s(?:environ\s|plus\sde\s|près\sde\s)?(?P<number>\d{{1,3}}|[a-zûé-]{{2,9}})\s{_UNIT}", _ago, "span", "il"),
    build_rule(rf"\b(?:le\s|ce\s|entre\s)?(?P<weekday>{'|'.join(_DAYS)})\b{_OF_DAY}(?:\s(?P<which>prochain|dernier))?(?:\s(?:et|ou|à)\s(?P<to>{'|'.join(_DAYS)}){_OF_DAY})?", _weekday, "day", "lundi mardi mercredi jeudi vendredi samedi dimanche", is_weekday=True),
    build_rule(r"\b(?:(?P<part>(?:à\s|en\s|d['’]ici\s|avant\s)?(?:la\s|le\s)?(?:toute\s)?(?:fin|début))\s(?:de\s|du\s|d['’])?)?(?:cette\s|ce\s|l['’]|le\s|la\s)?(?P<unit>semaine|week-end|mois|trimestre|année|an|décennie|siècle)\s(?:prochaine?|dernière?|suivante?|passée?|précédente?|qui\svient)\b", _period, "week", "heure jour semaine mois trimestre an décennie siècle week-end"),
    build_rule(r"\b(?:cette|ce)\s(?P<unit>semaine|week-end|mois|trimestre|année|décennie)\b(?:-ci)?", _period, "week", "heure jour semaine mois trimestre an décennie siècle week-end"),
    build_rule(r"\b(?:(?:à|d['’]ici(?:\sà)?|avant|vers)\s)?(?:la\s)?fin\s(?:de\sla\s|de\sl['’]|du\s|de\scette\s|d['’])(?P<unit>semaine|mois|trimestre|année|décennie|siècle)\b(?!\s(?:dernière?|20|19|prochaine?|scolaire))(?:\sen\scours)?", _period, "week", "heure jour semaine mois trimestre an décennie siècle week-end"),
    build_rule(r"\b(?:dans\s(?:la\s(?P<unit>semaine)|le\scourant\sde\sl['’](?P<unit2>année))|en\scours\sd['’](?P<unit3>année))\b",
               lambda match, day: calendar.cut_past(calendar.build_week(day) if match["unit"] else calendar.build_year(day.year), day), "week", "heure jour semaine mois trimestre an décennie siècle week-end"),
    build_rule(r"\baujourd['’]hui\b|\bce\s(?:soir|matin|midi)\b|\bcet(?:te)?\s(?:après-midi|nuit)\b", _ahead(0), "day", "aujourd ce"),
    build_rule(r"\b(?<!après-)demain\b(?:\s(?:matin|soir|midi|après-midi))?", _ahead(1), "day", "demain"),
    build_rule(r"\baprès-demain\b", _ahead(2), "day", "demain"),
    build_rule(r"\b(?:avant-)?hier\b|\bla\sveille\b", _ahead(-1), "day", "hier veille"),
    build_rule(rf"\b(?:(?P<part>début|mi|fin)(?:\s|-)(?:de\sl['’])?)?(?:à\s|en\s|cet\s|cette\s|l['’]|le\s|la\s|au\s|d['’])?(?P<season>printemps|été|automne|hiver|rentrée)\s(?:de\s)?{_YEAR}", _season, "season", "printemps été automne hiver rentrée", is_absolute=True),
    build_rule(r"\b(?:cet\s|l['’]|le\s|au\s|en\s)(?P<season>printemps|été|automne|hiver)\s(?P<which>prochain|dernier)\b|\b(?:cet|ce)\s(?P<s2>printemps|été|automne|hiver)\b|\b(?:à\sl['’]|au\s)(?P<s3>printemps|automne|été|hiver)\b|\bà\sla\s(?P<s4>rentrée)\b|\b(?:fin|début)\s(?:de\sl['’]|du\s)(?P<s5>été|hiver|automne|printemps)\b"
               r"|(?:(?<=avant\s)|(?<=ici\s)|(?<=ici\sà\s)|(?<=jusqu['’]à\s)|(?<=dès\s))(?:l['’]|la\s|le\s)(?P<s6>été|automne|hiver|printemps|rentrée)\b(?!\s(?:derni|prochain|de\s|20))",
               lambda match, day: _season_of(match, day), "season", "printemps été automne hiver rentrée"),
    build_rule(r"\bles\sannées\s(?P<year>(?:19|20)\d0)\b", _decade, "year", "années", is_absolute=True),
    build_rule(r"(?:(?<=avant\s)|(?<=pour\s))les\sfêtes\b(?!\sde\s(?!fin))", lambda _, day: calendar.build_day(day.year, 12, 24), "day", "fêtes", is_yearless=True),
    build_rule(r"\bnoël\b", lambda _, day: calendar.build_day(day.year, 12, 25), "day", "noël", is_yearless=True),
)  # fmt: skip


def _season_of(match: re.Match[str], published_on: date) -> Interval | None:
    if match["season"]:
        return _season(match, published_on)
    season = next(match[name] for name in ("s2", "s3", "s4", "s5", "s6") if match[name])
    first, last = _SEASONS[season.lower()]
    return calendar.build_season(first, last, published_on)
