"""Evidence, checks and the chain of verdicts, one row each. Internal evidence never leaves the desk."""

from sqlalchemy import case, null, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor
from tracker.claims.enums import Decision
from tracker.claims.models import Check, Claim, Evidence, Verdict, VerdictDecision
from tracker.claims.visibility import public_checks, public_evidence
from tracker.exports.query import Filters, apply_filters, select_columns
from tracker.sql import AnySelect, make_alias

EVIDENCE_COLUMNS = (
    "evidence_id", "claim_id", "statement", "about", "stance", "source_kind", "url", "document", "title", "publisher",
    "published_on", "locator", "note", "added_by", "added_at", "withdrawn_at", "withdrawn_because",
    "archive_url",
)  # fmt: skip
CHECK_COLUMNS = (
    "check_id", "claim_id", "statement", "checked_on", "checked_by", "where_looked", "queries", "period_from", "period_to",
    "found", "exhaustive", "created_at",
)  # fmt: skip
VERDICT_COLUMNS = (
    "verdict_id", "claim_id", "statement", "number", "proposal", "verdict", "verdict_reason", "verdict_kind", "supersedes_id",
    "rationale", "missing", "known_on", "occurred_from", "occurred_to", "occurred_after_deadline", "is_scored",
    "withdraw_reason", "proposed_by", "proposed_at", "decision", "decision_note", "decided_by", "decided_at",
    "decided_alone",
)  # fmt: skip

_BY, _DECIDER = make_alias(Editor), make_alias(Editor)
_DECIDED_ALONE = case(
    (VerdictDecision.decision == Decision.SIGNED, Verdict.proposed_by_id.is_not_distinct_from(VerdictDecision.decided_by_id)),
    else_=null(),
)


def select_evidence(session: Session, filters: Filters, *, internal: bool = False) -> AnySelect:
    """Public evidence, withdrawn pieces too; the period is when it was added. `internal`: what stays inside, too."""
    sources = {"evidence_id": Evidence.id, "statement": Claim.statement, "added_by": _BY.name}
    query = (
        select(*select_columns(EVIDENCE_COLUMNS, sources, Evidence, {}))
        .join(Claim, Claim.id == Evidence.claim_id)
        .outerjoin(_BY, _BY.id == Evidence.added_by_id)
    )
    if not internal:
        query = query.where(public_evidence())
    return apply_filters(session, query, filters, Evidence.added_at)


def select_checks(session: Session, filters: Filters, *, internal: bool = False) -> AnySelect:
    """Every public check; the period is when it was logged. `internal`: what stays inside, too."""
    sources = {"check_id": Check.id, "statement": Claim.statement, "checked_by": _BY.name}
    query = (
        select(*select_columns(CHECK_COLUMNS, sources, Check, {}))
        .join(Claim, Claim.id == Check.claim_id)
        .outerjoin(_BY, _BY.id == Check.editor_id)
    )
    if not internal:
        query = query.where(public_checks())
    return apply_filters(session, query, filters, Check.created_at)


def select_verdict_history(session: Session, filters: Filters) -> AnySelect:
    """Every proposal and what became of it; the period is that of the proposals."""
    sources = {
        "verdict_id": Verdict.id,
        "statement": Claim.statement,
        "proposal": Verdict.proposal_kind,
        "verdict": Verdict.outcome,
        "verdict_reason": Verdict.reason,
        "proposed_by": _BY.name,
        "decision": VerdictDecision.decision,
        "decision_note": VerdictDecision.note,
        "decided_by": _DECIDER.name,
        "decided_at": VerdictDecision.decided_at,
        "decided_alone": _DECIDED_ALONE,
    }
    query = (
        select(*select_columns(VERDICT_COLUMNS, sources, Verdict, {}))
        .join(Claim, Claim.id == Verdict.claim_id)
        .outerjoin(VerdictDecision, VerdictDecision.verdict_id == Verdict.id)
        .outerjoin(_BY, _BY.id == Verdict.proposed_by_id)
        .outerjoin(_DECIDER, _DECIDER.id == VerdictDecision.decided_by_id)
    )
    return apply_filters(session, query, filters, Verdict.proposed_at)
