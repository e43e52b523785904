"""Cues: words of a sentence that speak for or against a prediction. They are data, `cues.en.json` and `cues.fr.json`.

A cue is found by a bounded pattern or, with `form`, by what a pattern cannot tell: the tense of a French verb, or whether a date
lies ahead of the publication. Its group names its effect; cues of the core groups predict, all others change those.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from tracker.suggest import french, times_en, times_fr
from tracker.suggest.times import TimeExpression

CORE_GROUPS: Final = frozenset({"future", "scheduled", "hedge", "belief"})
ANCHOR_GROUPS: Final = CORE_GROUPS | {"intention"}
_FIND_TIMES: Final = {"en": times_en.find_times, "fr": times_fr.find_times}
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_AFTER_VERB: Final = re.compile(r"-(?:t-)?(?:ils?|elles?|on|ce|vous|nous|je|tu)$")
_MODALS: Final = re.compile(r"(?:dev|pour|faud|voud|vaud)r|(?:au|se)r(?:a|ons|ont|ez|ai|as|ait|aient|ais|ions|iez)$")
_MATCHES: Final = 40  # of one cue in one sentence


@dataclass(frozen=True)
class CueRule:
    """One cue of a language as its file has it. `label`: what people read, by language of the interface."""

    name: str
    group: str
    label: dict[str, str]
    test: str
    counter: str
    pattern: re.Pattern[str] | None = None
    form: str | None = None

    @property
    def is_core(self) -> bool:
        return self.group in CORE_GROUPS


@dataclass(frozen=True)
class FoundCue:
    """A cue at its place in the sentence."""

    start: int
    end: int
    rule: CueRule


@cache
def load_cues(language: str) -> tuple[CueRule, ...]:
    """The cues of a language, in the order of their file."""
    entries = json.loads((files(__package__) / f"cues.{language}.json").read_text(encoding="utf-8"))
    return tuple(
        CueRule(**entry | {"pattern": re.compile(entry["pattern"], re.IGNORECASE) if "pattern" in entry else None})
        for entry in entries
    )


def find_times(sentence: str, language: str, published_on: date | None) -> list[TimeExpression]:
    """The words of time of a sentence."""
    return _FIND_TIMES[language](sentence, published_on)


def find_cues(
    sentence: str,
    language: str,
    published_on: date | None,
    times: list[TimeExpression] | None = None,
    off: frozenset[str] = frozenset(),
) -> list[FoundCue]:
    """The cues of a sentence in the order of their places. `off`: names of cues to leave out."""
    if times is None:
        times = find_times(sentence, language, published_on)
    by_form: dict[str, list[tuple[int, int]]] = {}
    for form, start, end in _find_forms(sentence, language, published_on, times):
        by_form.setdefault(form, []).append((start, end))
    found = []
    for rule in load_cues(language):
        if rule.name in off:
            continue
        if rule.pattern is None:
            spans = by_form.get(rule.form or "", [])
        else:
            spans = [match.span() for match, _ in zip(rule.pattern.finditer(sentence), range(_MATCHES), strict=False)]
        found += [FoundCue(start, end, rule) for start, end in spans]
    return sorted(found, key=lambda each: (each.start, each.end, each.rule.name))


def _find_forms(
    sentence: str, language: str, published_on: date | None, times: list[TimeExpression]
) -> Iterator[tuple[str, int, int]]:
    if language == "fr":
        yield from _find_tenses(sentence)
    for time in times:
        yield from ((form, time.start, time.end) for form in _time_forms(time, published_on))


def _find_tenses(sentence: str) -> Iterator[tuple[str, int, int]]:
    for match in _WORD.finditer(sentence):
        word = match.group()
        if match.start() > 0 and word[0].isupper():
            continue  # a name
        word = _AFTER_VERB.sub("", word.lower())
        if not _MODALS.match(word) and (tense := french.find_tense(word)):
            yield tense, match.start(), match.end()


def _time_forms(time: TimeExpression, published_on: date | None) -> Iterator[str]:
    if time.is_weekday:
        yield "time_weekday"
        return
    if published_on is None:
        return
    if time.bound == "since" or time.is_past(published_on):
        yield "time_past"
    elif time.earliest <= published_on and time.unit not in ("span",) and not time.bound:
        yield "time_now"
    elif time.unit == "year":
        yield "time_future_year"
    else:
        yield "time_future_span" if time.unit == "span" else "time_future"
