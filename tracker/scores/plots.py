"""Geometry of the drawings on scorecards, in the units of their viewBox. Pure; templates only write the numbers down."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tracker.scores.cards import Band
from tracker.scores.rates import Rate, SampleSize

BAR_WIDTH: Final = 176
_BAR_MARGIN: Final = 4
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 482, 30, 360
_GRID: Final = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class IntervalBar:
    """A rate on an axis from 0 to 100 %: the ends of its interval and, where it may be shown, the rate itself."""

    low: float
    high: float
    value: float | None


@dataclass(frozen=True)
class GridLine:
    """A line of the calibration plot, at the same share on both axes."""

    percent: int
    x: float
    y: float


@dataclass(frozen=True)
class BandPoint:
    """One band of the calibration plot: the stated band across, the interval of what came true upwards."""

    band: Band
    left: float
    right: float
    x: float
    y: float
    y_low: float
    y_high: float
    is_hollow: bool  # too few to tell


@dataclass(frozen=True)
class CalibrationPlot:
    """Stated likelihood against the share that came true."""

    grid: tuple[GridLine, ...]
    points: tuple[BandPoint, ...]
    left: int = _LEFT
    right: int = _RIGHT
    top: int = _TOP
    bottom: int = _BOTTOM


def draw_interval(rate: Rate | None) -> IntervalBar | None:
    """Return the bar of a rate, or None where nothing was judged."""
    if rate is None:
        return None
    shown = rate.size in (SampleSize.SMALL, SampleSize.FULL)
    return IntervalBar(_across(rate.low), _across(rate.high), _across(rate.value) if shown else None)


def draw_calibration(bands: Iterable[Band]) -> CalibrationPlot:
    """Return the calibration plot of some bands."""
    grid = tuple(GridLine(percent, _x(percent / 100), _y(percent / 100)) for percent in _GRID)
    points = tuple(
        BandPoint(
            band,
            left=_x(band.low / 100),
            right=_x(band.high / 100),
            x=_x((band.low + band.high) / 200),
            y=_y(band.rate.value),
            y_low=_y(band.rate.low),
            y_high=_y(band.rate.high),
            is_hollow=band.rate.size is SampleSize.TOO_FEW,
        )
        for band in bands
    )
    return CalibrationPlot(grid, points)


def _across(share: float) -> float:
    return round(_BAR_MARGIN + share * (BAR_WIDTH - 2 * _BAR_MARGIN), 1)


def _x(share: float) -> float:
    return round(_LEFT + share * (_RIGHT - _LEFT), 1)


def _y(share: float) -> float:
    return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)
