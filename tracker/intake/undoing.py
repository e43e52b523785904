"""Taking decisions on passages back: the last press of an editor, or one passage."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.claims.enums import Status, WithdrawReason
from tracker.claims.models import Claim
from tracker.claims.services import moves
from tracker.claims.services.common import require_editor
from tracker.errors import N_, IllegalMove
from tracker.intake.decisions import Decided, lock_candidate
from tracker.intake.models import Candidate, CandidateState
from tracker.ledger import Actor

UNDO_WINDOW: Final = timedelta(minutes=10)


def find_last(session: Session, reading_id: int, actor: Actor, at: datetime | None = None) -> Sequence[Candidate]:
    """The candidates that the actor decided last in a reading, all of one press, if that was in the last UNDO_WINDOW."""
    mine = (Candidate.reading_id == reading_id, Candidate.decided_by_id == actor.editor_id)
    last = session.scalar(select(func.max(Candidate.decided_at)).where(*mine))
    if actor.editor_id is None or last is None or last < (at or clock.now()) - UNDO_WINDOW:
        return []
    return session.scalars(select(Candidate).where(*mine, Candidate.decided_at == last).order_by(Candidate.quote_start)).all()


def undo_last(session: Session, reading_id: int, *, actor: Actor, at: datetime | None = None) -> Sequence[Candidate]:
    """Take back what the actor decided last in a reading; return its candidates, which wait again. Raises IllegalMove."""
    require_editor(actor)
    found = find_last(session, reading_id, actor, at)
    if not found:
        raise IllegalMove(N_("You have no change here that can still be undone."))
    for candidate in found:
        session.refresh(candidate, with_for_update=True)
        if candidate.decided_by_id != actor.editor_id or candidate.state is CandidateState.WAITING:
            raise Decided(candidate.id)
        _reopen(session, candidate, actor, at or clock.now())
    return found


def undo(session: Session, candidate_id: int, *, actor: Actor, version: int, at: datetime | None = None) -> Candidate:
    """Let one candidate wait again. Whose claim was made of it, only by the editor who did, for UNDO_WINDOW. Raises Decided."""
    candidate = lock_candidate(session, candidate_id, version, actor)
    now = at or clock.now()
    is_own = candidate.decided_by_id == actor.editor_id and actor.editor_id is not None
    if candidate.state is CandidateState.KEPT and not (
        is_own and candidate.decided_at and candidate.decided_at >= now - UNDO_WINDOW
    ):
        raise IllegalMove(N_("This passage is a claim by now. Open the claim to withdraw it."))
    _reopen(session, candidate, actor, now)
    return candidate


def _reopen(session: Session, candidate: Candidate, actor: Actor, at: datetime) -> None:
    """Let a candidate wait again. The claim that was made of it is withdrawn, unless someone has worked on it since."""
    if candidate.claim_id is not None:
        claim = session.get_one(Claim, candidate.claim_id, with_for_update=True, populate_existing=True)
        is_untouched = claim.version == (1 if claim.status is Status.DRAFT else 2)
        if claim.status not in (Status.DRAFT, Status.OPEN, Status.DUE) or not is_untouched:
            raise IllegalMove(N_("This passage is a claim that was worked on since. Open the claim to withdraw it."))
        moves.withdraw(session, claim, WithdrawReason.MISTAKE, "", actor=actor, version=claim.version, at=at)
    candidate.claim_id = None
    candidate.state = CandidateState.WAITING
    candidate.decided_at = candidate.decided_by_id = None
    candidate.version += 1
    session.flush()
