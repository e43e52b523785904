"""Scorecards, added up from the cells in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from tracker.claims.enums import Certainty, SpeakerKind
from tracker.claims.models import Speaker, Topic
from tracker.errors import N_, Invalid
from tracker.scores import rates
from tracker.scores.cells import load_state
from tracker.scores.counting import IN_RATES, fold_hedge
from tracker.scores.models import COUNTS, NO_BAND, NO_ONE, ScoreCell, TopicCell
from tracker.scores.rates import ArticleSums, BandCount, BandFit, Rate
from tracker.sql import among

GROUPS_MAX: Final = 50


class Grouping(StrEnum):
    """What a table of scores has a row for."""

    SPEAKER = "speaker"
    TOPIC = "topic"
    YEAR = "year"
    HEDGE = "hedge"


@dataclass(frozen=True)
class Selection:
    """Which claims a scorecard is about; None leaves a field open. `speaker_id` 0 is the article's own voice."""

    speaker_id: int | None = None
    topic_id: int | None = None
    owner_id: int | None = None
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


def load_card(session: Session, selection: Selection) -> Card | None:
    """Return a scorecard, or None before the claims were counted for the first time."""
    state = load_state(session)
    if state is None:
        return None
    table, where = _select_cells(session, selection)
    counts, in_full, partly, events = _add_up(session, table, where)
    bands = _load_bands(session, table, where)
    in_bands = [BandCount(b.low / 100, b.high / 100, b.rate.claims, b.rate.hits) for b in bands]
    return Card(
        as_of=state.as_of,
        counts=counts,
        in_full=rates.compute_rate(in_full),
        at_least_partly=rates.compute_rate(partly),
        limits=rates.compute_overdue_limits(counts.judged, counts.confirmed, counts.overdue),
        judged_share=rates.compute_share(counts.judged, counts.ripe),
        overdue_share=rates.compute_share(counts.overdue, counts.ripe),
        bands=bands,
        events=events,
        brier=rates.compute_brier_range(in_bands),
        brier_reference=rates.compute_reference_brier(sum(b.claims for b in in_bands), sum(b.hits for b in in_bands)),
    )


def load_groups(
    session: Session, by: Grouping, selection: Selection, *, offset: int = 0, limit: int = GROUPS_MAX, language: str = "en"
) -> GroupPage:
    """Return a table of scores, a row a group: by the number of tracked claims, years newest first.

    Never by rate, for a rate over few claims would lead the table.
    """
    table, where = _select_cells(session, selection, by_topic=by is Grouping.TOPIC)
    key = _group_key(by, table)
    cells = select(key.label("key"), table.article_id, *(getattr(table, name) for name in COUNTS)).where(
        *where, table.certainty.in_(IN_RATES)
    )
    if by is Grouping.SPEAKER:
        cells = cells.outerjoin(Speaker, Speaker.id == table.speaker_id)
    of_article = cells.subquery()
    per_article = (
        select(of_article.c.key, *_article_columns(of_article.c)).group_by(of_article.c.key, of_article.c.article_id).subquery()
    )
    totals = (*_article_columns(per_article.c), *_product_columns(per_article.c))
    sums = select(per_article.c.key, *totals).group_by(per_article.c.key).subquery()
    order = [sums.c.key.desc()] if by is Grouping.YEAR else [sums.c.tracked.desc(), sums.c.key]
    rows = session.execute(select(sums).order_by(*order).offset(offset).limit(limit + 1)).all()
    names = _load_names(session, by, [row.key for row in rows[:limit]], language)
    groups = []
    for row in rows[:limit]:
        counts = _read_counts(row)
        in_full, partly = _read_products(row, counts)
        label, kind = names.get(row.key, (str(row.key), None))
        groups.append(GroupRow(str(row.key), label, counts, rates.compute_rate(in_full), rates.compute_rate(partly), kind))
    return GroupPage(groups, offset + limit if len(rows) > limit else None)


def _select_cells(session: Session, selection: Selection, *, by_topic: bool = False) -> tuple[Any, list[ColumnElement[bool]]]:
    """Return the table that answers a selection, and its conditions. Raises Invalid for fields not counted together."""
    others = (selection.speaker_id, selection.owner_id, selection.hedge)
    with_topic = by_topic or selection.topic_id is not None
    if with_topic and any(value is not None for value in others):
        raise Invalid(N_("A topic is not counted together with a speaker, an owner or a hedge word."), field="topic")
    table: Any = TopicCell if with_topic else ScoreCell
    where: list[ColumnElement[bool]] = []
    if selection.year is not None:
        where.append(table.year == selection.year)
    if selection.topic_id is not None:
        where.append(TopicCell.topic_id == selection.topic_id)
    if selection.owner_id is not None:
        where.append(ScoreCell.owner_id == selection.owner_id)
    if selection.hedge is not None:
        where.append(ScoreCell.hedge == fold_hedge(selection.hedge))
    if selection.speaker_id is not None:
        ids = [selection.speaker_id]
        if selection.speaker_id != NO_ONE:
            ids += session.scalars(select(Speaker.id).where(Speaker.merged_into_id == selection.speaker_id))
        where.append(among(session, ScoreCell.speaker_id, ids))
    return table, where


