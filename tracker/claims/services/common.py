"""What the services share: the desk's calendar day, and who may change what while it is in which status."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.claims.words import Status
from tracker.errors import N_, Forbidden, IllegalMove, Invalid
from tracker.history import Actor
from tracker.newsroom import settings
from tracker.newsroom.roles import Role

TEXT_MAX = 10_000  # code points of one field
STATEMENT_MAX = 1_000


def day_of(session: Session, at: datetime) -> date:
    """The newsroom's calendar day at a moment."""
    return at.astimezone(settings.load(session).zone).date()


def lock(session: Session, claim: Claim) -> None:
    """Read the claim again and keep other writers off it until the transaction ends: two who add to it both succeed, in turn."""
    session.refresh(claim, with_for_update=True)


def need_editor(actor: Actor) -> None:
    """Raise Forbidden unless the actor may do editorial work (imports and seeds act as the system)."""
    if Role.EDITOR not in actor.roles and Role.SYSTEM not in actor.roles:
        raise Forbidden(N_("Your role does not allow this."))


def need_chief(actor: Actor) -> None:
    """Raise Forbidden unless the actor is a chief."""
    if Role.CHIEF not in actor.roles and Role.SYSTEM not in actor.roles:
        raise Forbidden(N_("Only a chief can do this."))


def need_not_withdrawn(claim: Claim) -> None:
    """Raise IllegalMove if the claim is out of the desk's work."""
    if claim.status == Status.WITHDRAWN:
        raise IllegalMove(N_("This claim is withdrawn. A chief can restore it."))


def need_text(value: str, field: str, message: str, most: int = TEXT_MAX) -> str:
    """The text without surrounding space. Raises Invalid if it is empty or too long."""
    value = value.strip()
    if not value:
        raise Invalid(message, field=field)
    if len(value) > most:
        raise Invalid(N_("This is too long: %(length)s characters, at most %(most)s."), field=field, length=len(value), most=most)
    return value
