"""Keeping the cells equal to the claims: in the transaction of every change, and as days pass."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import String, cast, delete, exists, func, select, text, update
from sqlalchemy.orm import Session

from tracker.accounts import demo
from tracker.accounts.models import Editor
from tracker.claims.enums import RelationKind, Status
from tracker.claims.merged_speakers import list_relatives
from tracker.claims.models import Claim, ClaimTopic, Relation, Speaker, Verdict
from tracker.claims.visibility import names_speaker
from tracker.scores import totals
from tracker.scores.counting import ClaimFacts, build_cells
from tracker.scores.kept_cells import CELL_KEY, CELLS, TOPIC_CELLS, Kept, find_both, replace
from tracker.scores.models import ScoreCell, ScoreState, ScoreTotal, TopicCell
from tracker.scores.speaker_merges import merge_cells
from tracker.sql import ByNumbers, among

BATCH: Final = 500  # articles
_STATE: Final = 1
# Events of a claim that change no count.
_IRRELEVANT: Final = ("note.", "check.", "evidence.", "translation.", "postscript.")
_IRRELEVANT_MOVES: Final = frozenset({"claim.flag", "claim.propose", "claim.return"})

# The topics of a claim, with spaces between: one statement less for every signature.
_TOPICS: Final = (
    select(func.aggregate_strings(cast(ClaimTopic.topic_id, String), " "))
    .where(ClaimTopic.claim_id == Claim.id)
    .correlate(Claim)
    .scalar_subquery()
)
_FACTS: Final = ByNumbers(
    Claim.article_id,
    lambda wanted: (
        select(
            Claim.article_id,
            # Merged speakers are one.
            func.coalesce(Speaker.merged_into_id, Claim.speaker_id).label("speaker_id"),
            Claim.owner_id,
            Editor.desk_id,
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
            _TOPICS.label("topics"),
        )
        .outerjoin(Verdict, Verdict.id == Claim.signed_verdict_id)
        .outerjoin(Speaker, Speaker.id == Claim.speaker_id)
        .outerjoin(Editor, Editor.id == Claim.owner_id)
        .where(
            wanted,
            Claim.status.not_in((Status.DRAFT, Status.WITHDRAWN)),
            names_speaker(),
            ~exists().where(Relation.claim_id == Claim.id, Relation.kind == RelationKind.DUPLICATE_OF),
            Claim.is_sample.is_(False) | demo.is_one_condition(),
        )
    ),
)
# Two transactions that count the same article would each miss what the other changed: the row makes them wait for each other.
_STATE_ROW: Final = select(ScoreState.as_of).where(ScoreState.id == _STATE).with_for_update()
_MOVED: Final = "editor.desk"
_MERGED, _UNMERGED = "speaker.merge", "speaker.unmerge"
_ARTICLES: Final = ByNumbers(Claim.id, lambda wanted: select(Claim.article_id).where(wanted).distinct())


def load_facts(session: Session, article_ids: Sequence[int]) -> list[ClaimFacts]:
    """Return the facts of the claims of some articles that count.

    Drafts, withdrawn claims, duplicates and claims whose speaker is only implied do not, nor does the sample outside a
    demonstration.
    """
    session.flush()
    rows: list[tuple[Any, ...]] = [tuple(row) for row in _FACTS.run(session, article_ids)]
    facts: list[tuple[Any, ...]] = [(*row[:-1], tuple(map(int, (row[-1] or "").split()))) for row in rows]
    return [ClaimFacts(*each) for each in facts]


def rebuild(session: Session, article_ids: Iterable[int], day: date) -> None:
    """Count the claims of some articles again, as of a day; only cells that changed are written, and the sums of them."""
    session.flush()
    as_of = session.connection().execute(_STATE_ROW).scalar_one_or_none()
    # Another process may have begun a later day meanwhile: its articles are not counted back to this one.
    _rebuild(session, article_ids, as_of or day)


def _rebuild(session: Session, article_ids: Iterable[int], day: date) -> None:
    wanted = sorted(set(article_ids))
    for start in range(0, len(wanted), BATCH):
        ids = wanted[start : start + BATCH]
        difference: dict[totals.Key, Sequence[int]] = {}
        before = find_both(session, ids)
        for (kept, counts), old in zip(_count(session, ids, day), before, strict=True):
            if old != counts:
                replace(session, kept, old, counts)
                totals.add(difference, totals.compare(kept.table, old, counts))
        totals.store(session, difference)


def _count(session: Session, article_ids: Sequence[int], day: date) -> Iterator[tuple[Kept, dict[Any, tuple[int, ...]]]]:
    """Yield each table with the cells that it should hold of some articles."""
    cells, topics = build_cells(load_facts(session, article_ids), day)
    yield CELLS, cells
    yield TOPIC_CELLS, topics


def load_state(session: Session, *, locked: bool = False) -> ScoreState | None:
    """Return the day the cells are counted for, or None before the first count; `locked` until the transaction ends."""
    return session.get(ScoreState, _STATE, with_for_update=locked or None, populate_existing=locked)


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
    state = load_state(session, locked=True)
    if state is None:
        if session.get_bind().dialect.name == "postgresql":
            # No row can be locked yet. Transactions that found none and do not count are waited for: this count sees them.
            session.execute(text("LOCK TABLE score_state IN EXCLUSIVE MODE"))
        session.add(ScoreState(id=_STATE, as_of=day, recount_from=date.min))
        # What a database from elsewhere may hold, and what is left of an interrupted first count.
        session.execute(delete(ScoreCell))
        session.execute(delete(TopicCell))
        session.execute(delete(ScoreTotal))
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
    state = load_state(session, locked=True)
    if state is not None and state.as_of == day:
        state.recount_from = None


def update_cells(session: Session, events: Iterable[tuple[str, str]]) -> None:
    """Count the articles of changed claims again; called with the kind and subject of every event that is about to be sealed."""
    events = list(events)
    changed = {
        int(subject.removeprefix("claim:"))
        for kind, subject in events
        if subject.startswith("claim:") and not kind.startswith(_IRRELEVANT) and kind not in _IRRELEVANT_MOVES
    }
    merged = [int(subject.removeprefix("speaker:")) for kind, subject in events if kind == _MERGED]
    unmerged = {int(subject.removeprefix("speaker:")) for kind, subject in events if kind == _UNMERGED}
    moved = {int(subject.removeprefix("editor:")) for kind, subject in events if kind == _MOVED}
    if not (changed or merged or unmerged or moved):
        return
    session.flush()
    as_of = session.connection().execute(_STATE_ROW).scalar_one_or_none()
    if as_of is None:
        return  # the first count will find them
    unmerged |= {speaker_id for speaker_id in merged if not merge_cells(session, speaker_id)}
    articles = _find_articles_of(session, unmerged) if unmerged else set()
    articles |= _find_articles(session, sorted(changed))
    for owner_id in sorted(moved):
        _move_owner(session, owner_id)
    _rebuild(session, articles, as_of)


def _move_owner(session: Session, owner_id: int) -> None:
    """Move the cells of an owner to the desk to which they belong now, without counting a claim."""
    desk_id = session.scalar(select(Editor.desk_id).where(Editor.id == owner_id)) or 0
    # Claims that this transaction gave to others are not among these; their articles are counted again.
    ids = list(session.scalars(select(Claim.article_id).where(Claim.owner_id == owner_id).distinct().order_by(Claim.article_id)))
    at, owner = CELL_KEY.index("desk_id"), CELL_KEY.index("owner_id")

    def move(key: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*key[:at], desk_id, *key[at + 1 :]) if key[owner] == owner_id else key

    difference: dict[totals.Key, Sequence[int]] = {}
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        old = CELLS.find(session, batch)
        new: dict[Any, tuple[int, ...]] = {move(key): counts for key, counts in old.items()}
        totals.add(difference, totals.compare(ScoreCell, old, new))
        theirs = among(session, ScoreCell.article_id, batch) & (ScoreCell.owner_id == owner_id)
        session.execute(update(ScoreCell).where(theirs).values(desk_id=desk_id).execution_options(synchronize_session=False))
    totals.store(session, difference)


def _find_articles(session: Session, claim_ids: Sequence[int]) -> set[int]:
    """Return the articles of some claims; of those that the transaction has changed itself without asking for them."""
    loaded = {id_: session.identity_map.get(session.identity_key(Claim, id_)) for id_ in claim_ids}
    found = {claim.article_id for claim in loaded.values() if claim is not None}
    ids = [id_ for id_, claim in loaded.items() if claim is None]
    for start in range(0, len(ids), BATCH):
        found.update(_ARTICLES.run(session, ids[start : start + BATCH]).scalars())
    return found


def _find_articles_of(session: Session, speaker_ids: set[int]) -> set[int]:
    """Return the articles that quote a speaker, or one that is merged into it or into the same one."""
    family = speaker_ids | list_relatives(session, speaker_ids)
    return set(session.scalars(select(Claim.article_id).where(Claim.speaker_id.in_(family)).distinct()))


def find_differences(session: Session) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the table and key of every cell that is not what the claims say, an article at a time; then of every sum."""
    state = load_state(session)
    if state is None:
        return
    after = 0
    sums: dict[totals.Key, Sequence[int]] = {}
    while ids := _next_articles(session, after):
        for kept, wanted in _count(session, ids, state.as_of):
            totals.add(sums, totals.sum_up(kept.table, wanted))
            found = kept.find(session, ids)
            for key in sorted(found.keys() | wanted.keys(), key=str):
                if found.get(key) != wanted.get(key):
                    yield kept.table.__tablename__, key
        after = ids[-1]
    for key in totals.find_differences(session, sums):
        yield ScoreTotal.__tablename__, key


def _next_articles(session: Session, after: int) -> list[int]:
    found: set[int] = set()
    for column in (Claim.article_id, ScoreCell.article_id, TopicCell.article_id):
        found.update(session.scalars(select(column).where(column > after).distinct().order_by(column).limit(BATCH)))
    return sorted(found)[:BATCH]