def _article_columns(cells: object, names: tuple[str, ...] = COUNTS) -> list[ColumnElement[Any]]:
    return [func.sum(getattr(cells, name)).label(name) for name in names]


def _product_columns(articles: Any) -> list[ColumnElement[Any]]:
    """Return the number of articles with a judged claim and the sums of products that the design effect needs."""
    n = articles.confirmed + articles.partly + articles.refuted
    products: list[ColumnElement[object]] = [
        func.sum(case((n > 0, 1), else_=0)).label("articles"),
        func.sum(n * n).label("squared"),
    ]
    for name, k in (("full", articles.confirmed), ("partly", articles.confirmed + articles.partly)):
        products += [func.sum(k * k).label(f"{name}_squared"), func.sum(n * k).label(f"{name}_product")]
    return products


def _read_counts(row: object) -> CountTotals:
    # Sums are NULL over no row, and PostgreSQL adds up integers to Decimal.
    return CountTotals(**{name: int(getattr(row, name) or 0) for name in COUNTS})


def _read_products(row: Any, counts: CountTotals) -> tuple[ArticleSums, ArticleSums]:
    """Return the sums in full and at least partly."""
    values = {name: int(value or 0) for name, value in row._mapping.items() if name not in ("key", *COUNTS)}
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


def _add_up(
    session: Session, table: Any, where: list[ColumnElement[bool]]
) -> tuple[CountTotals, ArticleSums, ArticleSums, list[EventRow]]:
    """Return the counts and sums of what is in the rates, and the counts of each certainty that is not."""
    # Two plain scans: grouping all cells by certainty would sort them.
    in_rates = select(*_article_columns(table)).where(*where, table.certainty.in_(IN_RATES))
    counts = _read_counts(session.execute(in_rates).one())
    others = select(table.certainty, *_article_columns(table)).where(*where, table.certainty.not_in(IN_RATES))
    events = [EventRow(Certainty(row.certainty), _read_counts(row)) for row in session.execute(others.group_by(table.certainty))]
    per_article = (
        select(*_article_columns(table, ("confirmed", "partly", "refuted")))
        .where(*where, table.certainty.in_(IN_RATES), table.confirmed + table.partly + table.refuted > 0)
        .group_by(table.article_id)
        .subquery()
    )
    products = session.execute(select(*_product_columns(per_article.c))).one()
    return counts, *_read_products(products, counts), events


def _load_bands(session: Session, table: Any, where: list[ColumnElement[bool]]) -> list[Band]:
    """Return the bands in order, without claims whose criteria were set after the review date: they could fit the outcome."""
    judged = func.sum(table.confirmed + table.partly + table.refuted - table.retrospective).label("n")
    confirmed = func.sum(table.confirmed - table.retrospective_confirmed).label("k")
    per_article = (
        select(table.low, table.high, judged, confirmed)
        .where(*where, table.certainty.in_(IN_RATES), table.low != NO_BAND)
        .group_by(table.article_id, table.low, table.high)  # in the order of the key
        .subquery()
    )
    n, k = per_article.c.n, per_article.c.k
    query = (
        select(
            per_article.c.low,
            per_article.c.high,
            func.sum(n),
            func.sum(k),
            func.sum(case((n > 0, 1), else_=0)),
            func.sum(n * n),
            func.sum(k * k),
            func.sum(n * k),
        )
        .group_by(per_article.c.low, per_article.c.high)
        .order_by(per_article.c.low, per_article.c.high)
    )
    bands = []
    for low, high, *sums in session.execute(query):
        rate = rates.compute_rate(ArticleSums(*(int(value) for value in sums)))
        if rate is not None:
            bands.append(Band(low, high, rate, rates.compare_with_band(rate, low / 100, high / 100)))
    return bands


def _group_key(by: Grouping, table: Any) -> ColumnElement[Any]:
    if by is Grouping.SPEAKER:
        # Merged speakers are one.
        return func.coalesce(Speaker.merged_into_id, table.speaker_id)
    column: ColumnElement[object] = getattr(
        table, {Grouping.TOPIC: "topic_id", Grouping.YEAR: "year", Grouping.HEDGE: "hedge"}[by]
    )
    return column


def _load_names(session: Session, by: Grouping, keys: list[Any], language: str) -> dict[Any, tuple[str, SpeakerKind | None]]:
    if by is Grouping.SPEAKER:
        speakers = session.scalars(select(Speaker).where(among(session, Speaker.id, keys)))
        return {NO_ONE: ("", None)} | {speaker.id: (speaker.name, speaker.kind) for speaker in speakers}
    if by is Grouping.TOPIC:
        topics = session.scalars(select(Topic).where(among(session, Topic.id, keys)))
        return {topic.id: (topic.label(language), None) for topic in topics}
    return {}
