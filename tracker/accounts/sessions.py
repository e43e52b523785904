"""Signed-in browsers: a row each, which decides on every request whether the cookie that names it still counts.

The cookie holds a random sid, the row its hash, so that a copy of the database gives no access. A cookie alone could be replayed
after signing out; a row that has ended cannot.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker import clock
from tracker.accounts.models import Editor, EditorSession
from tracker.sql import delete_rows, update_rows

TOUCH_EVERY: Final = timedelta(minutes=5)  # how exactly `seen_at` is kept
KEPT_AFTER_END: Final = timedelta(days=90)


# In this order: what a browser sends names some of the later ones as well.
_BROWSERS: Final = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


class Ended(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    PASSWORD = "password"  # noqa: S105  (a reason, not a secret)
    ROLES = "roles"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Limits:
    """How long a session may lie idle, and how long it may live at all."""

    idle: timedelta
    absolute: timedelta


LIMITS: Final = Limits(idle=timedelta(hours=12), absolute=timedelta(hours=24))
REMEMBERED: Final = Limits(idle=timedelta(days=14), absolute=timedelta(days=60))


def limits(remembered: bool) -> Limits:
    """The limits of a session, by whether its editor asked to be kept signed in."""
    return REMEMBERED if remembered else LIMITS


def hash_sid(sid: str) -> str:
    """The hash of a sid, by which its row is found."""
    return hashlib.sha256(sid.encode("utf-8", "replace")).hexdigest()


def start(session: Session, editor: Editor, *, remembered: bool = False, user_agent: str = "", address: str = "") -> str:
    """Open a session for an editor and return the sid that its cookie must carry. The caller owns the transaction."""
    sid = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(
        EditorSession(
            sid_hash=hash_sid(sid),
            editor_id=editor.id,
            created_at=now,
            seen_at=now,
            remembered=remembered,
            user_agent="".join(c for c in user_agent if c.isprintable())[:255],
            address=address[:64],
        )
    )
    return sid


# Asked on every request, so built once.
_FIND: Final = (
    select(EditorSession.sid_hash, EditorSession.created_at, EditorSession.seen_at, EditorSession.remembered, Editor)
    .join(Editor, Editor.id == EditorSession.editor_id)
    .where(EditorSession.sid_hash == bindparam("sid_hash"), EditorSession.ended_at.is_(None), Editor.active)
    .options(joinedload(Editor.roles))
)


class Found(NamedTuple):
    """An open session, as far as each request needs it, and its editor."""

    sid_hash: str
    created_at: datetime
    seen_at: datetime
    remembered: bool
    editor: Editor


def find(session: Session, sid: str) -> Found | None:
    """Return the session of a sid with its editor, None if there is none (any more)."""
    row = session.execute(_FIND, {"sid_hash": hash_sid(sid)}).unique().one_or_none()
    found = Found(*row) if row is not None else None
    return found if found is not None and is_within_limits(found, clock.now()) else None


def row_of(session: Session, sid_hash: str) -> EditorSession | None:
    """The row of a session, whether or not it still counts."""
    return session.get(EditorSession, sid_hash)


def browser_name(user_agent: str) -> str:
    """What a person calls the browser, such as "Firefox, Linux"; the start of its own name otherwise; or ""."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    return ", ".join(name for name in (browser, system) if name) or user_agent[:60]


def is_within_limits(row: EditorSession | Found, now: datetime) -> bool:
    """Whether neither the idle nor the absolute limit has passed."""
    most = limits(row.remembered)
    return now - row.seen_at < most.idle and now - row.created_at < most.absolute


def touch(session: Session, sid_hash: str) -> None:
    """Note that the session was used just now."""
    now, is_open = clock.now(), (EditorSession.sid_hash == sid_hash, EditorSession.ended_at.is_(None))
    update_rows(session, EditorSession, *is_open, EditorSession.seen_at < now, seen_at=now)


def end(session: Session, sid_hash: str, because: Ended, *, editor_id: int | None = None) -> bool:
    """End one session, if it is that editor's (where one is given); whether it was still open."""
    where = [EditorSession.sid_hash == sid_hash, EditorSession.ended_at.is_(None)]
    if editor_id is not None:
        where.append(EditorSession.editor_id == editor_id)
    return bool(update_rows(session, EditorSession, *where, ended_at=clock.now(), ended_because=because.value))


def end_all(session: Session, editor_id: int, because: Ended, *, keep: str | None = None) -> int:
    """End every open session of an editor, but for the one with the hash `keep`; return how many there were."""
    where = [EditorSession.editor_id == editor_id, EditorSession.ended_at.is_(None)]
    if keep is not None:
        where.append(EditorSession.sid_hash != keep)
    return len(update_rows(session, EditorSession, *where, ended_at=clock.now(), ended_because=because.value))


def open_sessions(session: Session, editor_id: int) -> Sequence[EditorSession]:
    """The sessions of an editor that still count, the most recently used first."""
    rows = session.scalars(
        select(EditorSession)
        .where(EditorSession.editor_id == editor_id, EditorSession.ended_at.is_(None))
        .order_by(EditorSession.seen_at.desc(), EditorSession.sid_hash)
    )
    now = clock.now()
    return [row for row in rows if is_within_limits(row, now)]


def forget_old(session: Session) -> int:
    """Delete the rows of sessions that ended or ran out long ago; return how many."""
    before = clock.now() - KEPT_AFTER_END
    return delete_rows(session, EditorSession, or_(EditorSession.ended_at < before, EditorSession.seen_at < before))
