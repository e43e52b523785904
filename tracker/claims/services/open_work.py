"""Claims of an editor whose account is disabled or who is no editor any more; for the hooks of `accounts.open_work`."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.open_work import OpenWork
from tracker.claims import lifecycle
from tracker.claims.models import Claim
from tracker.ledger import Actor


def count_open_work(session: Session, editor_id: int) -> OpenWork:
    """Return how many claims the editor owns and how many signatures are requested of them."""
    claims = session.scalar(select(func.count()).select_from(Claim).where(Claim.owner_id == editor_id))
    signatures = session.scalar(select(func.count()).select_from(Claim).where(Claim.requested_signer_id == editor_id))
    return OpenWork(claims or 0, signatures or 0)


def release_open_work(session: Session, editor_id: int, to_id: int | None, actor: Actor) -> int:
    """Change the owner of the editor's claims and cancel the signatures requested of them; return how many they owned."""
    found = session.scalars(
        select(Claim)
        .where(or_(Claim.owner_id == editor_id, Claim.requested_signer_id == editor_id))
        .order_by(Claim.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    at = clock.now()
    owned = 0
    for claim in found:
        changes: dict[str, int | None] = {}
        if claim.owner_id == editor_id:
            changes["owner_id"] = to_id
            owned += 1
        if claim.requested_signer_id == editor_id:
            changes["requested_signer_id"] = None
        lifecycle.write(session, claim, "claim.assign", changes, actor=actor, at=at)
    return owned
