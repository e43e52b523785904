"""How sure a sentence sounds, by a newsroom's hedge table: words, certainty and likelihood band.

A line of the table may list several forms, parted by commas. Of the lines that fit, the one with the longest words counts, and of
those the one nearest to the predicting words.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from tracker.suggest.cues import FoundCue, find_cues
from tracker.suggest.values import IGNORED, HedgeRule
from tracker.word_caches import word_cache

_FLAT: Final = frozenset(("will", "going_to", "said_would", "futur", "sera", "devra", "aller_infinitif"))
_REPORTED: Final = frozenset(("would", "would_outcome"))


@dataclass(frozen=True)
class FoundHedge:
    """Hedge words as the sentence has them, and the line of the table that they are on."""

    start: int
    end: int
    words: str
    rule: HedgeRule


@dataclass(frozen=True)
class HedgeTable:
    """The lines of a table in one language, made ready for searching. `pattern`: None where it has none."""

    pattern: re.Pattern[str] | None
    lines: dict[str, HedgeRule]


@cache
def load_default_hedges() -> tuple[HedgeRule, ...]:
    """The hedge table that ships with the program."""
    return tuple(HedgeRule(**line) for line in json.loads((files(__package__) / "hedges.json").read_text(encoding="utf-8")))


@word_cache(16)
def compile_hedges(table: tuple[HedgeRule, ...], language: str) -> HedgeTable:
    """A hedge table for one language."""
    lines: dict[str, HedgeRule] = {}
    for rule in table:
        if rule.language == language:
            for form in rule.words.split(","):
                if plain := _plain(form):
                    lines.setdefault(plain, rule)
    if not lines:
        return HedgeTable(None, lines)
    forms = "|".join(re.escape(form).replace("\\ ", r"\s").replace("'", "['’]") for form in sorted(lines, key=len, reverse=True))
    return HedgeTable(re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE), lines)


def _plain(words: str) -> str:
    return " ".join(words.replace("’", "'").casefold().split())


def find_hedge(sentence: str, table: HedgeTable, cues: Sequence[FoundCue]) -> FoundHedge | None:
    """The hedge of a sentence; None where it has none of the table's."""
    if table.pattern is None:
        return None
    found = [
        FoundHedge(match.start(), match.end(), match.group(), rule)
        for match in table.pattern.finditer(sentence)
        if not _is_month(match)
        and not _is_reported(match, cues)
        and (rule := table.lines.get(_plain(match.group()))) is not None
        and rule.certainty != IGNORED
    ]
    core = [each for each in cues if each.rule.is_core and each.rule.group != "belief"] or [
        each for each in cues if each.rule.is_core
    ]

    def rank(hedge: FoundHedge) -> tuple[int, int, int]:
        distance = min((abs(each.start - hedge.start) for each in core), default=0)
        is_weak = hedge.rule.certainty == "not_a_probability"
        return is_weak, distance // 20, -len(hedge.words)

    return min(found, key=rank, default=None)


def read_hedge(words: str, language: str, table: tuple[HedgeRule, ...]) -> FoundHedge | None:
    """The hedge of a passage by itself; None where it has none of the table's."""
    return find_hedge(words, compile_hedges(table, language), find_cues(words, language, None))


def _is_month(match: re.Match[str]) -> bool:
    return match.group() == "May"


def _is_reported(match: re.Match[str], cues: Sequence[FoundCue]) -> bool:
    """True for the "would" of a reported future, which is no doubt of its own. With a condition it stays one."""
    return (
        match.group().casefold() == "would"
        and any(each.rule.name == "said_would" and each.end == match.end() for each in cues)
        and not any(each.rule.group == "condition" for each in cues)
    )


def choose_certainty(hedge: FoundHedge | None, cues: Sequence[FoundCue]) -> tuple[str | None, tuple[int, int] | None]:
    """The certainty of a sentence and its likelihood band; (None, None) where the sentence does not show it."""
    if hedge is not None:
        rule = hedge.rule
        band = (rule.low, rule.high) if rule.low is not None and rule.high is not None else None
        return rule.certainty, band
    names = {each.rule.name for each in cues}
    if "said_would" in names:
        names.difference_update(_REPORTED)
    doubts = {each.rule.group for each in cues if each.rule.name in names} & {"hedge", "belief"}
    return ("flat", None) if names & _FLAT and not doubts else (None, None)
