"""The signed verdicts, one row a claim: the latest that was signed, also while the claim is looked at again.

Claims whose withdrawal was signed or whose verdict is held back are left out, and so is the sample, except where it is asked
for. Internal evidence is neither listed nor counted, and an implied speaker is not named. Read in batches by claim number, so
memory stays flat however many there are.
"""

from sqlalchemy import ScalarSelect, case, func, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.accounts.models import Editor
from tracker.articles.models import Article
from tracker.claims.enums import Decision, EvidenceAbout, ProposalKind, Stance, Status, VerdictKind
from tracker.claims.models import Check, Claim, Evidence, Speaker, Verdict, VerdictDecision
from tracker.claims.visibility import active_public_evidence, is_not_held, names_speaker
from tracker.exports.query import Filters, Gathered, Pick, add_topics, apply_filters, select_columns
from tracker.sql import AnySelect

COLUMNS = (
    "claim_id", "article_id", "article_title", "article_url", "outlet", "article_published_on", "paragraph", "speaker_id",
    "speaker", "speaker_affiliation", "attribution", "topics", "statement", "language", "quote", "quote_kind",
    "quote_language", "hedge", "certainty", "likelihood_low", "likelihood_high", "condition", "condition_status",
    "confirmed_if", "refuted_if", "criteria_set_on", "criteria_retrospective", "made_on", "deadline_on", "deadline_source",
    "review_on", "status", "verdict", "verdict_reason", "is_scored", "rationale", "occurred_from", "occurred_to",
    "occurred_after_deadline", "known_on", "verdict_number", "verdict_kind", "proposed_by", "proposed_at", "signed_by",
    "signed_at", "evidence_for_count", "evidence_against_count", "evidence_urls", "checks_count", "last_checked_on",
    "corrections_count", "updated_at", "decided_alone",
)  # fmt: skip


def _name_of(editor: InstrumentedAttribute[int | None]) -> ScalarSelect[str]:
    # Not by a join: of eight tables PostgreSQL weighs every order anew for each batch, which takes longer than reading it.
    return select(Editor.name).where(Editor.id == editor).scalar_subquery()


_DECIDED_ALONE = Verdict.proposed_by_id.is_not_distinct_from(VerdictDecision.decided_by_id)

# One entry a column; None is filled in from what is gathered for a whole batch.
_SELECTED: dict[str, object] = {
    "claim_id": Claim.id,
    "article_title": Article.title,
    "article_url": Article.url,
    "outlet": Article.outlet,
    "article_published_on": Article.published_on,
    "speaker": case((names_speaker(), Speaker.name), else_=null()),
    "speaker_affiliation": case((names_speaker(), Speaker.affiliation), else_=null()),
    "verdict": Verdict.outcome,
    "verdict_reason": Verdict.reason,
    "verdict_number": Verdict.number,
    "proposed_by": _name_of(Verdict.proposed_by_id),
    # Who decides alone gives no second signature to name.
    "signed_by": case((_DECIDED_ALONE, null()), else_=_name_of(VerdictDecision.decided_by_id)),
    "signed_at": VerdictDecision.decided_at,
    "decided_alone": _DECIDED_ALONE,
    **{
        name: getattr(Verdict, name)
        for name in (
            "is_scored", "rationale", "occurred_from", "occurred_to", "occurred_after_deadline", "known_on", "verdict_kind",
            "proposed_at",
        )
    },
}  # fmt: skip
# What lies in other tables, with what it is where nothing lies there.
GATHERED: dict[str, object] = {
    "topics": (),
    "evidence_for_count": 0,
    "evidence_against_count": 0,
    "evidence_urls": (),
    "checks_count": 0,
    "last_checked_on": None,
    "corrections_count": 0,
}


def select_rows(session: Session, filters: Filters) -> AnySelect:
    """The query of the table. The period is that of signatures."""
    query = (
        select(*select_columns(COLUMNS, _SELECTED, Claim, GATHERED))
        .select_from(Claim)
        .join(Article, Article.id == Claim.article_id)
        .join(Verdict, Verdict.id == Claim.signed_verdict_id)
        .join(VerdictDecision, VerdictDecision.verdict_id == Verdict.id)
        .outerjoin(Speaker, Speaker.id == Claim.speaker_id)
        .where(Claim.signed_verdict_id.is_not(None), Claim.status != Status.WITHDRAWN, is_not_held())
    )
    return apply_filters(session, query, filters, VerdictDecision.decided_at)


def gather(session: Session, pick: Pick) -> Gathered:
    """What lies in other tables, for some claims, in five queries."""
    found: Gathered = {}
    asked = session.connection().execute

    def put(claim_id: int, name: str, value: object) -> None:
        found.setdefault(claim_id, {})[name] = value

    add_topics(session, pick, found)
    public = active_public_evidence()
    counts = (
        select(
            Evidence.claim_id,
            func.sum(case((Evidence.stance == Stance.SUPPORTS, 1), else_=0)),
            func.sum(case((Evidence.stance == Stance.CONTRADICTS, 1), else_=0)),
        )
        .where(pick(Evidence.claim_id), public, Evidence.about == EvidenceAbout.CLAIM)
        .group_by(Evidence.claim_id)
    )
    for claim_id, supporting, contradicting in asked(counts).all():
        put(claim_id, "evidence_for_count", supporting)
        put(claim_id, "evidence_against_count", contradicting)
    addresses = (
        select(Evidence.claim_id, Evidence.url)
        .where(pick(Evidence.claim_id), public, Evidence.url.is_not(None))
        .order_by(Evidence.claim_id, Evidence.id)
    )
    for claim_id, url in asked(addresses).all():
        found.setdefault(claim_id, {}).setdefault("evidence_urls", []).append(url)
    checks = select(Check.claim_id, func.count(), func.max(Check.checked_on)).where(pick(Check.claim_id)).group_by(Check.claim_id)
    for claim_id, count, last_day in asked(checks).all():
        put(claim_id, "checks_count", count)
        put(claim_id, "last_checked_on", last_day)
    corrections = (
        select(Verdict.claim_id, func.count())
        .join(VerdictDecision, VerdictDecision.verdict_id == Verdict.id)
        .where(
            pick(Verdict.claim_id),
            Verdict.verdict_kind == VerdictKind.CORRECTION,
            Verdict.proposal_kind == ProposalKind.VERDICT,
            VerdictDecision.decision == Decision.SIGNED,
        )
        .group_by(Verdict.claim_id)
    )
    for claim_id, count in asked(corrections).all():
        put(claim_id, "corrections_count", count)
    return found
