"""Rows of sums as values."""

from tracker.scores import rates
from tracker.scores.cards import Band, CountTotals
from tracker.scores.models import COUNTS, PRODUCTS
from tracker.scores.rates import ArticleSums


def read_counts(row: object) -> CountTotals:
    """Return the counts in a row."""
    # Sums are NULL over no row, and PostgreSQL adds up integers to Decimal.
    return CountTotals(**{name: int(getattr(row, name) or 0) for name in COUNTS})


def read_products(row: object, counts: CountTotals) -> tuple[ArticleSums, ArticleSums]:
    """Return the sums in full and at least partly."""
    values = {name: int(getattr(row, name) or 0) for name in PRODUCTS}
    in_full, partly = (
        ArticleSums(
            claims=counts.judged,
            hits=hits,
            articles=values["articles"],
            claims_squared=values["squared"],
            hits_squared=values[f"{name}_squared"],
            claims_times_hits=values[f"{name}_product"],
        )
        for name, hits in (("full", counts.confirmed), ("partly", counts.at_least_partly))
    )
    return in_full, partly


def read_band(low: int, high: int, sums: ArticleSums) -> list[Band]:
    """Return what came of a band, or nothing where none of it is judged."""
    rate = rates.compute_rate(sums)
    return [Band(low, high, rate, rates.compare_with_band(rate, low / 100, high / 100))] if rate is not None else []
