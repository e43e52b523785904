"""Keeping the cells equal to the claims: in the transaction of every change, and as days pass."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from tracker.accounts import demo
from tracker.claims.enums import Attribution, RelationKind, Status
from tracker.claims.models import Claim, ClaimTopic, Relation, Verdict
from tracker.scores.counting import ClaimFacts, build_cells
from tracker.scores.models import COUNTS, ScoreCell, ScoreState, TopicCell
from tracker.sql import among

BATCH: Final = 500  # articles
_STATE: Final = 1
# Events of a claim that change no count.
_IRRELEVANT: Final = ("note.", "check.", "evidence.", "translation.", "postscript.")
_IRRELEVANT_MOVES: Final = frozenset({"claim.flag", "claim.propose", "claim.return"})

_CELL_KEY = ("article_id", "speaker_id", "owner_id", "certainty", "low", "high", "hedge", "year")
_TOPIC_KEY = ("topic_id", "article_id", "certainty", "low", "high", "year")


def load_facts(session: Session, article_ids: Sequence[int]) -> list[ClaimFacts]:
    """Return the facts of the claims of some articles that count.

    Drafts, withdrawn claims, duplicates and claims whose speaker is only implied do not, nor does the sample outside a
    demonstration.
    """
    duplicate = exists().where(Relation.claim_id == Claim.id, Relation.kind == RelationKind.DUPLICATE_OF)
    counted = [
        among(session, Claim.article_id, article_ids),
        Claim.status.not_in((Status.DRAFT, Status.WITHDRAWN)),
        Claim.attribution != Attribution.IMPLIED,
        ~duplicate,
    ]
    if not demo.is_one(session):
        counted.append(Claim.is_sample.is_(False))
    query = (
        select(
            Claim.id,
            Claim.article_id,
            Claim.speaker_id,
            Claim.owner_id,
            Claim.certainty,
            Claim.likelihood_low,
            Claim.likelihood_high,
            Claim.hedge,
            Claim.made_on,
            func.coalesce(Claim.deadline_on, Claim.review_on).label("ripe_on"),
            Claim.status,
            Verdict.outcome,
            func.coalesce(Verdict.is_scored, False).label("is_scored"),
            func.coalesce(Verdict.occurred_after_deadline, False).label("occurred_after_deadline"),
            Claim.criteria_retrospective,
        )
        .outerjoin(Verdict, Verdict.id == Claim.signed_verdict_id)
        .where(*counted)
    )
    topics: dict[int, list[int]] = {}
    of_topics = (
        select(ClaimTopic.claim_id, ClaimTopic.topic_id)
        .join(Claim, Claim.id == ClaimTopic.claim_id)
        .where(among(session, Claim.article_id, article_ids))
    )
    for claim_id, topic_id in session.execute(of_topics):
        topics.setdefault(claim_id, []).append(topic_id)
    return [
        ClaimFacts(
            **{name: value for name, value in row._mapping.items() if name != "id"}, topic_ids=tuple(topics.get(row.id, ()))
        )
        for row in session.execute(query)
    ]


def rebuild(session: Session, article_ids: Iterable[int], day: date) -> None:
    """Count the claims of some articles again, as of a day."""
    wanted = sorted(set(article_ids))
    for start in range(0, len(wanted), BATCH):
        ids = wanted[start : start + BATCH]
        for table in (ScoreCell, TopicCell):
            session.execute(delete(table).where(among(session, table.article_id, ids)))
        cells, topics = build_cells(load_facts(session, ids), day)
        if cells:
            session.execute(insert(ScoreCell), list(_as_rows(_CELL_KEY, cells)))
        if topics:
            session.execute(insert(TopicCell), list(_as_rows(_TOPIC_KEY, topics)))


def _as_rows(names: tuple[str, ...], cells: dict[Any, Counter[str]]) -> Iterator[dict[str, Any]]:
    for key, counts in cells.items():
        yield dict(zip(names, key, strict=True)) | {name: counts[name] for name in COUNTS}


def load_state(session: Session) -> ScoreState | None:
    """Return the day the cells are counted for, or None before the first count."""
    return session.get(ScoreState, _STATE)


def find_articles_to_count(session: Session, after: int) -> list[int]:
    """Return the next articles that are to be counted again, in order of their number; at most BATCH."""
    state = load_state(session)
    if state is None or state.recount_from is None:
        return []
    query = select(Claim.article_id).where(Claim.article_id > after)
    if state.recount_from > date.min:
        ripe_on = func.coalesce(Claim.deadline_on, Claim.review_on)
        query = query.where(ripe_on > state.recount_from, ripe_on <= state.as_of)
    return list(session.scalars(query.group_by(Claim.article_id).order_by(Claim.article_id).limit(BATCH)))


def start_day(session: Session, day: date) -> bool:
    """Move the cells to another day: from now on changes count as of it. Returns whether articles are to be counted again."""
    state = load_state(session)
    if state is None:
        session.add(ScoreState(id=_STATE, as_of=day, recount_from=date.min))
        # What a database from elsewhere may hold, and what is left of an interrupted first count.
        session.execute(delete(ScoreCell))
        session.execute(delete(TopicCell))
        return True
    if state.as_of < day:
        # A day that is still being counted keeps its beginning, so that an interrupted count loses nothing.
        state.recount_from = min(state.as_of, state.recount_from or state.as_of)
    elif state.as_of > day:
        state.recount_from = date.min  # the newsroom's zone or the clock was set back
    state.as_of = day
    return state.recount_from is not None


def finish_day(session: Session, day: date) -> None:
    """Note that every claim is counted as of this day, unless a later day is being counted."""
    state = load_state(session)
    if state is not None and state.as_of == day:
        state.recount_from = None


def update_cells(session: Session, events: Iterable[tuple[str, str]]) -> None:
    """Count the articles of changed claims again; called with the kind and subject of every event that is about to be sealed."""
    changed = {
        int(subject.removeprefix("claim:"))
        for kind, subject in events
        if subject.startswith("claim:") and not kind.startswith(_IRRELEVANT) and kind not in _IRRELEVANT_MOVES
    }
    if not changed:
        return
    state = load_state(session)
    if state is None:
        return  # the first count will find them
    ids = sorted(changed)
    articles: set[int] = set()
    for start in range(0, len(ids), BATCH):
        articles.update(session.scalars(select(Claim.article_id).where(among(session, Claim.id, ids[start : start + BATCH]))))
    rebuild(session, articles, state.as_of)


def find_differences(session: Session) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the table and key of every cell that is not what the claims say, an article at a time."""
    state = load_state(session)
    if state is None:
        return
    after = 0
    while ids := _next_articles(session, after):
        cells, topics = build_cells(load_facts(session, ids), state.as_of)
        yield from _compare(session, ScoreCell, _CELL_KEY, cells, ids)
        yield from _compare(session, TopicCell, _TOPIC_KEY, topics, ids)
        after = ids[-1]


def _next_articles(session: Session, after: int) -> list[int]:
    found: set[int] = set()
    for column in (Claim.article_id, ScoreCell.article_id, TopicCell.article_id):
        found.update(session.scalars(select(column).where(column > after).distinct().order_by(column).limit(BATCH)))
    return sorted(found)[:BATCH]


def _compare(
    session: Session, table: Any, names: tuple[str, ...], expected: dict[Any, Counter[str]], ids: Sequence[int]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    columns = [getattr(table, name) for name in (*names, *COUNTS)]
    rows = session.execute(select(*columns).where(among(session, table.article_id, ids)))
    found = {tuple(row[: len(names)]): tuple(row[len(names) :]) for row in rows}
    wanted = {key: tuple(counts[name] for name in COUNTS) for key, counts in expected.items()}
    for key in sorted(found.keys() | wanted.keys(), key=str):
        if found.get(key) != wanted.get(key):
            yield table.__tablename__, key
