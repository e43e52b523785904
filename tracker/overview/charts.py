"""Geometry of the drawings on the overview, in units of their viewBox (360 wide). Pure; templates only write the numbers down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tracker.claims.enums import Outcome
from tracker.overview.queries import Delays, Month, Upcoming

WIDTH: Final = 360
_LEFT: Final = 74
_BAR_MAX: Final = 216
_ROW: Final = 24
# More verdicts than this in a month are drawn as a bar, fewer as one shape each.
SHAPES_MAX: Final = 12
_SHAPE: Final = 21
_MONTH_ROW: Final = 28
_DOTS_LEFT, _DOTS_RIGHT = 12, 347
_DOT_STEP: Final = 10
_DOTS_HIGH: Final = 4


@dataclass(frozen=True)
class WeekBar:
    """One week: `y` is the top of its row."""

    first: date
    count: int
    y: int
    width: float


@dataclass(frozen=True)
class WeeksChart:
    """Reviews coming due, a row a week below the row of overdue ones."""

    overdue: int
    overdue_width: float
    bars: Sequence[WeekBar]
    height: int


@dataclass(frozen=True)
class Segment:
    """A part of a month's bar, or one shape (`count` 1)."""

    outcome: Outcome
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class MonthRow:
    """One month's verdicts."""

    month: Month
    y: int
    segments: Sequence[Segment]
    is_bar: bool
    end: float


@dataclass(frozen=True)
class DotsChart:
    """Days from review date to signature: one dot a verdict, and where the middle half lies."""

    dots: Sequence[tuple[float, float]]
    ticks: Sequence[tuple[float, int]]
    median: float | None
    middle: tuple[float, float] | None
    base: int = 50


@dataclass(frozen=True)
class SharePart:
    """A part of the bar of what is judged."""

    name: str
    count: int
    x: float
    width: float


def draw_weeks(upcoming: Upcoming) -> WeeksChart:
    """Return the bars of overdue reviews and of the coming weeks, to one scale."""
    most = max([upcoming.overdue, *(count for _, count in upcoming.weeks), 1])
    scale = _BAR_MAX / most
    bars = [
        WeekBar(first, count, 38 + number * _ROW, round(count * scale, 1)) for number, (first, count) in enumerate(upcoming.weeks)
    ]
    return WeeksChart(upcoming.overdue, round(upcoming.overdue * scale, 1), bars, 38 + len(bars) * _ROW)


def draw_months(months: Sequence[Month]) -> list[MonthRow]:
    """Return a row a month: one shape a verdict where all months are small, else bars to one scale."""
    most = max((month.total for month in months), default=0)
    as_bars = most > SHAPES_MAX
    scale = (WIDTH - _LEFT - 50) / most if as_bars else _SHAPE
    rows = []
    for number, month in enumerate(months):
        x = float(_LEFT + 4)
        segments = []
        for outcome in Outcome:
            count = month.outcomes.get(outcome, 0)
            for size in [count] if as_bars and count else [1] * count:
                segments.append(Segment(outcome, size, round(x, 1), round(size * scale, 1)))
                x += size * scale
        rows.append(MonthRow(month, 5 + number * _MONTH_ROW, segments, as_bars, round(x, 1)))
    return rows


def draw_delays(delays: Delays) -> DotsChart:
    """Return a dot for each verdict, stacked to at most four; longer stacks are cut."""
    most = max([*delays.days, 10])
    step = next(size for size in (5, 10, 25, 50, 100, 250, 1_000, 10_000, 100_000) if most <= size * 4)
    scale = (_DOTS_RIGHT - _DOTS_LEFT) / (step * 4)

    def across(day: float) -> float:
        return round(_DOTS_LEFT + day * scale, 1)

    stacks: dict[float, int] = {}
    dots = []
    for day in delays.days:
        x = round(_DOTS_LEFT + int(day * scale / _DOT_STEP) * _DOT_STEP + _DOT_STEP / 2, 1)
        stacks[x] = stacks.get(x, 0) + 1
        if stacks[x] <= _DOTS_HIGH:
            dots.append((x, 39.0 - (stacks[x] - 1) * _DOT_STEP))
    half = delays.middle_half
    return DotsChart(
        dots,
        [(across(step * number), step * number) for number in range(5)],
        None if delays.median is None else across(delays.median),
        None if half is None else (across(half[0]), across(half[1])),
    )


def draw_shares(parts: Sequence[tuple[str, int]]) -> list[SharePart]:
    """Return the parts of one bar over the whole width; parts of nothing have no width."""
    total = sum(count for _, count in parts) or 1
    scale, x, drawn = (WIDTH - 16) / total, 8.0, []
    for name, count in parts:
        drawn.append(SharePart(name, count, round(x, 1), round(count * scale, 1)))
        x += count * scale
    return drawn
