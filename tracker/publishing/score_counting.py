"""Scorecards for readers: what public claims amount to. Pure but for reading them.

A claim counts as readers see it: by its public verdict, so that one that is held, proposed or of an article that is not public
changes no number; for a person only where a chief editor shows their card, and not at all where its speaker is only implied.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from tracker.claims import visibility
from tracker.claims.enums import Attribution, Certainty, Outcome, RelationKind, SpeakerKind, Status
from tracker.claims.models import Claim, Relation
from tracker.public.models import Publication, PublicationState, PublicClaim
from tracker.public.score_models import CardKind, PublicScorePerson
from tracker.scores import rates
from tracker.scores.cards import Band, Card, CountTotals, EventRow
from tracker.scores.counting import IN_RATES, ClaimFacts, Counts, add_counts, count_claim
from tracker.scores.models import COUNTS, NO_BAND
from tracker.scores.rates import ArticleSums, BandCount
from tracker.sql import among

_GONE: Final = ("offline", "withdrawn")
CardKey = tuple[str, int]  # kind and number
CellKey = tuple[str, int, int, str, int, int]


def count_articles(session: Session, article_ids: Sequence[int], day: date) -> dict[CellKey, Counts]:
    """Return the cells of some articles, as of a day; none of those that are not public."""
    query = (
        select(PublicClaim.body)
        .join(Publication, Publication.article_id == PublicClaim.article_id)
        .join(Claim, Claim.id == PublicClaim.claim_id)
        .where(
            among(session, PublicClaim.article_id, article_ids),
            Publication.state == PublicationState.PUBLIC,
            PublicClaim.state.not_in(_GONE),
            ~_is_duplicate(),
        )
    )
    shown = set(session.scalars(select(PublicScorePerson.speaker_id).where(PublicScorePerson.is_shown)))
    cells: dict[CellKey, list[int]] = {}
    for text in session.scalars(query):
        body = json.loads(text)
        if not visibility.may_name_speaker(body["attribution"]):
            continue
        facts = read_facts(body)
        counts = count_claim(facts, day)
        low, high = facts.likelihood_low, facts.likelihood_high
        band = (NO_BAND if low is None else low, NO_BAND if high is None else high)
        for kind, number in _cards_of(body, shown):
            key = (kind, number, facts.article_id, facts.certainty.value, *band)
            add_counts(cells, key, counts)
    return {key: tuple(counts) for key, counts in cells.items()}


def _is_duplicate() -> ColumnElement[bool]:
    """The condition for claims that are duplicates of one that readers see, too."""
    other = aliased(PublicClaim)
    return exists(
        select(other.claim_id)
        .join(Relation, Relation.other_id == other.claim_id)
        .where(Relation.claim_id == Claim.id, Relation.kind == RelationKind.DUPLICATE_OF, other.state != "offline")
        .correlate(Claim)
    )


def read_facts(body: Mapping[str, Any]) -> ClaimFacts:
    """Return what decides how a public claim counts."""
    verdict = body["verdicts"][-1] if body["verdicts"] else None
    certainty = Certainty(body["certainty"])
    outcome = Outcome(verdict["outcome"]) if verdict else None
    low, high = body["likelihood"] or (None, None)
    is_settled = outcome is not None and body["state"] != "under_review"
    return ClaimFacts(
        article_id=body["article"],
        speaker_id=None,
        owner_id=None,
        desk_id=None,
        certainty=certainty,
        likelihood_low=low,
        likelihood_high=high,
        hedge="",
        made_on=date.fromisoformat(body["made_on"]),
        ripe_on=date.fromisoformat(body["deadline_on"] or body["review_on"]),
        status=Status.RESOLVED if is_settled else Status.DUE,
        outcome=outcome,
        is_scored=certainty in IN_RATES,
        occurred_after_deadline=bool(verdict and verdict.get("late")),
        criteria_retrospective=body["criteria"]["after_review_date"],
    )


def _cards_of(body: Mapping[str, Any], shown: Collection[int]) -> Iterator[CardKey]:
    yield CardKind.NEWSROOM.value, 0
    speaker = body["speaker"]
    if body["attribution"] == Attribution.ARTICLE:
        yield CardKind.OWN_VOICE.value, 0
    elif speaker is not None and speaker["kind"] == SpeakerKind.ORGANISATION:
        yield CardKind.ORGANISATION.value, speaker["id"]
    elif speaker is not None and speaker["id"] in shown:
        yield CardKind.PERSON.value, speaker["id"]
    for topic in body["topics"]:
        yield CardKind.TOPIC.value, topic["id"]


def build_card(cells: Iterable[tuple[int, str, int, int, Counts]], day: date) -> Card:
    """Return the card of cells of (article, certainty, low, high, counts)."""
    articles: dict[int, Counter[str]] = {}
    bands: dict[tuple[int, int], dict[int, Counter[str]]] = {}
    events: dict[str, Counter[str]] = {}
    for article_id, certainty, low, high, values in cells:
        counts = dict(zip(COUNTS, values, strict=True))
        if certainty not in IN_RATES:
            events.setdefault(certainty, Counter()).update(counts)
            continue
        articles.setdefault(article_id, Counter()).update(counts)
        if low != NO_BAND:
            bands.setdefault((low, high), {}).setdefault(article_id, Counter()).update(counts)
    total: Counter[str] = Counter()
    for each in articles.values():
        total.update(each)
    totals = _totals(total)
    found = [_band(*band, of_articles.values()) for band, of_articles in sorted(bands.items())]
    judged_bands = [band for band in found if band is not None]
    in_bands = [BandCount(b.low / 100, b.high / 100, b.rate.claims, b.rate.hits) for b in judged_bands]
    return Card(
        as_of=day,
        counts=totals,
        in_full=rates.compute_rate(_sums((_judged(c), c["confirmed"]) for c in articles.values())),
        at_least_partly=rates.compute_rate(_sums((_judged(c), c["confirmed"] + c["partly"]) for c in articles.values())),
        limits=rates.compute_overdue_limits(totals.judged, totals.confirmed, totals.overdue),
        judged_share=rates.compute_share(totals.judged, totals.ripe),
        overdue_share=rates.compute_share(totals.overdue, totals.ripe),
        bands=judged_bands,
        events=[EventRow(Certainty(certainty), _totals(counts)) for certainty, counts in sorted(events.items())],
        brier=rates.compute_brier_range(in_bands),
        brier_reference=rates.compute_reference_brier(sum(b.claims for b in in_bands), sum(b.hits for b in in_bands)),
    )


def _totals(counts: Counter[str]) -> CountTotals:
    return CountTotals(**{name: counts[name] for name in COUNTS})


def _judged(counts: Counter[str]) -> int:
    return counts["confirmed"] + counts["partly"] + counts["refuted"]


def _sums(pairs: Iterable[tuple[int, int]]) -> ArticleSums:
    return ArticleSums.from_articles(pairs)


def _band(low: int, high: int, articles: Iterable[Counter[str]]) -> Band | None:
    """Return what came of a band, without claims whose criteria were set after the review date."""
    rate = rates.compute_rate(
        _sums((_judged(c) - c["retrospective"], c["confirmed"] - c["retrospective_confirmed"]) for c in articles)
    )
    return Band(low, high, rate, rates.compare_with_band(rate, low / 100, high / 100)) if rate is not None else None
