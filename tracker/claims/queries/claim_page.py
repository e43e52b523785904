"""Everything a claim's page shows, read in a fixed number of questions however much there is on the claim."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.models import Editor
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

T = TypeVar("T", Evidence, Check, Note)


@dataclass(frozen=True)
class Window:
    """How much of a claim's lists a page shows: the newest `most` of each before the ids given; all of them without `most`."""

    most: int | None = None
    evidence_before: int | None = None
    checks_before: int | None = None
    notes_before: int | None = None


ALL: Final = Window()


def load(session: Session, claim_id: int, *, today: date, notes: bool = True, window: Window = ALL) -> ClaimPage:
    """Read a claim's page. Raises NotFound. Without `notes`, the private talk of the editors is left out."""
    claim = session.scalar(
        select(Claim).where(Claim.id == claim_id).options(joinedload(Claim.article), joinedload(Claim.speaker))
    )
    if claim is None:
        raise NotFound()
    anchored, latest = _texts(session, claim)
    evidence, older_evidence = _newest(session, Evidence, claim_id, window.most, window.evidence_before)
    checks, older_checks = _newest(session, Check, claim_id, window.most, window.checks_before)
    talk, older_notes = _newest(session, Note, claim_id, window.most, window.notes_before) if notes else ((), None)
    proposals = _proposals(session, claim_id)
    page = ClaimPage(
        claim=claim,
        today=today,
        topics=_topics(session, claim_id),
        translations={
            row.language: row for row in session.scalars(select(ClaimTranslation).where(ClaimTranslation.claim_id == claim_id))
        },
        quote=_compared(claim, anchored, latest),
        quote_kept_at=anchored.received_at if anchored else None,
        evidence=evidence,
        checks=tuple(sorted(checks, key=lambda check: (check.checked_on, check.id))),
        notes=talk,
        older={"evidence": older_evidence, "checks": older_checks, "notes": older_notes},
        stances=_stances(session, claim_id) if older_evidence is not None or window.evidence_before is not None else None,
        proposals=proposals,
        relations=_relations(session, claim_id),
        speaker=_merged_into(session, claim.speaker),
        first_evidence_on=_first_evidence_on(session, claim),
        names={},
    )
    page.names.update(editor_names(session, _speaks_of(page)))
    return page


def _newest(
    session: Session, table: type[T], claim_id: int, most: int | None, before: int | None
) -> tuple[tuple[T, ...], int | None]:
    """The newest rows of a claim, oldest first, and the id before which there are more."""
    query = select(table).where(table.claim_id == claim_id)
    if most is None:
        return tuple(session.scalars(query.order_by(table.id))), None
    if before is not None:
        query = query.where(table.id < before)
    rows = session.scalars(query.order_by(table.id.desc()).limit(most + 1)).all()
    older = rows[most - 1].id if len(rows) > most else None
    return tuple(reversed(rows[:most])), older


def _stances(session: Session, claim_id: int) -> dict[Stance, int]:
    query = select(Evidence.stance, func.count().label("pieces")).where(
        Evidence.claim_id == claim_id, Evidence.withdrawn_at.is_(None), Evidence.about == EvidenceAbout.CLAIM
    )
    return {row.stance: row.pieces for row in session.execute(query.group_by(Evidence.stance))}


def _compared(claim: Claim, anchored: ArticleText | None, latest: ArticleText | None) -> Quote:
    older = NumberedText(anchored) if anchored is not None else None
    return compare_quote(claim, older, NumberedText(latest) if latest is not None else None)


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


def _texts(session: Session, claim: Claim) -> tuple[ArticleText | None, ArticleText | None]:
    """The text that the quote was taken from, and the newest one, in one question."""
    newest = select(func.max(ArticleText.number)).where(ArticleText.article_id == claim.article_id).scalar_subquery()
    wanted = or_(ArticleText.number == newest, ArticleText.number == claim.text_number)
    found = session.scalars(
        select(ArticleText).where(ArticleText.article_id == claim.article_id, wanted).order_by(ArticleText.number)
    ).all()
    anchored = next((text for text in found if text.number == claim.text_number), None)
    return anchored, (found[-1] if found else None)


def _topics(session: Session, claim_id: int) -> tuple[Topic, ...]:
    query = select(Topic).join(ClaimTopic, ClaimTopic.topic_id == Topic.id).where(ClaimTopic.claim_id == claim_id)
    return tuple(session.scalars(query.order_by(Topic.id)))


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


def editor_names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these editors, by id."""
    wanted = sorted({each for each in ids if each is not None})
    if not wanted:
        return {}
    return {row.id: row.name for row in session.execute(select(Editor.id, Editor.name).where(Editor.id.in_(wanted)))}
