"""An editor's own desk: views of the queue under a name, and taking back what was done to many claims."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.claims.models import BulkStep, BulkStepClaim, SavedView
from tracker.claims.services.common import require_text
from tracker.claims.services.undo import WINDOW
from tracker.errors import N_, IllegalMove, Invalid
from tracker.sql import read_columns

VIEWS_MAX = 30
NAME_MAX = 80
QUERY_MAX = 500

Picks = list[tuple[int, int]]  # (claim, version)

# Asked with every queue, so built once.
_EDITOR: Final[object] = bindparam("editor_id")
_VIEWS: Final = select(SavedView).where(SavedView.editor_id == _EDITOR).order_by(SavedView.name, SavedView.id)
_LAST: Final = (
    select(BulkStep.id, BulkStep.done_at, BulkStep.undone_at)
    .where(BulkStep.editor_id == _EDITOR)
    .order_by(BulkStep.id.desc())
    .limit(1)
)


def views(session: Session, editor_id: int) -> list[SavedView]:
    """An editor's saved views, by name."""
    return list(session.scalars(_VIEWS, {"editor_id": editor_id}))


def save_view(session: Session, editor_id: int, name: str, query: str) -> SavedView:
    """Keep the filters of an address under a name; a view of that name is replaced. Raises Invalid, naming the field."""
    name = require_text(name, "name", N_("Give the view a name."), NAME_MAX)
    if len(query) > QUERY_MAX:
        raise Invalid(N_("This cannot be used as it is"), field="name")
    found = session.scalar(select(SavedView).where(SavedView.editor_id == editor_id, SavedView.name == name))
    if found is None:
        count = session.scalar(select(func.count()).select_from(SavedView).where(SavedView.editor_id == editor_id)) or 0
        if count >= VIEWS_MAX:
            raise Invalid(N_("You have %(most)s views; delete one first."), field="name", most=VIEWS_MAX)
        found = SavedView(editor_id=editor_id, name=name, query=query)
        session.add(found)
    found.query = query
    session.flush()
    return found


def delete_view(session: Session, editor_id: int, view_id: int) -> None:
    """Forget a view of one's own; one that does not exist or is another editor's is ignored."""
    session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.editor_id == editor_id))


def remember(session: Session, editor_id: int, picks: Iterable[tuple[int, int]], at: datetime | None = None) -> BulkStep:
    """Note what was done to many claims, each with the version it led to; older steps are forgotten."""
    at = at or clock.now()
    session.execute(delete(BulkStep).where(BulkStep.editor_id == editor_id, BulkStep.done_at < at - WINDOW))
    step = BulkStep(editor_id=editor_id, done_at=at)
    session.add(step)
    session.flush()
    session.add_all(BulkStepClaim(step_id=step.id, claim_id=claim, version=version) for claim, version in picks)
    session.flush()
    return step


def last_step(session: Session, editor_id: int) -> tuple[int, int] | None:
    """(number, how many claims) of the step that the editor can still take back; None if there is none."""
    at = clock.now()
    step = read_columns(session, _LAST, {"editor_id": editor_id}).one_or_none()
    if step is None or step.undone_at is not None or step.done_at < at - WINDOW:
        return None
    count = session.scalar(select(func.count()).select_from(BulkStepClaim).where(BulkStepClaim.step_id == step.id))
    return step.id, count or 0


def take_back(session: Session, editor_id: int, step_id: int) -> Picks:
    """Mark a step as taken back and return its claims, for each to be undone. Raises IllegalMove where there is none."""
    at = clock.now()
    step = session.get(BulkStep, step_id, with_for_update=True, populate_existing=True)
    if step is None or step.editor_id != editor_id or step.undone_at is not None or step.done_at < at - WINDOW:
        raise IllegalMove(N_("You have no change here that can still be undone."))
    step.undone_at = at
    rows = session.execute(
        select(BulkStepClaim.claim_id, BulkStepClaim.version)
        .where(BulkStepClaim.step_id == step.id)
        .order_by(BulkStepClaim.claim_id)
    )
    return [(row.claim_id, row.version) for row in rows]
