"""The stored rows that the public form of claims is built from, read for many claims in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Editor
from tracker.claims import visibility
from tracker.claims.enums import Attribution
from tracker.claims.models import (
    Check,
    Claim,
    ClaimTopic,
    ClaimTranslation,
    Evidence,
    Hold,
    NameClearance,
    Postscript,
    Speaker,
    SpeakerAlias,
    Topic,
    Verdict,
    VerdictDecision,
)
from tracker.sql import among

# The day on which a text was erased from the ledger, by row ("verdict:7") and field.
Removed = Mapping[tuple[str, str], date]


@dataclass
class Rows:
    """Everything that belongs to some claims, by claim."""

    translations: dict[int, list[ClaimTranslation]]
    topics: dict[int, list[Topic]]
    verdicts: dict[int, list[tuple[Verdict, VerdictDecision]]]
    held: dict[int, Hold]  # by verdict
    postscripts: dict[int, list[Postscript]]  # by verdict
    evidence: dict[int, list[Evidence]]
    checks: dict[int, list[Check]]
    names: dict[int, list[str]]  # of speakers, with their aliases
    cleared: dict[int, set[str]]
    editors: dict[int, str]
    removed: Removed = field(default_factory=dict)


def load_claims(session: Session, ids: Sequence[int]) -> list[tuple[Claim, Speaker | None]]:
    """These claims in order of id, each with its speaker: of merged ones, the one they were merged into."""
    merged = aliased(Speaker)
    query = (
        select(Claim, Speaker, merged)
        .outerjoin(Speaker, Speaker.id == Claim.speaker_id)
        .outerjoin(merged, merged.id == Speaker.merged_into_id)
        .where(among(session, Claim.id, ids))
        .order_by(Claim.id)
        .execution_options(populate_existing=True)
    )
    return [(claim, into or speaker) for claim, speaker, into in session.execute(query)]


def load_rows(session: Session, ids: Sequence[int], claims: Sequence[Any], *, name_editors: bool) -> Rows:
    """What belongs to these claims, as far as it may leave the newsroom."""
    verdicts = defaultdict(list)
    query = (
        select(Verdict, VerdictDecision)
        .join(VerdictDecision, VerdictDecision.verdict_id == Verdict.id)
        .where(among(session, Verdict.claim_id, ids))
        .order_by(Verdict.claim_id, Verdict.number)
    )
    for verdict, decision in session.execute(query):
        verdicts[verdict.claim_id].append((verdict, decision))
    numbers = [verdict.id for pairs in verdicts.values() for verdict, _ in pairs]
    implied = {claim.speaker_id for claim, _ in claims if claim.attribution is Attribution.IMPLIED and claim.speaker_id}
    editors: dict[int, str] = {}
    if name_editors:
        people = {v.proposed_by_id for pairs in verdicts.values() for v, _ in pairs}
        people |= {d.decided_by_id for pairs in verdicts.values() for _, d in pairs}
        query_names = select(Editor.id, Editor.name).where(Editor.id.in_(filter(None, people)))
        editors = {row.id: row.name for row in session.execute(query_names)}
    topics = defaultdict(list)
    of_topics = (
        select(ClaimTopic.claim_id, Topic)
        .join(Topic, Topic.id == ClaimTopic.topic_id)
        .where(among(session, ClaimTopic.claim_id, ids))
        .order_by(ClaimTopic.claim_id, Topic.id)
    )
    for claim_id, topic in session.execute(of_topics):
        topics[claim_id].append(topic)
    return Rows(
        translations=_by(session, ClaimTranslation, ClaimTranslation.claim_id, ids, ClaimTranslation.language),
        topics=topics,
        verdicts=verdicts,
        held={hold.verdict_id: hold for hold in session.scalars(select(Hold).where(among(session, Hold.claim_id, ids)))},
        postscripts=_by(session, Postscript, Postscript.verdict_id, numbers, Postscript.id) if numbers else {},
        evidence=_by(session, Evidence, Evidence.claim_id, ids, Evidence.id, visibility.active_public_evidence()),
        checks=_by(session, Check, Check.claim_id, ids, Check.id, visibility.public_checks()),
        names=_load_names(session, implied) if implied else {},
        cleared=_load_clearances(session, ids) if implied else {},
        editors=editors,
    )


def _by(session: Session, model: Any, key: Any, ids: Sequence[int], order: Any, *where: Any) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in session.scalars(select(model).where(among(session, key, ids), *where).order_by(key, order)):
        found[getattr(row, key.key)].append(row)
    return found


def _load_names(session: Session, speaker_ids: set[int]) -> dict[int, list[str]]:
    """The names and aliases of speakers, and of all whom they are merged with."""
    into = select(Speaker.merged_into_id).where(Speaker.id.in_(speaker_ids), Speaker.merged_into_id.is_not(None))
    targets = speaker_ids | {each for each in session.scalars(into) if each is not None}
    query = select(Speaker.id, Speaker.merged_into_id, Speaker.name).where(
        Speaker.id.in_(targets) | Speaker.merged_into_id.in_(targets)
    )
    people = session.execute(query).all()
    aliases = select(SpeakerAlias.speaker_id, SpeakerAlias.name).where(
        SpeakerAlias.speaker_id.in_([person.id for person in people])
    )
    own = defaultdict(list, {person.id: [person.name] for person in people})
    for speaker_id, name in session.execute(aliases):
        own[speaker_id].append(name)
    groups: dict[int, list[str]] = defaultdict(list)
    for person in people:
        groups[person.merged_into_id or person.id].extend(own[person.id])
    root = {person.id: person.merged_into_id or person.id for person in people}
    return {speaker_id: groups[root[speaker_id]] for speaker_id in speaker_ids if speaker_id in root}


def _load_clearances(session: Session, ids: Sequence[int]) -> dict[int, set[str]]:
    cleared = defaultdict(set)
    query = select(NameClearance.claim_id, NameClearance.field).where(among(session, NameClearance.claim_id, ids))
    for claim_id, name in session.execute(query):
        cleared[claim_id].add(name)
    return cleared
