"""Adding up the cells of some claims: for selections by more than one field, of which no sums are kept."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from tracker.claims.enums import Certainty
from tracker.errors import N_, Invalid
from tracker.scores.cards import Band, CountTotals, EventRow, Grouping, Selection, Sums
from tracker.scores.counting import IN_RATES, fold_hedge
from tracker.scores.models import COUNTS, NO_BAND, ScoreCell, TopicCell
from tracker.scores.rates import ArticleSums
from tracker.scores.row_reading import read_band, read_counts, read_products
from tracker.sql import AnyRow

_GROUP_KEYS: Final = {
    Grouping.SPEAKER: "speaker_id",
    Grouping.TOPIC: "topic_id",
    Grouping.DESK: "desk_id",
    Grouping.YEAR: "year",
    Grouping.HEDGE: "hedge",
}


def read_cells(session: Session, selection: Selection) -> Sums:
    """Return what a card is made of, added up from the cells."""
    table, where = _select_cells(session, selection)
    return Sums(*_add_up(session, table, where), _load_bands(session, table, where))


def list_cells(session: Session, by: Grouping, selection: Selection, offset: int, limit: int) -> Sequence[AnyRow]:
    """Return the largest groups of some claims, added up from their cells."""
    table, where = _select_cells(session, selection, by_topic=by is Grouping.TOPIC)
    key: Any = getattr(table, _GROUP_KEYS[by])
    cells = select(key.label("key"), table.article_id, *(getattr(table, name) for name in COUNTS)).where(
        *where, table.certainty.in_(IN_RATES)
    )
    of_article = cells.subquery()
    per_article = (
        select(of_article.c.key, *_article_columns(of_article.c)).group_by(of_article.c.key, of_article.c.article_id).subquery()
    )
    totals = (*_article_columns(per_article.c), *_product_columns(per_article.c))
    sums = select(per_article.c.key, *totals).group_by(per_article.c.key).subquery()
    order = [sums.c.key.desc()] if by is Grouping.YEAR else [sums.c.tracked.desc(), sums.c.key]
    return session.execute(select(sums).order_by(*order).offset(offset).limit(limit)).all()


def _select_cells(session: Session, selection: Selection, *, by_topic: bool = False) -> tuple[Any, list[ColumnElement[bool]]]:
    """Return the table that answers a selection, and its conditions. Raises Invalid for fields not counted together."""
    others = (selection.speaker_id, selection.owner_id, selection.desk_id, selection.hedge)
    with_topic = by_topic or selection.topic_id is not None
    if with_topic and any(value is not None for value in others):
        raise Invalid(N_("A topic is not counted together with a speaker, an owner, a desk or a hedge word."), field="topic")
    table: Any = TopicCell if with_topic else ScoreCell
    where: list[ColumnElement[bool]] = []
    if selection.year is not None:
        where.append(table.year == selection.year)
    if selection.topic_id is not None:
        where.append(TopicCell.topic_id == selection.topic_id)
    if selection.owner_id is not None:
        where.append(ScoreCell.owner_id == selection.owner_id)
    if selection.desk_id is not None:
        where.append(ScoreCell.desk_id == selection.desk_id)
    if selection.hedge is not None:
        where.append(ScoreCell.hedge == fold_hedge(selection.hedge))
    if selection.speaker_id is not None:
        where.append(ScoreCell.speaker_id == selection.speaker_id)
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


def _add_up(
    session: Session, table: Any, where: list[ColumnElement[bool]]
) -> tuple[CountTotals, ArticleSums, ArticleSums, list[EventRow]]:
    """Return the counts and sums of what is in the rates, and the counts of each certainty that is not."""
    # Two plain scans: grouping all cells by certainty would sort them.
    in_rates = select(*_article_columns(table)).where(*where, table.certainty.in_(IN_RATES))
    counts = read_counts(session.execute(in_rates).one())
    others = select(table.certainty, *_article_columns(table)).where(*where, table.certainty.not_in(IN_RATES))
    events = [EventRow(Certainty(row.certainty), read_counts(row)) for row in session.execute(others.group_by(table.certainty))]
    per_article = (
        select(*_article_columns(table, ("confirmed", "partly", "refuted")))
        .where(*where, table.certainty.in_(IN_RATES), table.confirmed + table.partly + table.refuted > 0)
        .group_by(table.article_id)
        .subquery()
    )
    products = session.execute(select(*_product_columns(per_article.c))).one()
    return counts, *read_products(products, counts), events


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
        bands += read_band(low, high, ArticleSums(*(int(value) for value in sums)))
    return bands
