"""Scores as rows of a file: the same numbers as on the pages, unrounded."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.scores import queries, rates
from tracker.scores.cards import CountTotals, Grouping, Selection
from tracker.scores.models import COUNTS
from tracker.scores.rates import Rate

_RATE_FIELDS: Final = ("rate", "low", "high", "effective_claims", "design_effect", "sample_size")
# `limits_…`: the rate in full if no or every overdue claim came true. Brier scores are of the whole selection alone.
COLUMNS: tuple[str, ...] = (
    "as_of", "by", "key", "label", *COUNTS, "judged", "open", "articles",
    *(f"in_full_{name}" for name in _RATE_FIELDS), *(f"at_least_partly_{name}" for name in _RATE_FIELDS),
    "limits_low", "limits_high", "judged_share", "overdue_share", "brier_low", "brier_high", "brier_reference",
)  # fmt: skip
BAND_COLUMNS: tuple[str, ...] = (
    "as_of", "band_low", "band_high", "judged", "confirmed", "articles", *_RATE_FIELDS, "fit",
)  # fmt: skip
DECIMALS: Final = 6


def rows(session: Session, by: Grouping | None, selection: Selection, language: str = "en") -> Iterator[list[Any]]:
    """Yield the rows of COLUMNS: all claims of the selection first, then each group. No row before the first count."""
    card = queries.load_card(session, selection)
    if card is None:
        return
    brier = [*(card.brier or (None, None)), card.brier_reference]
    yield [
        card.as_of.isoformat(), "all", "", "", *_count_cells(card.counts, card.in_full),
        *_rate_cells(card.in_full), *_rate_cells(card.at_least_partly), *_share_cells(card.counts), *map(_plain, brier),
    ]  # fmt: skip
    offset: int | None = 0
    while by is not None and offset is not None:
        page = queries.load_groups(session, by, selection, offset=offset, language=language)
        for row in page.rows:
            yield [
                card.as_of.isoformat(), by.value, row.key, row.label, *_count_cells(row.counts, row.in_full),
                *_rate_cells(row.in_full), *_rate_cells(row.at_least_partly), *_share_cells(row.counts), None, None, None,
            ]  # fmt: skip
        offset = page.next_offset


def band_rows(session: Session, selection: Selection) -> Iterator[list[object]]:
    """Yield the rows of BAND_COLUMNS: what came of each stated band of likelihood, in per cent."""
    card = queries.load_card(session, selection)
    for band in card.bands if card else ():
        rate = band.rate
        yield [
            card.as_of.isoformat() if card else "", band.low, band.high, rate.claims, rate.hits, rate.articles,
            *_rate_cells(rate), band.fit.value,
        ]  # fmt: skip


def _count_cells(counts: CountTotals, rate: Rate | None) -> list[object]:
    return [*(getattr(counts, name) for name in COUNTS), counts.judged, counts.open, rate.articles if rate else 0]


def _rate_cells(rate: Rate | None) -> list[object]:
    if rate is None:
        return [None] * (len(_RATE_FIELDS) - 1) + [rates.SampleSize.NONE.value]
    numbers = (rate.value, rate.low, rate.high, rate.effective_claims, rate.design_effect)
    return [*map(_plain, numbers), rate.size.value]


def _share_cells(counts: CountTotals) -> list[object]:
    limits = rates.compute_overdue_limits(counts.judged, counts.confirmed, counts.overdue) or (None, None)
    shares = (rates.compute_share(counts.judged, counts.ripe), rates.compute_share(counts.overdue, counts.ripe))
    return [_plain(value) for value in (*limits, *shares)]


def _plain(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
