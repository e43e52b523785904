"""Rates and their intervals when the claims of one article stand or fall together. Pure arithmetic: no database, no Flask.

A rate is K hits among N judged claims of m articles. The interval is Wilson's (1927, doi:10.1080/01621459.1927.10502953) with the
sample size divided by the design effect (Kish, Survey Sampling, 1965): the larger of the one estimated from the articles and the
one that an intra-article correlation of 0.2 would give. docs/scorecards.md shows how well it covers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

Z_95: Final = 1.959963984540054
# The intra-article correlation assumed where the articles alone would show less.
CORRELATION_FLOOR: Final = 0.2

RATE_MIN_CLAIMS: Final = 10
RATE_MIN_ARTICLES: Final = 5
SMALL_SAMPLE_BELOW: Final = 25


class SampleSize(StrEnum):
    """How much a rate may be shown. Below `SMALL` there are counts and a range, but no rate."""

    NONE = "none"
    TOO_FEW = "too_few"
    SMALL = "small"
    FULL = "full"


class BandFit(StrEnum):
    """How often something happened, compared with the likelihood that was stated."""

    TOO_FEW = "too_few"
    FITS = "fits"
    LESS_OFTEN = "less_often"
    MORE_OFTEN = "more_often"


@dataclass(frozen=True)
class ArticleSums:
    """Sums over articles: `claims` n, `hits` k of each article, and their products, all counts."""

    claims: int = 0
    hits: int = 0
    articles: int = 0
    claims_squared: int = 0
    hits_squared: int = 0
    claims_times_hits: int = 0

    @classmethod
    def from_articles(cls, pairs: Iterable[tuple[int, int]]) -> "ArticleSums":
        """Return the sums of (judged claims, hits) pairs, one an article. Articles without a judged claim count as absent."""
        counted = [(n, k) for n, k in pairs if n]
        if any(not 0 <= k <= n for n, k in counted):
            raise ValueError("an article has between no hit and as many hits as judged claims")
        return cls(
            claims=sum(n for n, _ in counted),
            hits=sum(k for _, k in counted),
            articles=len(counted),
            claims_squared=sum(n * n for n, _ in counted),
            hits_squared=sum(k * k for _, k in counted),
            claims_times_hits=sum(n * k for n, k in counted),
        )


@dataclass(frozen=True)
class Rate:
    """A share of judged claims with its 95 % interval; every value but the counts lies between 0 and 1."""

    claims: int
    hits: int
    articles: int
    value: float
    low: float
    high: float
    effective_claims: float
    design_effect: float
    size: SampleSize


def classify_size(claims: int, articles: int) -> SampleSize:
    """Return how much of a rate over so many claims and articles may be shown."""
    if claims == 0:
        return SampleSize.NONE
    if claims < RATE_MIN_CLAIMS or articles < RATE_MIN_ARTICLES:
        return SampleSize.TOO_FEW
    return SampleSize.SMALL if claims < SMALL_SAMPLE_BELOW else SampleSize.FULL


def estimate_design_effect(sums: ArticleSums) -> tuple[float, float]:
    """Return the design effect estimated from the articles (1.0 for a single one) and the least that is assumed."""
    n, k, m = sums.claims, sums.hits, sums.articles
    floor = 1 + CORRELATION_FLOOR * (sums.claims_squared / n - 1)
    if m < 2:
        return 1.0, floor
    p = k / n
    # The sum over articles of (k_i - p n_i)²; rounding can leave it a hair under zero.
    spread = max(0.0, sums.hits_squared - 2 * p * sums.claims_times_hits + p * p * sums.claims_squared)
    smoothed = (k + 1) / (n + 2)
    return (m / (m - 1) * spread / n**2) / (smoothed * (1 - smoothed) / n), floor


def compute_wilson_interval(share: float, claims: float, z: float = Z_95) -> tuple[float, float]:
    """Return the ends of Wilson's interval, clamped to 0 and 1. `claims` may be a fraction; it must be above 0."""
    squared = z * z
    divisor = 1 + squared / claims
    centre = (share + squared / (2 * claims)) / divisor
    half = z * sqrt(share * (1 - share) / claims + squared / (4 * claims * claims)) / divisor
    # The interval holds the share itself by definition; rounding may move an end past it.
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def compute_rate(sums: ArticleSums) -> Rate | None:
    """Return the rate of some sums, or None where no claim was judged."""
    if sums.claims == 0:
        return None
    value = sums.hits / sums.claims
    effect = max(1.0, *estimate_design_effect(sums))
    effective = sums.claims / effect
    low, high = compute_wilson_interval(value, effective)
    size = classify_size(sums.claims, sums.articles)
    return Rate(sums.claims, sums.hits, sums.articles, value, low, high, effective, effect, size)


def compute_overdue_limits(judged: int, hits: int, overdue: int) -> tuple[float, float] | None:
    """Return the least and the greatest rate that is possible once the overdue claims are judged; None without any claim."""
    total = judged + overdue
    return (hits / total, (hits + overdue) / total) if total else None


def compute_share(part: int, whole: int) -> float | None:
    """Return a share, or None of nothing."""
    return part / whole if whole else None


@dataclass(frozen=True)
class BandCount:
    """Judged claims for which one band of likelihood was stated: `low` and `high` between 0 and 1."""

    low: float
    high: float
    claims: int
    hits: int


def compute_brier_range(bands: Iterable[BandCount]) -> tuple[float, float] | None:
    """Return the least and the greatest mean squared error (Brier, 1950) that the bands allow; None without any claim."""
    total, least, greatest = 0, 0.0, 0.0
    for band in bands:
        misses = band.claims - band.hits
        total += band.claims
        least += band.hits * (1 - band.high) ** 2 + misses * band.low**2
        greatest += band.hits * (1 - band.low) ** 2 + misses * band.high**2
    return (least / total, greatest / total) if total else None


def compute_reference_brier(claims: int, hits: int) -> float | None:
    """Return the Brier score of always stating the share that came true of the same claims; None without any claim."""
    return hits / claims * (1 - hits / claims) if claims else None


def compare_with_band(rate: Rate, low: float, high: float) -> BandFit:
    """Return whether a rate's interval meets a stated band. Too few claims or articles for a rate: too few to tell."""
    if rate.claims < RATE_MIN_CLAIMS:
        return BandFit.TOO_FEW
    if rate.high < low:
        return BandFit.LESS_OFTEN
    return BandFit.MORE_OFTEN if rate.low > high else BandFit.FITS
