"""Everything a claim's page shows, read in a fixed number of questions however much there is on the claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeVar

from sqlalchemy import Integer, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.queries import editor_names
from tracker.articles.models import ArticleText
from tracker.claims.claim_page import ClaimPage, Proposal, Related
from tracker.claims.enums import EvidenceAbout, Stance
from tracker.claims.models import (
    Check,
    Claim,
    ClaimTopic,
    ClaimTranslation,
    Evidence,
    Note,
    Postscript,
    Relation,
    Speaker,
    Topic,
    Verdict,
    VerdictDecision,
)
from tracker.claims.queries.quotes import NumberedText, Quote, compare_quote
from tracker.errors import NotFound
from tracker.newsroom import settings
from tracker.sql import AnyRow, AnySelect, read_columns

T = TypeVar("T", Evidence, Check, Note)


@dataclass(frozen=True)
class Window:
    """How much of a claim's lists a page shows: the newest `most` of each before the ids given; all of them without `most`."""

    most: int | None = None
    evidence_before: int | None = None
    checks_before: int | None = None
    notes_before: int | None = None


ALL: Final = Window()

# What is on a claim, learnt with the claim itself: most have no notes, relations or verdicts, and are not asked for them.
_LISTS: Final[dict[str, object]] = {
    "evidence": Evidence.claim_id,
    "checks": Check.claim_id,
    "notes": Note.claim_id,
    "proposals": Verdict.claim_id,
    "topics": ClaimTopic.claim_id,
    "translations": ClaimTranslation.claim_id,
    "relations": Relation.claim_id,
    "related": Relation.other_id,
}


# Asked on every page of a claim, so built once.
_GIVEN: Final[object] = bindparam("claim_id")


@lru_cache
def _claim() -> AnySelect:
    """The query of a claim with its article and speaker, and whether there is anything in each of its lists; built once."""
    has = [select(literal_column("1")).where(column == Claim.id).exists().label(name) for name, column in _LISTS.items()]
    query = select(Claim, *has).where(Claim.id == _GIVEN)
    return query.options(joinedload(Claim.article), joinedload(Claim.speaker))


def load(session: Session, claim_id: int, *, today: date, notes: bool = True, window: Window = ALL) -> ClaimPage:
    """Read a claim's page. Raises NotFound. Without `notes`, the private talk of the editors is left out."""
    page = load_unnamed(session, claim_id, today=today, notes=notes, window=window)
    add_names(session, page)
    return page


def add_names(session: Session, page: ClaimPage, known: Mapping[int, str] = MappingProxyType({})) -> None:
    """Read the names of the editors that the page speaks of, but for those `known` already."""
    wanted = {each for each in _speaks_of(page) if each is not None}
    page.names.update({number: known[number] for number in wanted if number in known})
    page.names.update(editor_names(session, wanted - page.names.keys()))


def load_unnamed(session: Session, claim_id: int, *, today: date, notes: bool = True, window: Window = ALL) -> ClaimPage:
    """The same without the names of its editors."""
    has = session.execute(_claim(), {"claim_id": claim_id}).one_or_none()
    if has is None:
        raise NotFound()
    claim: Claim = has[0]
    anchored, latest = _texts(session, claim)
    none: tuple[tuple[()], None] = (), None
    evidence, older_evidence = _newest(session, Evidence, claim_id, window.most, window.evidence_before) if has.evidence else none
    checks, older_checks = _newest(session, Check, claim_id, window.most, window.checks_before) if has.checks else none
    talk, older_notes = _newest(session, Note, claim_id, window.most, window.notes_before) if notes and has.notes else none
    proposals = _proposals(session, claim_id) if has.proposals else ()
    return ClaimPage(
        claim=claim,
        today=today,
        topics=_topics(session, claim_id) if has.topics else (),
        translations=_translations(session, claim_id) if has.translations else {},
        quote=_compared(claim, anchored, latest),
        quote_kept_at=anchored.received_at if anchored else None,
        evidence=evidence,
        checks=tuple(sorted(checks, key=lambda check: (check.checked_on, check.id))),
        notes=talk,
        is_whole=all(each is None for each in (older_evidence, older_checks, window.evidence_before, window.checks_before)),
        older={"evidence": older_evidence, "checks": older_checks, "notes": older_notes},
        stances=_stances(session, claim_id) if older_evidence is not None or window.evidence_before is not None else None,
        proposals=proposals,
        relations=_relations(session, claim_id) if has.relations or has.related else (),
        speaker=_merged_into(session, claim.speaker),
        first_evidence_on=_first_evidence_on(session, claim),
        names={},
    )


def _newest(
    session: Session, table: type[T], claim_id: int, most: int | None, before: int | None
) -> tuple[tuple[T, ...], int | None]:
    """The newest rows of a claim, oldest first, and the id before which there are more."""
    asked = {"claim_id": claim_id, "before": before}
    if most is None:
        return tuple(session.scalars(select(table).where(table.claim_id == claim_id).order_by(table.id))), None
    rows = session.scalars(_newest_of(table, most, before is not None), asked).all()
    older = rows[most - 1].id if len(rows) > most else None
    return tuple(reversed(rows[:most])), older


