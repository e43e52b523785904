"""What the services share: the desk's calendar day, and who may change what while it is in which status."""

import hashlib
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker import validation
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.claims.enums import Status
from tracker.claims.models import Claim, Speaker, Topic
from tracker.errors import N_, Forbidden, IllegalMove, Invalid, Stale
from tracker.ledger import Actor
from tracker.newsroom import settings

TEXT_MAX = 10_000  # code points of one field
STATEMENT_MAX = 1_000
NAME_MAX = 200
KEY_MAX = 255


def day_of(session: Session, at: datetime) -> date:
    """The newsroom's calendar day at a moment."""
    return at.astimezone(settings.load(session).zone).date()


def lock(session: Session, claim: Claim) -> None:
    """Read the claim again and keep other writers off it until the transaction ends: two who add to it both succeed, in turn."""
    session.refresh(claim, with_for_update=True)


def require_editor(actor: Actor) -> None:
    """Raise Forbidden unless the actor may do editorial work (imports and seeds act as the system)."""
    if Role.EDITOR not in actor.roles and Role.SYSTEM not in actor.roles:
        raise Forbidden(N_("Your role does not allow this."))


def require_chief(actor: Actor) -> None:
    """Raise Forbidden unless the actor is a chief."""
    if Role.CHIEF not in actor.roles and Role.SYSTEM not in actor.roles:
        raise Forbidden(N_("Only a chief editor can do this."))


def require_not_withdrawn(claim: Claim) -> None:
    """Raise IllegalMove if the claim is out of the desk's work."""
    if claim.status == Status.WITHDRAWN:
        raise IllegalMove(N_("This claim is withdrawn. A chief editor can restore it."))


def begin_work(session: Session, claim: Claim, actor: Actor) -> None:
    """Lock a claim for editorial work on it. Raises Forbidden for other roles, IllegalMove if it is withdrawn."""
    require_editor(actor)
    lock(session, claim)
    require_not_withdrawn(claim)


def require_owner(session: Session, owner_id: int | None) -> None:
    """Raise Invalid for someone who cannot own claims; None is allowed."""
    if owner_id is not None and not _works_here(session, owner_id):
        raise Invalid(N_("This person cannot own claims."), field="owner_id")


def require_eligible_signer(session: Session, editor_id: int | None, actor: Actor) -> None:
    """Raise Invalid for someone who could not sign what the actor proposes; None is allowed."""
    if editor_id is None:
        return
    if editor_id == actor.editor_id:
        raise Invalid(N_("You cannot ask yourself to sign; choose another editor."), field="requested_signer_id")
    if not _works_here(session, editor_id):
        raise Invalid(N_("This person cannot sign verdicts."), field="requested_signer_id")


def _works_here(session: Session, editor_id: int) -> bool:
    editor = session.get(Editor, editor_id)
    return editor is not None and editor.active and Role.EDITOR in editor.role_names


def require_text(value: str, field: str, message: str, most: int = TEXT_MAX) -> str:
    """The text without surrounding space. Raises Invalid if it shows nothing, is too long or cannot be stored."""
    return validation.text(value, field, most=most, needed=message)


def clean_text(value: str | None, field: str, most: int = TEXT_MAX) -> str:
    """The text without surrounding space, "" where there is none. Raises Invalid if it is too long or cannot be stored."""
    return validation.text(value, field, most=most)


def basis_of(row: Speaker | Topic, aliases: tuple[str, ...] = ()) -> str:
    """What an editor saw of a row without a version, as a short hash that its form carries."""
    values = [str(getattr(row, field) or "") for field in row.__history__.fields]
    return hashlib.sha256(repr((values, aliases)).encode()).hexdigest()[:32]


def need_same(basis: str | None, current: str) -> None:
    """Raise Stale if an editor saw another `basis_of` a row than the current one."""
    if basis is not None and basis != current:
        raise Stale(N_("Someone else changed this while you were working on it. Your changes are not saved yet."))
