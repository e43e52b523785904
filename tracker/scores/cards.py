"""What a scorecard holds, and what it can be about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.claims.enums import Certainty, SpeakerKind
from tracker.scores.rates import ArticleSums, BandFit, Rate


class Grouping(StrEnum):
    """What a table of scores has a row for."""

    SPEAKER = "speaker"
    TOPIC = "topic"
    DESK = "desk"
    YEAR = "year"
    HEDGE = "hedge"


@dataclass(frozen=True)
class Selection:
    """Which claims a scorecard is about; None leaves a field open.

    `speaker_id` 0 is the article's own voice, `desk_id` 0 what no desk owns.
    """

    speaker_id: int | None = None
    topic_id: int | None = None
    owner_id: int | None = None
    desk_id: int | None = None
    year: int | None = None
    hedge: str | None = None


@dataclass(frozen=True)
class CountTotals:
    """Counts of claims; `models.Counts` says what each is."""

    tracked: int = 0
    ripe: int = 0
    confirmed: int = 0
    partly: int = 0
    refuted: int = 0
    late: int = 0
    unresolvable: int = 0
    void: int = 0
    overdue: int = 0
    uncounted: int = 0
    early: int = 0
    under_review: int = 0
    retrospective: int = 0
    retrospective_confirmed: int = 0

    @property
    def judged(self) -> int:
        return self.confirmed + self.partly + self.refuted

    @property
    def at_least_partly(self) -> int:
        return self.confirmed + self.partly

    @property
    def open(self) -> int:
        """Tracked claims whose deadline has not passed and that have no verdict."""
        return self.tracked - self.ripe - self.early


@dataclass(frozen=True)
class Band:
    """What came of the claims for which one band of likelihood (in per cent) was stated."""

    low: int
    high: int
    rate: Rate
    fit: BandFit


@dataclass(frozen=True)
class EventRow:
    """Claims of a certainty that never enters a rate, judged as events."""

    certainty: Certainty
    counts: CountTotals


@dataclass(frozen=True)
class Card:
    """A scorecard. `in_full` and `at_least_partly` are None where nothing was judged; `limits` where nothing is ripe."""

    as_of: date
    counts: CountTotals
    in_full: Rate | None = None
    at_least_partly: Rate | None = None
    limits: tuple[float, float] | None = None
    judged_share: float | None = None
    overdue_share: float | None = None
    bands: Sequence[Band] = ()
    events: Sequence[EventRow] = ()
    brier: tuple[float, float] | None = None
    brier_reference: float | None = None


@dataclass(frozen=True)
class GroupRow:
    """One row of a table of scores. `key` names the group in addresses; `label` is its name, "" for the article's own voice."""

    key: str
    label: str
    counts: CountTotals
    in_full: Rate | None
    at_least_partly: Rate | None
    speaker_kind: SpeakerKind | None = None


@dataclass(frozen=True)
class GroupPage:
    """Rows of a table of scores; `next_offset` is None on the last page."""

    rows: Sequence[GroupRow]
    next_offset: int | None = None


@dataclass(frozen=True)
class Sums:
    """What a card is computed from."""

    counts: CountTotals
    in_full: ArticleSums
    at_least_partly: ArticleSums
    events: Sequence[EventRow]
    bands: Sequence[Band]
