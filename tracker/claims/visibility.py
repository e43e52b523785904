"""What may leave the newsroom, decided here and nowhere else.

Exports, feeds, webhooks, calendars, the dossier, the ledger's export and the public pages ask these functions. Three kinds of
things stay inside: internal evidence and checks; the name of a speaker whom the article only implies; verdicts that are
unsigned, held back by an embargo, or rest on something that is itself internal.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from tracker.claims.enums import Attribution, Decision, Outcome, ProposalKind, Visibility
from tracker.claims.models import Check, Claim, Evidence, Hold, Speaker, Verdict, VerdictDecision
from tracker.search.folding import fold_words


def is_public(row: Evidence | Check) -> bool:
    """Whether a piece of evidence or a check may leave the newsroom; one without a visibility is internal."""
    return row.visibility is Visibility.PUBLIC


def public_evidence() -> ColumnElement[bool]:
    """The condition for evidence that may leave, withdrawn pieces included."""
    return Evidence.visibility == Visibility.PUBLIC


def active_public_evidence() -> ColumnElement[bool]:
    """The condition for evidence that may leave and was not withdrawn: what a verdict can rest on."""
    return and_(Evidence.withdrawn_at.is_(None), public_evidence())


def is_active_public_evidence(row: Evidence) -> bool:
    """The same of one piece."""
    return row.withdrawn_at is None and is_public(row)


def public_checks() -> ColumnElement[bool]:
    """The condition for checks that may leave."""
    return Check.visibility == Visibility.PUBLIC


def may_name_speaker(attribution: str) -> bool:
    """Whether the speaker of a claim may be named outside, by its `Attribution`; one whom the article only implies may not."""
    return attribution != Attribution.IMPLIED


def names_speaker() -> ColumnElement[bool]:
    """The condition for claims whose speaker may be named outside."""
    return Claim.attribution != Attribution.IMPLIED


def is_signed(verdict: Verdict, decision: VerdictDecision | None) -> bool:
    """Whether a proposal is a verdict that was signed; proposals, returned ones and withdrawals are not."""
    is_verdict = verdict.proposal_kind is ProposalKind.VERDICT
    return is_verdict and decision is not None and decision.decision is Decision.SIGNED


def decided_alone(verdict_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a decision is that of the verdict's own proposer: nothing may call it a second signature."""
    proposer = select(Verdict.proposed_by_id).where(Verdict.id == verdict_id).scalar_subquery()
    return (
        VerdictDecision.verdict_id == verdict_id,
        VerdictDecision.decision == Decision.SIGNED,
        VerdictDecision.decided_by_id.is_not_distinct_from(proposer),
    )


def is_released() -> ColumnElement[bool]:
    """The condition for verdicts and withdrawals that were signed and are not held back."""
    signed = exists().where(VerdictDecision.verdict_id == Verdict.id, VerdictDecision.decision == Decision.SIGNED)
    return and_(signed, is_not_held())


def is_not_held() -> ColumnElement[bool]:
    """The condition for verdicts that no embargo holds back."""
    return ~exists().where(Hold.verdict_id == Verdict.id, Hold.released_at.is_(None))


def is_only_implied() -> ColumnElement[bool]:
    """The condition for speakers of whom there are claims, and whom no article names."""
    # A sum over each speaker's own claims; of EXISTS, PostgreSQL reads the speakers of all claims beforehand.
    named = select(func.sum(case((names_speaker(), 1), else_=0))).where(Claim.speaker_id == Speaker.id).scalar_subquery()
    return func.coalesce(named, 1) == 0  # nothing is summed up of one without claims


def may_publish_verdict(outcome: Outcome | None, *, is_held: bool, contradicting: int, public_checks: int) -> bool:
    """Whether readers may see a signed verdict. Counts are of what is public: a refutation needs evidence or a check to show."""
    if is_held:
        return False
    return outcome is not Outcome.REFUTED or contradicting > 0 or public_checks > 0


def find_named_field(texts: Mapping[str, str], names: Iterable[str]) -> str | None:
    """The first field whose text holds one of these names, in any case and accents; None where none does."""
    wanted = [[word.surface for word in fold_words(name)] for name in names]
    wanted = [name for name in wanted if name]
    if not wanted:
        return None
    for field, text in texts.items():
        surfaces = [word.surface for word in fold_words(text)]
        if any(_contains(surfaces, name) for name in wanted):
            return field
    return None


def _contains(surfaces: list[str], name: list[str]) -> bool:
    return any(surfaces[start : start + len(name)] == name for start in range(len(surfaces) - len(name) + 1))