@lru_cache
def _newest_of(table: type[T], most: int, is_later_page: bool) -> AnySelect:
    query = select(table).where(table.claim_id == _GIVEN)
    if is_later_page:
        query = query.where(table.id < bindparam("before"))
    return query.order_by(table.id.desc()).limit(most + 1)


def _stances(session: Session, claim_id: int) -> dict[Stance, int]:
    query = select(Evidence.stance, func.count().label("pieces")).where(
        Evidence.claim_id == claim_id, Evidence.withdrawn_at.is_(None), Evidence.about == EvidenceAbout.CLAIM
    )
    return {row.stance: row.pieces for row in session.execute(query.group_by(Evidence.stance))}


def _compared(claim: Claim, anchored: AnyRow | None, latest: AnyRow | None) -> Quote:
    newest = NumberedText(latest) if latest is not None else None
    older = newest if anchored is latest else NumberedText(anchored) if anchored is not None else None
    return compare_quote(claim, older, newest)


def _merged_into(session: Session, speaker: Speaker | None) -> Speaker | None:
    """The speaker that a merged one was merged into; else the speaker."""
    if speaker is None or speaker.merged_into_id is None:
        return speaker
    return session.get(Speaker, speaker.merged_into_id)


def _first_evidence_on(session: Session, claim: Claim) -> date | None:
    """The day of the first piece of evidence; read only where it may explain why the criteria are marked as late."""
    if not claim.criteria_retrospective:
        return None
    added_at = session.scalar(select(func.min(Evidence.added_at)).where(Evidence.claim_id == claim.id))
    return added_at.astimezone(settings.load(session).zone).date() if added_at is not None else None


_NEWEST: Final = select(func.max(ArticleText.number)).where(ArticleText.article_id == bindparam("article_id")).scalar_subquery()
_TEXTS: Final = (
    select(ArticleText.number, ArticleText.body, ArticleText.received_at)
    .where(
        ArticleText.article_id == bindparam("article_id"),
        or_(ArticleText.number == _NEWEST, ArticleText.number == bindparam("number", type_=Integer)),
    )
    .order_by(ArticleText.number)
)


def _texts(session: Session, claim: Claim) -> tuple[AnyRow | None, AnyRow | None]:
    """The text that the quote was taken from, and the newest one, in one question."""
    found = read_columns(session, _TEXTS, {"article_id": claim.article_id, "number": claim.text_number}).all()
    anchored = next((text for text in found if text.number == claim.text_number), None)
    return anchored, (found[-1] if found else None)


_TOPICS: Final = (
    select(Topic).join(ClaimTopic, ClaimTopic.topic_id == Topic.id).where(ClaimTopic.claim_id == _GIVEN).order_by(Topic.id)
)


def _topics(session: Session, claim_id: int) -> tuple[Topic, ...]:
    return tuple(session.scalars(_TOPICS, {"claim_id": claim_id}))


def _translations(session: Session, claim_id: int) -> dict[str, ClaimTranslation]:
    query = select(ClaimTranslation).where(ClaimTranslation.claim_id == claim_id)
    return {row.language: row for row in session.scalars(query)}


def _proposals(session: Session, claim_id: int) -> tuple[Proposal, ...]:
    rows = session.execute(
        select(Verdict, VerdictDecision)
        .outerjoin(VerdictDecision, VerdictDecision.verdict_id == Verdict.id)
        .where(Verdict.claim_id == claim_id)
        .order_by(Verdict.number)
    ).all()
    lines: dict[int, list[Postscript]] = {}
    added = session.scalars(
        select(Postscript)
        .join(Verdict, Verdict.id == Postscript.verdict_id)
        .where(Verdict.claim_id == claim_id)
        .order_by(Postscript.id)
    )
    for line in added:
        lines.setdefault(line.verdict_id, []).append(line)
    return tuple(Proposal(verdict, decision, tuple(lines.get(verdict.id, ()))) for verdict, decision in rows)


def _relations(session: Session, claim_id: int) -> tuple[Related, ...]:
    other = or_(
        (Relation.claim_id == claim_id) & (Claim.id == Relation.other_id),
        (Relation.other_id == claim_id) & (Claim.id == Relation.claim_id),
    )
    rows = session.execute(
        select(Relation.id, Relation.kind, Relation.claim_id, Claim.id.label("other"), Claim.statement, Claim.language)
        .join(Claim, other)
        .where(or_(Relation.claim_id == claim_id, Relation.other_id == claim_id))
        .order_by(Relation.id)
    )
    return tuple(
        Related(row.id, row.kind, row.other, row.statement, row.language, from_there=row.claim_id != claim_id) for row in rows
    )


def _speaks_of(page: ClaimPage) -> set[int | None]:
    claim = page.claim
    people: set[int | None] = {claim.owner_id, claim.requested_signer_id, claim.created_by_id}
    for source in page.evidence:
        people |= {source.added_by_id, source.withdrawn_by_id}
    people |= {check.editor_id for check in page.checks} | {note.author_id for note in page.notes}
    for proposal in page.proposals:
        people.add(proposal.verdict.proposed_by_id)
        people |= {line.author_id for line in proposal.postscripts}
        if proposal.decision is not None:
            people.add(proposal.decision.decided_by_id)
    return people
