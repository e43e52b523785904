"""What reading an article takes and returns: plain values without behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

IGNORED: Final = "ignored"  # the certainty of words that are no hedge, although another line of the table has them


class Kind(StrEnum):
    """How strongly a sentence is marked."""

    LIKELY = "likely"
    PERHAPS = "perhaps"
    INTENTION = "intention"  # an intention, a wish, a demand or a rumour: shown paler, rarely a prediction


@dataclass(frozen=True)
class Cue:
    """Words that raised (weight > 0) or lowered the score, at their place in the whole text."""

    start: int
    end: int
    name: str
    weight: float


@dataclass(frozen=True)
class Deadline:
    """The days between which a prediction must come true, with the words that say so, at their place in the whole text."""

    earliest: date
    latest: date
    start: int
    end: int
    is_vague: bool = False  # "in the coming days": the days are our interpretation


@dataclass(frozen=True)
class HedgeRule:
    """One line of a newsroom's hedge table: words, how sure they sound, and the likelihood band they stand for, in percent."""

    words: str
    language: str
    certainty: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class KnownSpeaker:
    """A speaker the newsroom has on file. `key` is what identifies the row to the caller."""

    key: int | str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class TopicExample:
    """A sentence or label that an editor gave these topics, to learn from."""

    text: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """One sentence that may be a prediction. All offsets are code points, half-open, into the text that was read."""

    start: int
    end: int
    text: str
    paragraph: int  # from 1; headings count
    kind: Kind
    score: float  # 0 to 1
    cues: tuple[Cue, ...]
    speaker: str | None = None  # as the text has it
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_key: int | str | None = None  # of the known speaker it is, where it is one
    attribution: str | None = None  # stated, article, or None where a speaker is quoted whom the patterns do not name
    hedge: str | None = None
    certainty: str | None = None  # None where the sentence does not say
    likelihood: tuple[int, int] | None = None
    deadline: Deadline | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Options:
    """What a newsroom adds to the reading: its tables, as values."""

    hedges: tuple[HedgeRule, ...] | None = None  # None: the table that ships with the program
    speakers: tuple[KnownSpeaker, ...] = ()
    topics: tuple[TopicExample, ...] = ()
    cues_off: frozenset[str] = frozenset()  # names of cues that are not to count
    thresholds: Mapping[str, float] = field(default_factory=dict)  # by kind, in place of the trained ones
