"""Embargoes on verdicts: a signed verdict stays out of everything public until the embargo ends."""

import re
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.accounts.roles import Role
from tracker.claims.enums import Decision, ProposalKind
from tracker.claims.models import Claim, Hold, Verdict, VerdictDecision
from tracker.claims.services.common import lock, require_editor
from tracker.errors import N_, Forbidden, IllegalMove, Invalid, NotFound
from tracker.ledger import SYSTEM, Actor

_TIME: Final = re.compile(r"(\d{1,2})(?:[:h.](\d{2})?)?")


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """A wall-clock time of the newsroom in UTC. Where clocks go back or forward, the later of the two readings: never early."""
    readings = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return max(readings)


def read_moment(day: date, time_text: str, zone: ZoneInfo, field: str) -> datetime:
    """The moment of a day at a time such as "06:00" or "6h30" by the clock of a zone. Raises Invalid, naming the field."""
    match = _TIME.fullmatch(time_text.strip())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise Invalid(N_("Give a time such as 06:00."), field=field)
    # Of the wall clock: its zone is added by `to_utc`.
    return to_utc(datetime.combine(day, time(int(match[1]), int(match[2] or 0))), zone)


def hold(session: Session, claim: Claim, verdict_id: int, until: datetime, *, actor: Actor, at: datetime | None = None) -> Hold:
    """Keep a verdict back until a moment. For its proposer or signer, before it is signed or in the same transaction.

    Raises Invalid for a moment that has passed, IllegalMove once readers may have seen the verdict.
    """
    require_editor(actor)
    lock(session, claim)
    at = at or clock.now()
    verdict = session.get(Verdict, verdict_id)
    if verdict is None or verdict.claim_id != claim.id or verdict.proposal_kind is not ProposalKind.VERDICT:
        raise NotFound()
    if until <= at:
        raise Invalid(N_("Give a moment in the future."), field="hold_until")
    decision = session.scalar(select(VerdictDecision).where(VerdictDecision.verdict_id == verdict_id))
    _need_party(actor, verdict, decision)
    row = session.get(Hold, verdict_id)
    if row is None:
        if decision is not None and decision.decided_at != at:
            raise IllegalMove(N_("This verdict was signed without an embargo and may have been read already."))
        row = Hold(verdict_id=verdict_id, claim_id=claim.id, until=until, set_by_id=actor.editor_id, set_at=at)
        session.add(row)
    elif row.released_at is not None:
        raise IllegalMove(N_("The embargo on this verdict has ended."))
    else:
        row.until, row.set_by_id = until, actor.editor_id
    ledger.record(session, claim, "verdict.held", actor=actor, data={"verdict": verdict_id, "until": until}, at=at)
    return row


def release(session: Session, claim: Claim, verdict_id: int, *, actor: Actor, at: datetime | None = None) -> None:
    """End an embargo before its time. For the proposer, the signer and chief editors. Doing it twice does nothing."""
    require_editor(actor)
    lock(session, claim)
    row = session.get(Hold, verdict_id)
    if row is None or row.claim_id != claim.id:
        raise NotFound()
    if row.released_at is not None:
        return
    if Role.CHIEF not in actor.roles:
        decision = session.scalar(select(VerdictDecision).where(VerdictDecision.verdict_id == verdict_id))
        _need_party(actor, session.get_one(Verdict, verdict_id), decision)
    _release(session, row, actor, at or clock.now())


def release_due(session: Session, now: datetime, *, limit: int) -> int:
    """End the embargoes whose moment has come, for verdicts that were signed; return how many. Safe to run in parallel."""
    due = (
        select(Hold)
        .join(VerdictDecision, VerdictDecision.verdict_id == Hold.verdict_id)
        .where(text("hold.released_at IS NULL"), Hold.until <= now, VerdictDecision.decision == Decision.SIGNED)
        .order_by(Hold.until, Hold.verdict_id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Hold)
    )
    rows = list(session.scalars(due))
    for row in rows:
        _release(session, row, SYSTEM, now)
    return len(rows)


def _release(session: Session, row: Hold, actor: Actor, at: datetime) -> None:
    row.released_at = at
    ledger.record(session, f"claim:{row.claim_id}", "verdict.released", actor=actor, data={"verdict": row.verdict_id}, at=at)


def _need_party(actor: Actor, verdict: Verdict, decision: VerdictDecision | None) -> None:
    parties = {verdict.proposed_by_id, decision.decided_by_id if decision is not None else None}
    if Role.SYSTEM not in actor.roles and actor.editor_id not in parties:
        raise Forbidden(N_("Only the editors who proposed or signed this verdict can hold it back."))
