"""Criteria for a statement, by the kind of event that it describes. What a template needs and the sentence lacks is asked for.

The kinds and their texts are data, `criteria.json`: a pattern of words for each language, and the two criteria with
`{statement}`, `{deadline}` and `{figure}` to fill in.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

DEFAULT_KIND: Final = "event"
# Where words of several kinds occur, the earlier kind counts.
_ORDER: Final = ("meeting", "agreement", "threshold", "disclosure", "delivery", "decision", "opening", "intention")
_SLOT: Final = re.compile(r"\{(\w+)\}")
_FIGURE: Final = re.compile(
    r"(?<![\w.,])[$£€]?\d[\d\s.,\u202f\u00a0]*(?:\s?(?:%|per\scent|percent|pour\scent|millions?|milliards?|billions?))?"
)
_MONTHS: Final = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


@dataclass(frozen=True)
class Criteria:
    """What would count. A text is None while something in `missing` ("deadline", "figure") has to be asked for."""

    kind: str
    confirmed_if: str | None
    refuted_if: str | None
    missing: tuple[str, ...] = ()


@cache
def _load() -> dict[str, dict[str, dict[str, str]]]:
    kept: dict[str, dict[str, dict[str, str]]] = json.loads((files(__package__) / "criteria.json").read_text(encoding="utf-8"))
    return kept


def choose_kind(statement: str, language: str) -> str:
    """The kind of event that a statement describes; "event" where its words fit none."""
    for kind in _ORDER:
        if re.search(_load()[kind][language]["pattern"], statement, re.IGNORECASE):
            return kind if kind != "threshold" or find_figure(statement) else DEFAULT_KIND
    return DEFAULT_KIND


def find_figure(statement: str) -> str | None:
    """The first figure of a statement that is no year."""
    for match in _FIGURE.finditer(statement):
        words = match.group().strip(" .,\u202f\u00a0")
        if not re.fullmatch(r"(?:19|20)\d\d", words):
            return words
    return None


def format_day(day: date, language: str) -> str:
    """A date in words: 3 June 2025, 1er juin 2025."""
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[language].split()[day.month - 1]} {day.year}"


def propose_criteria(statement: str, language: str, deadline: date | None, kind: str | None = None) -> Criteria:
    """Criteria for a statement. Nothing is made up: what is not known is named in `missing` and its text is left out."""
    chosen = kind or choose_kind(statement, language)
    known = {
        "statement": statement.strip().rstrip("."),
        "deadline": format_day(deadline, language) if deadline else None,
        "figure": find_figure(statement),
    }
    texts = _load()[chosen][language]
    missing: list[str] = []
    filled = {}
    for name in ("confirmed_if", "refuted_if"):
        absent = [slot for slot in _SLOT.findall(texts[name]) if known[slot] is None]
        missing += [slot for slot in absent if slot not in missing]
        filled[name] = None if absent else texts[name].format(**known)
    return Criteria(chosen, filled["confirmed_if"], filled["refuted_if"], tuple(missing))
