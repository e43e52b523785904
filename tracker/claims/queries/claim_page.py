"""Everything a claim's page shows, read in a fixed number of questions however much there is on the claim."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.models import Editor
from tracker.articles.models import Article, ArticleText
from tracker.claims.enums import Decision, EvidenceAbout, ProposalKind, RelationKind, Stance, Status
from tracker.claims.labels import state_key
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
class Proposal:
    """One line of the chain: what was proposed, what became of it (None: it waits), and what was added later."""

    verdict: Verdict
    decision: VerdictDecision | None
    postscripts: tuple[Postscript, ...]

    @property
    def is_signed(self) -> bool:
        """Whether a second editor (or one alone, where that is allowed) signed it."""
        return self.decision is not None and self.decision.decision is Decision.SIGNED

    @property
    def is_decided_alone(self) -> bool:
        """Whether the one who gave the verdict also decided on it, without a second signature."""
        return self.is_signed and self.decision is not None and self.decision.decided_by_id == self.verdict.proposed_by_id

    @property
    def is_withdrawal(self) -> bool:
        """Whether it asks to take the claim out, not for a verdict."""
        return self.verdict.proposal_kind is ProposalKind.WITHDRAWAL


@dataclass(frozen=True)
class Related:
    """A related claim; `from_there` if the relation was entered on the other one."""

    id: int
    kind: RelationKind
    claim_id: int
    statement: str
    language: str
    from_there: bool


@dataclass(frozen=True)
class ClaimPage:
    """A claim with all that was gathered on it. `names`: of every editor in it, by id. `speaker`: after merges."""

    claim: Claim
    today: date
    topics: tuple[Topic, ...]
    translations: dict[str, ClaimTranslation]
    quote: Quote
    quote_kept_at: datetime | None
    evidence: tuple[Evidence, ...]
    checks: tuple[Check, ...]
    notes: tuple[Note, ...]
    older: dict[str, int | None]  # of each list, the id before which to ask for older rows; None at its end
    stances: dict[Stance, int] | None  # counts of all evidence where only some of it is shown
    proposals: tuple[Proposal, ...]
    relations: tuple[Related, ...]
    speaker: Speaker | None
    first_evidence_on: date | None
    names: dict[int, str]

    @property
    def article(self) -> Article:
        """The article it is from."""
        return self.claim.article

    @property
    def signed(self) -> Proposal | None:
        """The latest signed verdict (also while it is under review)."""
        return self._proposal(self.claim.signed_verdict_id)

    @property
    def proposed(self) -> Proposal | None:
        """What waits for its second signature."""
        return self._proposal(self.claim.proposal_id)

    @property
    def under_review(self) -> bool:
        """Whether a verdict is signed and a new one is being worked on."""
        return self.claim.signed_verdict_id is not None and self.claim.status in (Status.OPEN, Status.DUE, Status.PROPOSED)

    @property
    def returned(self) -> Proposal | None:
        """The proposal that was sent back last, while nothing has followed it."""
        last = self.proposals[-1] if self.proposals else None
        return last if last and last.decision and last.decision.decision is Decision.RETURNED else None

    def is_by_party(self, proposal: Proposal) -> bool:
        """Whether a verdict given alone is by an editor who had sent back another one in the same dispute."""
        if not proposal.is_decided_alone or proposal.decision is None:
            return False
        earlier = self.proposals[: self.proposals.index(proposal)]
        signed = [number for number, each in enumerate(earlier) if each.is_signed and not each.is_withdrawal]
        return any(
            each.decision is not None
            and each.decision.decision is Decision.RETURNED
            and each.decision.decided_by_id == proposal.decision.decided_by_id
            for each in earlier[signed[-1] + 1 if signed else 0 :]
            if not each.is_withdrawal
        )

    @property
    def returns(self) -> int:
        """How many verdicts were sent back since the last signed one."""
        count = 0
        for each in self.proposals:
            if each.is_withdrawal or each.decision is None:
                continue
            count = 0 if each.is_signed else count + (each.decision.decision is Decision.RETURNED)
        return count

    @property
    def criteria_timing(self) -> str:
        """When the criteria were set, as a key of `labels.criteria_note`; "" where there are none."""
        claim = self.claim
        if claim.criteria_set_on is None:
            return ""
        if not claim.criteria_retrospective:
            before = claim.review_on is not None and claim.criteria_set_on < claim.review_on
            return "before_review" if before else "undated"
        if claim.review_on is not None and claim.criteria_set_on == claim.review_on:
            return "on_review"
        if claim.review_on is not None and claim.criteria_set_on > claim.review_on:
            return "after_review"
        # The review date may have moved since; without evidence of that day or before, only the review date explains the mark.
        return "after_evidence" if self.first_evidence_on and self.first_evidence_on <= claim.criteria_set_on else "after_review"

    @property
    def state(self) -> str:
        """The one word under which the claim is shown (see `labels.state_key`)."""
        signed = self.signed
        outcome = signed.verdict.outcome if signed else None
        return state_key(self.claim.status, self.claim.review_on, self.today, outcome)

    @property
    def unobserved_on(self) -> date | None:
        """The day of the last check after the deadline of a claim without a verdict; None without such a check."""
        claim = self.claim
        looked = [check.checked_on for check in self.checks if claim.deadline_on and check.checked_on >= claim.deadline_on]
        waits = claim.status in (Status.OPEN, Status.DUE) and claim.signed_verdict_id is None
        return max(looked) if waits and looked else None

    def counts(self) -> dict[str, int]:
        """How much evidence of each stance on the claim itself counts still."""
        if self.stances is not None:
            return {stance.value: self.stances.get(stance, 0) for stance in Stance}
        live = [e.stance for e in self.evidence if e.withdrawn_at is None and e.about is EvidenceAbout.CLAIM]
        return {stance.value: live.count(stance) for stance in Stance}

    def name(self, editor_id: int | None) -> str:
        """An editor's name; "" for the system."""
        return self.names.get(editor_id, "") if editor_id is not None else ""

    def said(self, name: str, language: str) -> tuple[str, str]:
        """Our words (statement, confirmed_if, refuted_if, condition) and their language: the one asked for, if we have them."""
        translated = self.translations.get(language)
        words = getattr(translated, name) if translated is not None else ""
        return (words, language) if words else (getattr(self.claim, name), self.claim.language)

    def also_said(self, language: str) -> tuple[Claim | ClaimTranslation, str] | None:
        """Our words in the other language than the one shown, with that language; None if there are none."""
        if language in self.translations:
            return self.claim, self.claim.language
        other = next(iter(self.translations.values()), None)
        return (other, other.language) if other is not None else None

    def _proposal(self, verdict_id: int | None) -> Proposal | None:
        return next((p for p in self.proposals if p.verdict.id == verdict_id), None)


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
