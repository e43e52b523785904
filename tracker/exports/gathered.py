"""Evidence, checks and the chain of verdicts, one row each. Internal evidence never leaves the desk."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Editor
from tracker.claims.models import Check, Claim, Evidence, Verdict, VerdictDecision
from tracker.claims.words import Visibility
from tracker.exports.query import Filters, apply_filters, fetch_rows, select_columns
from tracker.newsroom import settings

EVIDENCE_COLUMNS = (
    "evidence_id", "claim_id", "statement", "about", "stance", "source_kind", "url", "document", "title", "publisher",
    "published_on", "locator", "note", "added_by", "added_at", "withdrawn_at", "withdrawn_because",
)  # fmt: skip
CHECK_COLUMNS = (
    "check_id", "claim_id", "statement", "checked_on", "checked_by", "where_looked", "queries", "period_from", "period_to",
    "found", "exhaustive", "created_at",
)  # fmt: skip
VERDICT_COLUMNS = (
    "verdict_id", "claim_id", "statement", "number", "proposal", "verdict", "verdict_reason", "verdict_kind", "supersedes_id",
    "rationale", "missing", "known_on", "occurred_from", "occurred_to", "occurred_after_deadline", "is_scored",
    "withdraw_reason", "proposed_by", "proposed_at", "decision", "decision_note", "decided_by", "decided_at",
)  # fmt: skip

_BY, _DECIDER = aliased(Editor), aliased(Editor)


def evidence(session: Session, filters: Filters | None = None) -> Iterator[list[Any]]:
    """Public evidence, withdrawn pieces too, in order of number. `since`: added since."""
    sources = {"evidence_id": Evidence.id, "statement": Claim.statement, "added_by": _BY.name}
    query = (
        select(*select_columns(EVIDENCE_COLUMNS, sources, Evidence, {}))
        .join(Claim, Claim.id == Evidence.claim_id)
        .outerjoin(_BY, _BY.id == Evidence.added_by_id)
        .where(Evidence.visibility == Visibility.PUBLIC)
    )
    query = _narrowed(session, query, filters, Evidence.added_at)
    return fetch_rows(session, query, Evidence.id, EVIDENCE_COLUMNS)


def checks(session: Session, filters: Filters | None = None) -> Iterator[list[Any]]:
    """Every logged check, in order of number. `since`: logged since."""
    sources = {"check_id": Check.id, "statement": Claim.statement, "checked_by": _BY.name}
    query = (
        select(*select_columns(CHECK_COLUMNS, sources, Check, {}))
        .join(Claim, Claim.id == Check.claim_id)
        .outerjoin(_BY, _BY.id == Check.editor_id)
    )
    query = _narrowed(session, query, filters, Check.created_at)
    return fetch_rows(session, query, Check.id, CHECK_COLUMNS)


def verdict_history(session: Session, filters: Filters | None = None) -> Iterator[list[Any]]:
    """Every proposal and what became of it, in order of number. `since`: proposed since."""
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
    }
    query = (
        select(*select_columns(VERDICT_COLUMNS, sources, Verdict, {}))
        .join(Claim, Claim.id == Verdict.claim_id)
        .outerjoin(VerdictDecision, VerdictDecision.verdict_id == Verdict.id)
        .outerjoin(_BY, _BY.id == Verdict.proposed_by_id)
        .outerjoin(_DECIDER, _DECIDER.id == VerdictDecision.decided_by_id)
    )
    if filters is not None and filters.outcome is not None:
        query = query.where(Verdict.outcome == filters.outcome)
    query = _narrowed(session, query, filters, Verdict.proposed_at)
    return fetch_rows(session, query, Verdict.id, VERDICT_COLUMNS)


def _narrowed(session: Session, query: Select[Any], filters: Filters | None, moment: Any) -> Select[Any]:
    filters = filters or Filters()
    if filters.since is not None:
        start: ColumnElement[bool] = moment >= datetime.combine(filters.since, time(), settings.load(session).zone)
        query = query.where(start)
    return apply_filters(query, filters)
