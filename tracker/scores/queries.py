"""Scorecards, in a fixed number of queries: from sums that are kept, or for several fields at once added up from the cells."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, cast, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.accounts.models import Desk
from tracker.claims.enums import Certainty, SpeakerKind
from tracker.claims.models import Speaker, Topic
from tracker.scores import rates
from tracker.scores.cards import Band, Card, CountTotals, EventRow, Grouping, GroupPage, GroupRow, Selection, Sums
from tracker.scores.cell_sums import list_cells, read_cells
from tracker.scores.cells import load_state
from tracker.scores.counting import fold_hedge
from tracker.scores.models import COUNTS, NO_ONE, PRODUCTS, Dimension, Part, ScoreTotal
from tracker.scores.rates import ArticleSums, BandCount
from tracker.scores.row_reading import read_band, read_counts, read_products
from tracker.sql import AnyRow, among

GROUPS_MAX: Final = 50
_OF_SPEAKER: Final = {Grouping.YEAR: Dimension.SPEAKER_YEAR, Grouping.HEDGE: Dimension.SPEAKER_HEDGE}


def load_card(session: Session, selection: Selection) -> Card | None:
    """Return a scorecard, or None before the claims were counted for the first time."""
    state = load_state(session)
    if state is None:
        return None
    sums = _read_kept(session, selection) or read_cells(session, selection)
    counts, bands = sums.counts, sums.bands
    in_bands = [BandCount(b.low / 100, b.high / 100, b.rate.claims, b.rate.hits) for b in bands]
    return Card(
        as_of=state.as_of,
        counts=counts,
        in_full=rates.compute_rate(sums.in_full),
        at_least_partly=rates.compute_rate(sums.at_least_partly),
        limits=rates.compute_overdue_limits(counts.judged, counts.confirmed, counts.overdue),
        judged_share=rates.compute_share(counts.judged, counts.ripe),
        overdue_share=rates.compute_share(counts.overdue, counts.ripe),
        bands=bands,
        events=sums.events,
        brier=rates.compute_brier_range(in_bands),
        brier_reference=rates.compute_reference_brier(sum(b.claims for b in in_bands), sum(b.hits for b in in_bands)),
    )


def load_groups(
    session: Session, by: Grouping, selection: Selection, *, offset: int = 0, limit: int = GROUPS_MAX, language: str = "en"
) -> GroupPage:
    """Return a table of scores, a row a group: by the number of tracked claims, years newest first.

    Never by rate, for a rate over few claims would lead the table.
    """
    rows = _list_kept(session, by, selection, offset, limit + 1)
    if rows is None:
        rows = list_cells(session, by, selection, offset, limit + 1)
    names = _load_names(session, by, [row.key for row in rows[:limit]], language)
    groups = []
    for row in rows[:limit]:
        counts = read_counts(row)
        in_full, partly = read_products(row, counts)
        label, kind = names.get(row.key, (str(row.key), None))
        groups.append(GroupRow(str(row.key), label, counts, rates.compute_rate(in_full), rates.compute_rate(partly), kind))
    return GroupPage(groups, offset + limit if len(rows) > limit else None)


def _list_kept(session: Session, by: Grouping, selection: Selection, offset: int, limit: int) -> Sequence[AnyRow] | None:
    """Return the largest groups of all claims, or the years or hedges of a speaker, from kept sums; None where there are none."""
    key: ColumnElement[Any] | InstrumentedAttribute[Any] = ScoreTotal.text if by is Grouping.HEDGE else ScoreTotal.number
    where = [ScoreTotal.dimension == by.value]
    if by in _OF_SPEAKER and selection == Selection(speaker_id=selection.speaker_id) != Selection():
        key = cast(ScoreTotal.text, Integer) if by is Grouping.YEAR else ScoreTotal.text
        where = [ScoreTotal.dimension == _OF_SPEAKER[by].value, ScoreTotal.number == selection.speaker_id]
    elif selection != Selection():
        return None
    columns = (getattr(ScoreTotal, name) for name in (*COUNTS, *PRODUCTS))
    query = select(key.label("key"), *columns).where(*where, ScoreTotal.part == Part.RATES.value)
    order = [key.desc()] if by is Grouping.YEAR else [ScoreTotal.tracked.desc(), key]
    return session.execute(query.order_by(*order).offset(offset).limit(limit)).all()


def _read_kept(session: Session, selection: Selection) -> Sums | None:
    """Return what a card is made of from sums that are kept; None for a selection by other fields together."""
    place = _find_dimension(selection)
    if place is None:
        return None
    dimension, number, words = place
    query = select(ScoreTotal.__table__).where(
        ScoreTotal.dimension == dimension.value, ScoreTotal.number == number, ScoreTotal.text == words
    )
    counts = CountTotals()
    in_full, partly = ArticleSums(), ArticleSums()
    events: list[EventRow] = []
    bands: list[Band] = []
    for row in session.execute(query.order_by(ScoreTotal.certainty, ScoreTotal.low, ScoreTotal.high)):
        if row.part == Part.EVENTS.value:
            events.append(EventRow(Certainty(row.certainty), read_counts(row)))
        elif row.part == Part.RATES.value:
            counts = read_counts(row)
            in_full, partly = read_products(row, counts)
        else:
            own = read_counts(row)
            judged, hits = own.judged - own.retrospective, own.confirmed - own.retrospective_confirmed
            products = ArticleSums(judged, hits, row.articles, row.squared, row.full_squared, row.full_product)
            bands += read_band(row.low, row.high, products)
    return Sums(counts, in_full, partly, events, bands)


def _find_dimension(selection: Selection) -> tuple[Dimension, int, str] | None:
    """Return which kept sums a selection is: its dimension, number and text."""
    given = [
        (Dimension.SPEAKER, selection.speaker_id, ""),
        (Dimension.TOPIC, selection.topic_id, ""),
        (Dimension.OWNER, selection.owner_id, ""),
        (Dimension.DESK, selection.desk_id, ""),
        (Dimension.YEAR, selection.year, ""),
        (Dimension.HEDGE, None if selection.hedge is None else 0, fold_hedge(selection.hedge or "")),
    ]
    speaker, year, hedge = selection.speaker_id, selection.year, selection.hedge
    if speaker is not None and year is not None and selection == Selection(speaker_id=speaker, year=year):
        return Dimension.SPEAKER_YEAR, speaker, str(year)
    if speaker is not None and hedge is not None and selection == Selection(speaker_id=speaker, hedge=hedge):
        return Dimension.SPEAKER_HEDGE, speaker, fold_hedge(hedge)
    found = [(dimension, number, words) for dimension, number, words in given if number is not None]
    if not found:
        return Dimension.ALL, 0, ""
    return found[0] if len(found) == 1 else None


def _load_names(session: Session, by: Grouping, keys: list[Any], language: str) -> dict[Any, tuple[str, SpeakerKind | None]]:
    if by is Grouping.SPEAKER:
        speakers = session.scalars(select(Speaker).where(among(session, Speaker.id, keys)))
        return {NO_ONE: ("", None)} | {speaker.id: (speaker.name, speaker.kind) for speaker in speakers}
    if by is Grouping.TOPIC:
        topics = session.scalars(select(Topic).where(among(session, Topic.id, keys)))
        return {topic.id: (topic.label(language), None) for topic in topics}
    if by is Grouping.DESK:
        desks = session.scalars(select(Desk).where(among(session, Desk.id, keys)))
        return {NO_ONE: ("", None), **{desk.id: (desk.name, None) for desk in desks}}
    return {}
