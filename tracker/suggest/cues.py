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
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from tracker.on_demand import OnDemand
from tracker.suggest import french
from tracker.suggest.times import TimeExpression
from tracker.suggest.words import split_words

if TYPE_CHECKING:
    from tracker.suggest import times_en, times_fr
else:
    times_en, times_fr = OnDemand("tracker.suggest.times_en"), OnDemand("tracker.suggest.times_fr")

CORE_GROUPS: Final = frozenset({"future", "scheduled", "hedge", "belief"})
ANCHOR_GROUPS: Final = CORE_GROUPS | {"intention"}
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_RUN: Final = re.compile(r"\w+")
_BEGINNING: Final = 3  # letters of a word by which cues are looked up
_AFTER_VERB: Final = re.compile(r"-(?:t-)?(?:ils?|elles?|on|ce|vous|nous|je|tu)$")
_MODALS: Final = re.compile(r"(?:dev|pour|faud|voud|vaud)r|(?:au|se)r(?:a|ons|ont|ez|ai|as|ait|aient|ais|ions|iez)$")
_MATCHES: Final = 40  # of one cue in one sentence


@dataclass(frozen=True)
class CueRule:
    """One cue of a language as its file has it. `label`: what people read, by language of the interface.

    `needs`: the first three letters of words, one of which every match is sure to hold; a sentence without any is not searched.
    `covers`: what is inside a match predicts nothing by itself, such as the "would" of "had said that it would".
    """

    name: str
    group: str
    label: dict[str, str]
    test: str
    counter: str
    pattern: re.Pattern[str] | None = None
    form: str | None = None
    needs: tuple[str, ...] = ()
    covers: bool = False

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
    return tuple(_build_rule(entry) for entry in entries)


def _build_rule(entry: dict[str, Any]) -> CueRule:
    pattern = re.compile(entry["pattern"], re.IGNORECASE) if "pattern" in entry else None
    return CueRule(**entry | {"pattern": pattern, "needs": tuple(split_words(entry.get("needs", "")))})


@dataclass(frozen=True)
class _Index:
    """The cues of a language by how they are looked for."""

    by_form: dict[str, CueRule]
    by_beginning: dict[str, tuple[CueRule, ...]]
    everywhere: tuple[CueRule, ...]  # patterns that no beginning of a word tells


@cache
def _load_index(language: str) -> _Index:
    by_form, everywhere = {}, []
    by_beginning: dict[str, tuple[CueRule, ...]] = {}
    for rule in load_cues(language):
        if rule.form is not None:
            by_form[rule.form] = rule
        elif not rule.needs:
            everywhere.append(rule)
        for beginning in rule.needs:
            by_beginning[beginning] = (*by_beginning.get(beginning, ()), rule)
    return _Index(by_form, by_beginning, tuple(everywhere))


def find_times(sentence: str, language: str, published_on: date | None) -> list[TimeExpression]:
    """The words of time of a sentence."""
    if language == "en":
        return times_en.find_times(sentence, published_on)
    return times_fr.find_times(sentence, published_on)


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
    index = _load_index(language)
    found = []
    for form, start, end in _find_forms(sentence, language, published_on, times):
        if (rule := index.by_form.get(form)) is not None and rule.name not in off:
            found.append(FoundCue(start, end, rule))
    rules = {rule.name: rule for rule in index.everywhere}
    for beginning in {word[:_BEGINNING] for word in _RUN.findall(sentence.lower())}:
        for rule in index.by_beginning.get(beginning, ()):
            rules[rule.name] = rule
    for name, rule in rules.items():
        if name not in off:
            assert rule.pattern is not None
            found += [FoundCue(*match.span(), rule) for match in islice(rule.pattern.finditer(sentence), _MATCHES)]
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
        # "before the summer", written in autumn, may be the next one: the verb tells.
        if not (time.is_yearless and time.bound in ("by", "before")):
            yield "time_past"
    elif time.earliest <= published_on and time.unit not in ("span",) and not time.bound:
        yield "time_now"
    elif time.unit == "year":
        yield "time_future_year"
    else:
        yield "time_future_span" if time.unit == "span" else "time_future"
