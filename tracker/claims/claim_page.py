"""What the page of a claim shows, as loaded; it runs no query."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.articles.models import Article
from tracker.claims.enums import Decision, EvidenceAbout, ProposalKind, RelationKind, Stance, Status
from tracker.claims.labels import state_key
from tracker.claims.models import (
    Check,
    Claim,
    ClaimTranslation,
    Evidence,
    Note,
    Postscript,
    Speaker,
    Topic,
    Verdict,
    VerdictDecision,
)
from tracker.claims.queries.quotes import Quote


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
    is_whole: bool  # whether all evidence and all checks are here
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

    def known_names(self) -> dict[str, tuple[object, ...]]:
        """What names the editors and topics of the page, by row, as the ledger asks for it."""
        editors: dict[str, tuple[object, ...]] = {f"editor:{number}": (name,) for number, name in self.names.items()}
        return editors | {f"topic:{topic.id}": (topic.label_en, topic.label_fr) for topic in self.topics}

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
