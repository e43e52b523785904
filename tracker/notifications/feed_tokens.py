"""The tokens that open private feeds. The caller owns the transaction."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.errors import NotFound
from tracker.ledger import Actor
from tracker.notifications.models import Feed, FeedToken

# That a program read a feed is written down this often and no oftener.
NOTED_EVERY: Final = timedelta(hours=1)


def renew(session: Session, editor_id: int, feed: Feed) -> str:
    """Give a feed a new token, which is nowhere else afterwards; one that was there opens nothing any more."""
    token = secrets.token_urlsafe(32)
    session.execute(_of(editor_id, feed))
    session.add(FeedToken(editor_id=editor_id, feed=feed, token_hash=_hash(token), created_at=clock.now()))
    session.flush()
    return token


def revoke(session: Session, editor_id: int, feed: Feed) -> None:
    """Close a feed. Doing it twice does nothing."""
    session.execute(_of(editor_id, feed))


def revoke_all_of(session: Session, editor_id: int, _actor: Actor) -> None:
    """Close every feed of a disabled editor; enabling the account again opens none. For `open_work.on_editor_disabled`."""
    session.execute(delete(FeedToken).where(FeedToken.editor_id == editor_id).execution_options(synchronize_session="fetch"))


def of_editor(session: Session, editor_id: int) -> Mapping[Feed, FeedToken]:
    """The feeds that an editor has opened."""
    return {row.feed: row for row in session.scalars(select(FeedToken).where(FeedToken.editor_id == editor_id))}


def holder(session: Session, token: str, feed: Feed) -> tuple[FeedToken, Editor]:
    """Whose feed a token opens. Raises NotFound for a token that opens none, or whose editor does not work here any more."""
    found = session.execute(
        select(FeedToken, Editor)
        .join(Editor, Editor.id == FeedToken.editor_id)
        .where(FeedToken.token_hash == _hash(token), FeedToken.feed == feed)
    ).one_or_none()
    if found is None or not found.Editor.active or Role.EDITOR not in found.Editor.role_names:
        raise NotFound()
    return found.FeedToken, found.Editor


def is_news(row: FeedToken, at: datetime) -> bool:
    """Whether it is worth writing down that the feed is read at a moment."""
    return row.read_at is None or abs(at - row.read_at) >= NOTED_EVERY


def _of(editor_id: int, feed: Feed) -> Delete:
    which = delete(FeedToken).where(FeedToken.editor_id == editor_id, FeedToken.feed == feed)
    return which.execution_options(synchronize_session="fetch")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
