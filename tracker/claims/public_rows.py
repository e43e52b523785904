"""The stored rows that the public form of claims is built from, read for many claims in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor
from tracker.claims import visibility
from tracker.claims.enums import SpeakerKind
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
from tracker.sql import ByNumbers, among, make_alias

# A proposal with what became of it.
Judged = tuple[Verdict, VerdictDecision]
# The day on which a text was erased from the ledger, by row ("verdict:7") and field.
Removed = Mapping[tuple[str, str], date]


@dataclass
class Rows:
    """Everything that belongs to some claims, by claim. Rows have the columns of their tables as attributes."""

    translations: dict[int, list[ClaimTranslation]]
    topics: dict[int, list[Topic]]
    verdicts: dict[int, list[Judged]]  # with their decisions
    held: dict[int, Hold]  # by verdict
    postscripts: dict[int, list[Postscript]]  # by verdict
    evidence: dict[int, list[Evidence]]
    checks: dict[int, list[Check]]
    names: dict[int, list[str]]  # of speakers, with their aliases
    cleared: dict[int, set[str]]
    editors: dict[int, str]
    removed: Removed = field(default_factory=dict)


_MERGED: Final = make_alias(Speaker)
# What most claims lack: asked with the claim, so that nothing is asked for rows that are not there.
_HAS: Final = {
    "has_translations": exists().where(ClaimTranslation.claim_id == Claim.id),
    "has_postscripts": exists().where(Postscript.verdict_id == Verdict.id, Verdict.claim_id == Claim.id),
    "has_checks": exists().where(Check.claim_id == Claim.id, visibility.public_checks()),
}


def _select_all(model: Any, key: Any, order: Any, *where: ColumnElement[bool]) -> ByNumbers:
    columns = model.__table__.c
    return ByNumbers(key, lambda wanted: select(*columns).where(wanted, *where).order_by(key, order))


_CLAIMS: Final = ByNumbers(
    Claim.id,
    lambda wanted: (
        select(
            *Claim.__table__.c,
            *(
                func.coalesce(getattr(_MERGED, name), getattr(Speaker, name)).label(f"named_{name}")
                for name in ("id", "name", "affiliation", "kind")
            ),
            *(condition.label(name) for name, condition in _HAS.items()),
        )
        .outerjoin(Speaker, Speaker.id == Claim.speaker_id)
        .outerjoin(_MERGED, _MERGED.id == Speaker.merged_into_id)
        .where(wanted)
        .order_by(Claim.id)
    ),
)
_VERDICTS: Final = ByNumbers(
    Verdict.claim_id,
    lambda wanted: (
        select(
            *Verdict.__table__.c,
            VerdictDecision.decision,
            VerdictDecision.decided_by_id,
            VerdictDecision.decided_at,
            Hold.until,
            Hold.released_at,
        )
        .join(VerdictDecision, VerdictDecision.verdict_id == Verdict.id)
        .outerjoin(Hold, Hold.verdict_id == Verdict.id)
        .where(wanted)
        .order_by(Verdict.claim_id, Verdict.number)
    ),
)
_TOPICS: Final = ByNumbers(
    ClaimTopic.claim_id,
    lambda wanted: (
        select(ClaimTopic.claim_id, Topic.id, Topic.key, Topic.label_en, Topic.label_fr)
        .join(Topic, Topic.id == ClaimTopic.topic_id)
        .where(wanted)
        .order_by(ClaimTopic.claim_id, Topic.id)
    ),
)
_TRANSLATIONS: Final = _select_all(ClaimTranslation, ClaimTranslation.claim_id, ClaimTranslation.language)
_POSTSCRIPTS: Final = _select_all(Postscript, Postscript.verdict_id, Postscript.id)
_EVIDENCE: Final = _select_all(Evidence, Evidence.claim_id, Evidence.id, visibility.active_public_evidence())
_CHECKS: Final = _select_all(Check, Check.claim_id, Check.id, visibility.public_checks())


@dataclass(frozen=True)
class NamedSpeaker:
    """A speaker as readers would see it: of merged ones, the one that they were merged into."""

    id: int
    name: str
    affiliation: str
    kind: SpeakerKind


Spoken = tuple[Claim, NamedSpeaker | None]


def load_claims(session: Session, ids: Sequence[int]) -> list[Spoken]:
    """The rows of these claims in order of id, each with its speaker."""
    found: list[tuple[Any, NamedSpeaker | None]] = []
    for row in _CLAIMS.run(session, ids):
        named = row.named_id, row.named_name, row.named_affiliation, row.named_kind
        found.append((row, None if row.named_id is None else NamedSpeaker(*named)))
    return found


def load_rows(session: Session, ids: Sequence[int], claims: Sequence[Spoken], *, name_editors: bool) -> Rows:
    """What belongs to these claims, as far as it may leave the newsroom."""
    verdicts: dict[int, list[Any]] = defaultdict(list)
    for row in _VERDICTS.run(session, ids):
        verdicts[row.claim_id].append((row, row))
    having = {name: [claim.id for claim, _ in claims if getattr(claim, name)] for name in _HAS}
    numbers = [verdict.id for claim_id in having["has_postscripts"] for verdict, _ in verdicts.get(claim_id, [])]
    implied = {claim.speaker_id for claim, _ in claims if not visibility.may_name_speaker(claim.attribution) and claim.speaker_id}
    editors: dict[int, str] = {}
    if name_editors:
        people = {v.proposed_by_id for pairs in verdicts.values() for v, _ in pairs}
        people |= {d.decided_by_id for pairs in verdicts.values() for _, d in pairs}
        query_names = select(Editor.id, Editor.name).where(Editor.id.in_(filter(None, people)))
        editors = {row.id: row.name for row in session.execute(query_names)}
    return Rows(
        translations=_group(session, _TRANSLATIONS, having["has_translations"], "claim_id"),
        topics=_group(session, _TOPICS, ids, "claim_id"),
        verdicts=verdicts,
        held={row.id: row for pairs in verdicts.values() for row, _ in pairs if row.until is not None},
        postscripts=_group(session, _POSTSCRIPTS, numbers, "verdict_id"),
        evidence=_group(session, _EVIDENCE, ids, "claim_id"),
        checks=_group(session, _CHECKS, having["has_checks"], "claim_id"),
        names=_load_names(session, implied) if implied else {},
        cleared=_load_clearances(session, ids) if implied else {},
        editors=editors,
    )


def _group(session: Session, query: ByNumbers, numbers: Sequence[int], key: str) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in query.run(session, numbers) if numbers else ():
        found[getattr(row, key)].append(row)
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
