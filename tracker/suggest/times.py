"""Words of time in a sentence and the days they mean, seen from the publication date.

Each language has a table of rules (`times_en`, `times_fr`): a bounded pattern and a function that turns its match into days. Of
matches that overlap the longest counts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from tracker.suggest.calendar import LAST_DAY, Interval, add_months

Resolve = Callable[[re.Match[str], date], Interval | None]
_WHOLE: Final = {"month": 26, "year": 360}  # days of a period by its unit, at least
_LIMIT: Final = 24  # words of time that are looked at in one sentence


@dataclass(frozen=True)
class Rule:
    """A pattern and what it means. `unit`: how fine the words are. `is_absolute`: they name the year themselves."""

    pattern: re.Pattern[str]
    resolve: Resolve
    unit: str
    is_vague: bool = False
    is_absolute: bool = False
    is_yearless: bool = False
    is_weekday: bool = False
    needs: frozenset[str] = frozenset()  # one of these must occur in the sentence, in lower case; saves searching


@dataclass(frozen=True)
class Table:
    """The rules of a language, with all that they need: parts of words are looked for once a sentence, not once a rule."""

    rules: tuple[Rule, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class TimeExpression:
    """Words of time at their place in the sentence, and their days. `bound`: "by", "until" and the like."""

    start: int
    end: int
    earliest: date
    latest: date
    unit: str
    is_vague: bool = False
    is_yearless: bool = False
    is_weekday: bool = False
    bound: str = ""

    def is_past(self, published_on: date) -> bool:
        return self.latest < published_on


def build_rule(pattern: str, resolve: Resolve, unit: str, needs: str, **flags: bool) -> Rule:
    """A rule of a table; the pattern ignores case. `needs`: parts of words, one of which its match is sure to hold."""
    return Rule(re.compile(pattern, re.IGNORECASE), resolve, unit, needs=frozenset(needs.split()), **flags)


def build_table(*rules: Rule) -> Table:
    """The table of a language."""
    return Table(rules, tuple(sorted(frozenset[str]().union(*(rule.needs for rule in rules)))))


def scan_times(sentence: str, published_on: date | None, table: Table, bounds: re.Pattern[str]) -> list[TimeExpression]:
    """The words of time of a sentence, in order. Without a publication date only what names its own year is found."""
    found: list[TimeExpression] = []
    lowered = sentence.lower()
    parts = [part for part in table.parts if part in lowered]
    if not parts:
        return []
    for rule in table.rules:
        if (published_on is None and not rule.is_absolute) or rule.needs.isdisjoint(parts):
            continue
        for match in rule.pattern.finditer(sentence):
            days = _resolve(rule, match, published_on or date(2000, 1, 1))
            if days is not None:
                found.append(
                    TimeExpression(
                        *match.span(), days.earliest, days.latest, rule.unit, rule.is_vague, rule.is_yearless, rule.is_weekday
                    )
                )
            if len(found) > 4 * _LIMIT:
                break
    return [_bounded(each, sentence, published_on, bounds) for each in _longest(found)[:_LIMIT]]


def _resolve(rule: Rule, match: re.Match[str], published_on: date) -> Interval | None:
    try:
        days = rule.resolve(match, published_on)
    except (ValueError, OverflowError):  # a day or a year that no calendar has
        return None
    if days is None or days.latest > LAST_DAY or days.latest < days.earliest:
        return None
    return days


def _longest(found: list[TimeExpression]) -> list[TimeExpression]:
    kept: list[TimeExpression] = []
    for each in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda one: one.start)


def _bounded(each: TimeExpression, sentence: str, published_on: date | None, bounds: re.Pattern[str]) -> TimeExpression:
    """The expression with the "by", "until", "before", "since" that precedes it, its days changed accordingly."""
    match = bounds.search(sentence, max(0, each.start - 24), each.start)
    if match is None or match.lastgroup is None:
        if each.unit == "season" and published_on is not None and each.earliest <= published_on <= each.latest:
            return replace(each, earliest=published_on)
        return each
    kind = match.lastgroup
    grown = replace(each, start=match.start(), bound=kind)
    if kind in ("by", "before") and published_on is not None and each.latest >= published_on:
        latest = each.latest
        # Of "the end of 2027" the end counts, as it does without "before".
        is_whole = each.earliest.day == 1 and (latest - each.earliest).days > _WHOLE.get(each.unit, 999)
        if kind == "before" and each.unit == "season":
            latest = _end_before_season(each.earliest, published_on)
        elif kind == "before" and is_whole and each.earliest > published_on:
            latest = each.earliest - timedelta(days=1)
        return replace(grown, earliest=min(published_on, latest), latest=latest)
    return grown


def _end_before_season(first: date, published_on: date) -> date:
    """The day before a season; in its first month the end of that month, later the day before it comes again."""
    if published_on < first or (published_on.year, published_on.month) != (first.year, first.month):
        return (first if published_on < first else add_months(first, 12)) - timedelta(days=1)
    return add_months(first, 1) - timedelta(days=1)
