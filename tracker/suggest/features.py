"""What a sentence shows the weights: its cues, which of them share a clause, its words, where it occurs."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tracker.suggest.cues import FoundCue

WORD_SCALE: Final = 0.4  # of runs of words against cues
_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’](?=[^\W\d_])|(?:-[^\W\d_]+)*)|[«»\"“”?!;:,.()…—–%$€£-]")
_DIGIT: Final = re.compile(r"\d")
_CLAUSE: Final = re.compile(
    r"[,;:()]|\s[—–-]\s|\b(?:que|qu['’]|qui|dont|où|mais|et|that|which|who|but|and|while|although|as|alors\sque|tandis\sque|"
    r"bien\sque|because|car|puisque)\b",
    re.IGNORECASE,
)
_TENSES: Final = frozenset({"futur", "sera", "devra", "aller_infinitif"})
_MARKERS: Final = frozenset({"past", "time", "negation", "question", "person", "rule", "intention", "condition", "speech"})


@dataclass(frozen=True)
class Place:
    """Where a sentence occurs in its article."""

    is_heading: bool = False
    is_quoted: bool = False  # starts inside a quotation
    before: frozenset[str] = field(default_factory=frozenset)  # groups of cues of the sentence before it in the paragraph
    is_story: bool = False  # part of a story of the past, whose future tenses predict nothing


def build_features(sentence: str, cues: list[FoundCue], place: Place) -> dict[str, float]:
    """The features of a sentence.

    A name states the kind before its colon: c cue, g group, k clause,
    p position, w words, b the sentence before, l the sentence as a whole.
    """
    found: dict[str, float] = {}
    if place.is_story:
        cues = [each for each in cues if each.rule.name not in _TENSES]
    covers = [(each.start, each.end) for each in cues if each.rule.covers]
    if covers:
        cues = [each for each in cues if not each.rule.is_core or not _is_inside(each, covers)]
    _add_counts(found, "c", Counter(each.rule.name for each in cues))
    _add_counts(found, "g", Counter(each.rule.group for each in cues))
    _add_clauses(found, sentence, cues)
    _add_words(found, [_DIGIT.sub("0", token.lower().replace("’", "'")) for token in _TOKEN.findall(sentence)])
    _add_place(found, sentence, place)
    return found


def _is_inside(cue: FoundCue, places: list[tuple[int, int]]) -> bool:
    return any(start <= cue.start < end for start, end in places)


def _add_counts(found: dict[str, float], kind: str, counts: Counter[str]) -> None:
    for name, count in counts.items():
        found[f"{kind}:{name}"] = 1.0
        if count > 1:
            found[f"{kind}:{name}+"] = 1.0


def _add_clauses(found: dict[str, float], sentence: str, cues: list[FoundCue]) -> None:
    bounds = [match.start() for match in _CLAUSE.finditer(sentence)]
    clauses: dict[int, list[FoundCue]] = {}
    for each in cues:
        clauses.setdefault(bisect_right(bounds, each.start), []).append(each)
    third = max(1, len(sentence) // 3 + 1)
    for inside in clauses.values():
        names = {each.rule.name for each in inside if each.rule.group in _MARKERS}
        groups = {each.rule.group for each in inside if each.rule.group in _MARKERS}
        for each in inside:
            if each.rule.is_core:
                found[f"p:{each.rule.name}@{each.start // third}"] = 1.0
                for other in names:
                    found[f"k:{each.rule.name}@{other}"] = 1.0
                for other in groups:
                    found[f"k:{each.rule.group}@@{other}"] = 1.0


def _add_words(found: dict[str, float], tokens: list[str]) -> None:
    for length in (1, 2, 3):
        for run in zip(*(tokens[offset:] for offset in range(length)), strict=False):
            found[f"w:{' '.join(run)}"] = WORD_SCALE
    found["l:length"] = min(len(tokens), 60) / 30


def _add_place(found: dict[str, float], sentence: str, place: Place) -> None:
    flags = {
        "l:heading": place.is_heading,
        "l:quoted": place.is_quoted,
        "l:quotes": any(mark in sentence for mark in '«“"'),
    }
    for name, is_set in flags.items():
        if is_set:
            found[name] = 1.0
    for group in place.before:
        found[f"b:{group}"] = 1.0


def find_owner(feature: str) -> str | None:
    """The cue that a feature belongs to; None for words and places."""
    kind, _, name = feature.partition(":")
    if kind not in ("c", "k", "p"):
        return None
    return name.partition("@")[0].rstrip("+")


def sum_by_owner(contributions: Iterable[tuple[str, float]]) -> dict[str, float]:
    """What each cue adds to the score, from the weights of its features."""
    sums: dict[str, float] = {}
    for feature, weight in contributions:
        owner = find_owner(feature)
        if owner is not None:
            sums[owner] = sums.get(owner, 0.0) + weight
    return sums
