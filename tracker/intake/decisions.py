"""What editors decide on candidates: keep, reject, put off, undo. A kept one becomes a claim by the services of all claims."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.articles.models import Article, ArticleText
from tracker.claims.enums import Attribution, QuoteKind, RelationKind
from tracker.claims.models import Claim, Speaker
from tracker.claims.services import editing, evidence, moves, speakers
from tracker.claims.services.common import require_editor
from tracker.errors import N_, Conflict, Invalid
from tracker.intake.filling import FIELDS
from tracker.intake.likely import Unlike, plan_likely
from tracker.intake.models import ArticleReading, Candidate, CandidateKind, CandidateState
from tracker.ledger import Actor
from tracker.search.name_keys import name_key
from tracker.sql import require_row


class Decided(Conflict):
    """Another editor, or the same one in another window, was faster. `candidate_id`: whose row tells what was decided."""

    def __init__(self, candidate_id: int) -> None:
        super().__init__(N_("It was changed while you were reading it. Your changes are not saved yet."))
        self.candidate_id = candidate_id


@dataclass(frozen=True)
class Relate:
    """The relation that the new claim is to have with one that is here already."""

    claim_id: int
    kind: RelationKind


@dataclass(frozen=True)
class KeptAtOnce:
    """What "keep all likely" did: the claims, and the candidates that it left, by why ("asks", "similar", "refused").

    `rest`: candidates that it did not come to.
    """

    claims: tuple[int, ...]
    left: Mapping[str, int] = field(default_factory=dict)
    rest: int = 0


def keep(
    session: Session,
    candidate_id: int,
    values: Mapping[str, object],
    *,
    actor: Actor,
    version: int,
    track: bool = True,
    relate: Relate | None = None,
    at: datetime | None = None,
) -> Claim:
    """Make a claim of a candidate, tracked or as a draft, with `values` of FIELDS.

    Raises Decided where it was changed since `version`, Invalid, naming the field, for what cannot be kept.
    """
    candidate = lock_candidate(session, candidate_id, version, actor)
    if candidate.state is CandidateState.KEPT:
        raise Decided(candidate_id)
    return _keep(session, candidate, values, actor, at or clock.now(), track, relate)


def keep_likely(session: Session, reading_id: int, *, actor: Actor) -> KeptAtOnce:
    """Keep likely candidates that wait, ask nothing and resemble no claim, up to AT_ONCE; all in the caller's one transaction."""
    require_editor(actor)
    at = clock.now()
    query = (
        select(Candidate)
        .where(
            Candidate.reading_id == reading_id,
            Candidate.kind == CandidateKind.LIKELY,
            Candidate.state == CandidateState.WAITING,
        )
        .order_by(Candidate.quote_start)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    plan = plan_likely(session, reading_id, session.scalars(query).all())
    kept: list[int] = []
    unlike, refused = Unlike(), 0
    for candidate in plan.free:
        if not unlike.is_new(candidate.statement):
            continue
        try:
            with session.begin_nested():
                kept.append(_keep(session, candidate, {}, actor, at, True, None).id)
        except Invalid:
            refused += 1
        else:
            unlike.add(candidate.statement)
    similar = plan.left.get("similar", 0) + len(plan.keep) - len(kept) - refused
    left = {**plan.left, "similar": similar, "refused": refused}
    return KeptAtOnce(tuple(kept), {why: n for why, n in left.items() if n}, plan.rest)


def reject(session: Session, candidate_id: int, *, actor: Actor, version: int) -> None:
    """Record that a candidate is no prediction worth tracking. Raises Decided."""
    _settle(session, candidate_id, CandidateState.REJECTED, {}, actor, version)


def put_off(session: Session, candidate_id: int, values: Mapping[str, object], *, actor: Actor, version: int) -> None:
    """Put a candidate after those that wait, with what was changed in it so far. Raises Decided."""
    _settle(session, candidate_id, CandidateState.LATER, values, actor, version)


def lock_candidate(session: Session, candidate_id: int, version: int, actor: Actor) -> Candidate:
    """The candidate, locked until the transaction ends. Raises Decided if it has changed since `version`."""
    require_editor(actor)
    candidate = require_row(session, Candidate, candidate_id, with_for_update=True, populate_existing=True)
    if candidate.version != version:
        raise Decided(candidate_id)
    return candidate


def _settle(
    session: Session, candidate_id: int, state: CandidateState, values: Mapping[str, object], actor: Actor, version: int
) -> None:
    candidate = lock_candidate(session, candidate_id, version, actor)
    if candidate.state is CandidateState.KEPT:
        raise Decided(candidate_id)
    _apply(candidate, values)
    _decide(candidate, state, actor, clock.now())
    session.flush()


def _apply(candidate: Candidate, values: Mapping[str, object]) -> None:
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise TypeError(f"no such fields of a candidate: {sorted(unknown)}")
    for name, value in values.items():
        if getattr(candidate, name) != value:
            setattr(candidate, name, value)
            candidate.is_edited = True


def _decide(candidate: Candidate, state: CandidateState, actor: Actor, at: datetime) -> None:
    candidate.state = state
    candidate.decided_at, candidate.decided_by_id = at, actor.editor_id
    candidate.version += 1


def _keep(
    session: Session,
    candidate: Candidate,
    values: Mapping[str, object],
    actor: Actor,
    at: datetime,
    track: bool,
    relate: Relate | None,
) -> Claim:
    _apply(candidate, values)
    reading = session.get_one(ArticleReading, candidate.reading_id)
    article = session.get_one(Article, reading.article_id)
    claim = editing.create(
        session,
        article,
        actor=actor,
        at=at,
        owner_id=actor.editor_id,
        topic_ids=tuple(candidate.topic_ids),
        **_build_terms(session, candidate, reading, article, actor, at),
    )
    if track:
        moves.track(session, claim, actor=actor, version=claim.version, at=at)
    if relate is not None:
        evidence.relate(session, claim, relate.claim_id, relate.kind, actor=actor, at=at)
    candidate.claim_id = claim.id
    _decide(candidate, CandidateState.KEPT, actor, at)
    session.flush()
    return claim


def _build_terms(
    session: Session, candidate: Candidate, reading: ArticleReading, article: Article, actor: Actor, at: datetime
) -> dict[str, Any]:
    if candidate.attribution is None:
        raise Invalid(N_("Choose who says this: the article itself, or someone it names."), field="attribution")
    body = session.scalars(
        select(ArticleText.body).where(ArticleText.article_id == article.id, ArticleText.number == reading.text_number)
    ).one()
    return {
        "statement": candidate.statement,
        "language": reading.language,
        "quote": body[candidate.quote_start : candidate.quote_end],
        "quote_kind": QuoteKind.VERBATIM,
        "quote_language": article.language,
        "text_number": reading.text_number,
        "quote_start": candidate.quote_start,
        "quote_end": candidate.quote_end,
        "speaker_id": _find_speaker(session, candidate, actor, at),
        "attribution": candidate.attribution,
        "hedge": candidate.hedge,
        "certainty": candidate.certainty,
        "likelihood_low": candidate.likelihood_low,
        "likelihood_high": candidate.likelihood_high,
        "confirmed_if": candidate.confirmed_if,
        "refuted_if": candidate.refuted_if,
        "made_on": article.published_on,
        "deadline_on": candidate.deadline_on,
        "deadline_source": candidate.deadline_source if candidate.deadline_on else None,
        "review_on": candidate.review_on,
    }


def _find_speaker(session: Session, candidate: Candidate, actor: Actor, at: datetime) -> int | None:
    """The speaker on file, by their number or as the only one of this name; else a new one. None: the article's own voice."""
    if candidate.attribution is Attribution.ARTICLE:
        if candidate.speaker_id is not None or candidate.speaker_name:
            raise Invalid(N_("Say whether the article states or implies who it is."), field="attribution")
        return None
    if candidate.speaker_id is not None:
        return candidate.speaker_id
    if not candidate.speaker_name.strip():
        raise Invalid(N_("Name the speaker, or choose the article's own voice."), field="speaker_name")
    query = select(Speaker.id).where(Speaker.name_key == name_key(candidate.speaker_name), Speaker.merged_into_id.is_(None))
    same = session.scalars(query.limit(2)).all()
    if len(same) > 1:
        raise Invalid(N_("Several speakers have this name. Choose one of the list."), field="speaker_name")
    if same:
        return same[0]
    try:
        added = speakers.add_speaker(session, actor=actor, name=candidate.speaker_name, kind=candidate.speaker_kind, at=at)
    except Invalid as refused:
        raise Invalid(refused.message.text, field="speaker_name", **refused.message.params) from None
    return added.id
