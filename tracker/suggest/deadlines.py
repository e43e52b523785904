"""The deadline of a sentence: of its words of time, those that go with the predicting verb."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from tracker.suggest.calendar import LAST_DAY, add_months
from tracker.suggest.cues import ANCHOR_GROUPS, FoundCue
from tracker.suggest.times import TimeExpression

_JOINS: Final = re.compile(r"\s?(?:to|until|till|through|and|au|à|et|jusqu['’]au|-|–)\s?(?:the\s|le\s)?", re.IGNORECASE)
_TOUCHES: Final = re.compile(r"[\s,(]{0,3}(?:on\s|le\s|soit\s|dès\s)?", re.IGNORECASE)
_BREAK: Final = re.compile(
    r"[;:]|,\s|\b(?:après|after|before|since|when|lorsque?|qui|dont|who|whose|which|mais|but|alors\sque|tandis\sque|while)\b|[«»“”\"]",
    re.IGNORECASE,
)
_PAST: Final = frozenset(
    {"past_verb", "ed", "has_done", "says", "passe_compose", "imparfait", "passe_simple", "annonce", "past_time"}
)
_SPEECH: Final = frozenset({"says", "annonce", "past_verb", "ed", "passe_compose", "calls_for", "appelle"})
_FIGURE_OF: Final = re.compile(
    r"\b(?:élections?|présidentielles?|budget|edition|édition|levels?|report|census|of)\s(?:de\s)?$", re.IGNORECASE
)
_LABEL: Final = re.compile(r"\b(?:the|for)\s20\d\d\s[a-z]", re.IGNORECASE)
# "a report published in January", « un rapport remis en janvier »
_DONE_IN: Final = re.compile(
    r"\b(?:(?:published|released|issued|signed|adopted|held|born|founded|announced|passed)\s(?:in|on)"
    r"|(?:remis|publié|paru|signé|présenté|rendu|adopté|voté|né|créé|annoncé|lancé)e?s?\s(?:en|le|au))\s$",
    re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"\b(?:de|du|of)\s$", re.IGNORECASE)


@dataclass(frozen=True)
class _Scored:
    time: TimeExpression
    value: float


def find_deadline(
    sentence: str, times: Sequence[TimeExpression], cues: Sequence[FoundCue], published_on: date | None
) -> TimeExpression | None:
    """The words of time that say by when it must have happened; None where the sentence does not say."""
    published = published_on or date.min
    anchors = [each for each in cues if each.rule.is_core]
    open_times = [_move_ahead(each, published) for each in _merge(sentence, times)]
    candidates = [each for each in open_times if each.bound != "since" and published <= each.latest < LAST_DAY]
    scored = [_Scored(each, _rate(sentence, each, anchors, cues, published)) for each in candidates]
    best = max(scored, key=lambda each: each.value, default=None)
    return best.time if best is not None and best.value > 0 else None


def _merge(sentence: str, times: Sequence[TimeExpression]) -> list[TimeExpression]:
    """Expressions that belong together as one: "from 3 May to 8 June", "tomorrow (11 July)"."""
    merged: list[TimeExpression] = []
    for each in times:
        before = merged[-1] if merged else None
        gap = sentence[before.end : each.start] if before else ""
        if (before and _JOINS.fullmatch(gap) and before.unit == each.unit and before.earliest <= each.latest) or (
            before and each.bound == "by" and each.start - before.end <= 1 and before.bound == "onward"
        ):
            merged[-1] = replace(before, end=each.end, latest=max(before.latest, each.latest))
        elif before and _TOUCHES.fullmatch(gap) and before.earliest <= each.latest and each.earliest <= before.latest:
            narrow = min((before, each), key=lambda one: one.latest - one.earliest)
            merged[-1] = replace(narrow, start=before.start, end=each.end)
        else:
            merged.append(each)
    return merged


def _move_ahead(each: TimeExpression, published_on: date) -> TimeExpression:
    """A day without a year that lies far back means the next one: "in March", written in September."""
    if each.is_yearless and each.latest < published_on and (published_on - each.latest).days > 20:
        earliest, latest = add_months(each.earliest, 12), add_months(each.latest, 12)
        if each.bound == "before" and each.unit in ("month", "season"):
            latest = earliest - timedelta(days=1)
        return replace(each, earliest=published_on if each.bound in ("by", "before") else earliest, latest=latest)
    return each


def _rate(
    sentence: str, each: TimeExpression, anchors: Sequence[FoundCue], cues: Sequence[FoundCue], published_on: date
) -> float:
    distance, is_broken = _reach(sentence, each, [(one.start, one.end) for one in anchors])
    past, past_broken = _reach(sentence, each, [(one.start, one.end) for one in cues if one.rule.name in _PAST])
    value = 3.0 - min(distance, 200) / 100 - 0.8 * is_broken if anchors else 1.0
    if not past_broken and past < distance:
        value -= 1.5 if each.is_weekday or each.latest <= published_on else 0.4
    if _dates_the_announcement(sentence, each, cues):
        value -= 5.0
    if each.unit == "year" and _LABEL.search(sentence[max(0, each.start - 5) : each.end + 2]):
        value -= 1.5
    if _DONE_IN.search(sentence[max(0, each.start - 24) : each.start]):
        value -= 2.5
    if each.bound in ("by", "before"):
        value += 0.6
    if each.latest > published_on:
        value += 0.4
    if each.is_yearless and (each.latest - published_on).days > 300:
        value -= 0.5  # rather a day of the past year
    if each.is_vague:
        value -= 0.2
    if _FIGURE_OF.search(sentence[max(0, each.start - 20) : each.start]):
        value -= 1.2
    if _ATTRIBUTE.search(sentence, max(0, each.start - 4), each.start):
        value -= 0.8
    if each.is_weekday and not anchors:
        value -= 2
    return value


def _dates_the_announcement(sentence: str, each: TimeExpression, cues: Sequence[FoundCue]) -> bool:
    """Whether the words date the announcement, not what is announced: "stated on Friday that", "On Friday, the mayor stated"."""
    if each.unit != "day" or each.bound:
        return False
    if each.start <= 4:
        after = [one for one in cues if one.start >= each.end and (one.rule.group in ANCHOR_GROUPS or one.rule.name in _SPEECH)]
        first = [one for one in after if one.start <= after[0].start + 3]
        return bool(after) and all(one.rule.name in _SPEECH for one in first)
    return any(
        one.rule.name in _SPEECH and 0 <= each.start - one.end <= 4 and not sentence[one.end : each.start].strip(" ,ceonl")
        for one in cues
    )


def _reach(sentence: str, each: TimeExpression, spans: Sequence[tuple[int, int]]) -> tuple[int, bool]:
    """How far the nearest of some words is, and whether a clause ends between."""
    best = (400, True)
    for start, end in spans:
        low, high = (end, each.start) if end <= each.start else (each.end, start)
        if low > high:
            if not (start >= each.start and end <= each.end):
                return 0, False
            continue
        is_broken = _BREAK.search(sentence, low, high) is not None
        best = min(best, (high - low + 60 * is_broken, is_broken))
    return best
