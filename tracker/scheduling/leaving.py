"""What an editor leaves behind who has no access any more: doors that must not stay open."""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.feeds import services as feeds
from tracker.ledger import Actor
from tracker.webhooks import services as hooks


def leave(session: Session, editor_id: int, *, actor: Actor, at: datetime | None = None) -> None:
    """Close their private feeds for good and pause the webhooks that they answered for. Doing it twice does nothing."""
    feeds.owner_leaves(session, editor_id)
    hooks.owner_leaves(session, editor_id, actor=actor, at=at)
