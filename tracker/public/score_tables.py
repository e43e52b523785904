"""Scorecards for readers as rows of files: the names of columns are those of the newsroom's own file."""

from collections.abc import Iterator
from typing import Any, Final

from tracker.public import scorecards
from tracker.public.scorecards import CardView
from tracker.public.site import Site
from tracker.scores.models import COUNTS
from tracker.scores.rates import Rate

_RATE: Final = ("rate", "low", "high", "effective_claims", "design_effect", "sample_size")
COLUMNS: tuple[str, ...] = (
    "as_of", "kind", "id", "name_en", "name_fr", "address", *COUNTS, "judged", "open", "articles",
    *(f"in_full_{name}" for name in _RATE), *(f"at_least_partly_{name}" for name in _RATE),
    "limits_low", "limits_high", "judged_share", "overdue_share", "brier_low", "brier_high", "brier_reference",
)  # fmt: skip
BAND_COLUMNS: tuple[str, ...] = (
    "as_of", "kind", "id", "band_low", "band_high", "judged", "confirmed", "articles", *_RATE, "fit",
)  # fmt: skip
DECIMALS: Final = 6


def card_rows(view: CardView, here: Site) -> Iterator[list[Any]]:
    """Yield the one row of COLUMNS of a card."""
    card = view.card
    numbers = (*(card.limits or (None, None)), card.judged_share, card.overdue_share, *(card.brier or (None, None)))
    yield [
        card.as_of.isoformat(), view.kind.value, view.number or "", view.name("en"), view.name("fr"),
        here.url(scorecards.address(view)), *(getattr(card.counts, name) for name in COUNTS), card.counts.judged,
        card.counts.open, card.in_full.articles if card.in_full else 0, *_rate(card.in_full), *_rate(card.at_least_partly),
        *map(_plain, (*numbers, card.brier_reference)),
    ]  # fmt: skip


def band_rows(view: CardView, _here: Site) -> Iterator[list[Any]]:
    """Yield the rows of BAND_COLUMNS of a card."""
    for band in view.card.bands:
        rate = band.rate
        yield [
            view.card.as_of.isoformat(), view.kind.value, view.number or "", band.low, band.high, rate.claims, rate.hits,
            rate.articles, *_rate(rate), band.fit.value,
        ]  # fmt: skip


CARDS: Final = (COLUMNS, card_rows)
BANDS: Final = (BAND_COLUMNS, band_rows)


def _rate(rate: Rate | None) -> list[object]:
    if rate is None:
        return [*[None] * (len(_RATE) - 1), "none"]
    numbers = (rate.value, rate.low, rate.high, rate.effective_claims, rate.design_effect)
    return [*map(_plain, numbers), rate.size.value]


def _plain(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
