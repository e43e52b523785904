"""Links that work once: to set up the newsroom, to accept an invitation, to set a new password. Free of Flask.

A link carries a random token, the row its hash, so that a copy of the database opens nothing. A link that goes out by mail gets
its token in the moment in which the mail is written (`tracker.notifications.link_mail`); until then it is known to no one.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import OneTimeLink
from tracker.errors import N_, Gone
from tracker.sql import delete_rows, update_rows


class Purpose(StrEnum):
    """What a link is for."""

    SETUP = "setup"
    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105  (a purpose, not a secret)


class Mail(StrEnum):
    """Where the mail with a link is. `NONE`: it does not travel by mail."""

    NONE = ""
    WANTED = "wanted"
    SENT = "sent"
    FAILED = "failed"


LIVES: Final = {
    Purpose.SETUP: timedelta(days=1),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.PASSWORD: timedelta(hours=1),
}
# Where each leads; the token is the last part of the path.
PATHS: Final = {Purpose.SETUP: "welcome", Purpose.INVITATION: "invitation", Purpose.PASSWORD: "reset"}
KEPT_AFTER_END: Final = timedelta(days=30)


def path(purpose: Purpose, token: str) -> str:
    """The path of a link, to be put behind the address of the installation."""
    return f"/{PATHS[purpose]}/{token}"


def hash_of(token: str) -> str:
    """What the row is found by."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def make(
    session: Session, purpose: Purpose, *, email: str = "", editor_id: int | None = None, invitation_id: int | None = None
) -> OneTimeLink:
    """A new link without a token yet; those for the same thing before it end."""
    end(session, purpose, editor_id=editor_id, invitation_id=invitation_id)
    now = clock.now()
    link = OneTimeLink(
        purpose=purpose,
        email=email,
        editor_id=editor_id,
        invitation_id=invitation_id,
        made_at=now,
        expires_at=now + LIVES[purpose],
    )
    session.add(link)
    return link


def give_token(link: OneTimeLink) -> str:
    """Give a link its token, known from here on to its recipient. An earlier token stops working."""
    token = secrets.token_urlsafe(32)
    link.token_hash = hash_of(token)
    return token


def by_mail(link: OneTimeLink) -> None:
    """Have it mailed as soon as can be."""
    link.mail, link.mail_at, link.mail_tries, link.mail_fault = Mail.WANTED, clock.now(), 0, ""


def find(session: Session, purpose: Purpose, token: str) -> OneTimeLink:
    """The link of a token. Raises Gone if it was used, is over or never was: the same for each."""
    found = session.scalar(select(OneTimeLink).where(*_opened_by(purpose, token)))
    if found is None:
        raise _gone()
    return found


def use(session: Session, purpose: Purpose, token: str) -> OneTimeLink:
    """Use a link up. Of two who do at the same time one does, and the other finds it gone. Raises Gone."""
    used = update_rows(session, OneTimeLink, *_opened_by(purpose, token), ended_at=clock.now())
    if not used:
        raise _gone()
    return session.get_one(OneTimeLink, used[0], populate_existing=True)


def _opened_by(purpose: Purpose, token: str) -> Sequence[ColumnElement[bool]]:
    return (
        OneTimeLink.token_hash == hash_of(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.ended_at.is_(None),
        OneTimeLink.expires_at > clock.now(),
    )


def _gone() -> Gone:
    return Gone(N_("It works once, and for a while only. Ask for a new one."))


def end(session: Session, purpose: Purpose, *, editor_id: int | None = None, invitation_id: int | None = None) -> None:
    """End all links for one thing."""
    if purpose is Purpose.PASSWORD and editor_id is None:
        return  # asked for by an address alone, which may belong to no account
    same = (OneTimeLink.purpose == purpose, OneTimeLink.editor_id == editor_id, OneTimeLink.invitation_id == invitation_id)
    update_rows(session, OneTimeLink, *same, OneTimeLink.ended_at.is_(None), ended_at=clock.now(), mail=Mail.NONE)


def end_all(session: Session) -> int:
    """End every link there is; return how many."""
    return len(update_rows(session, OneTimeLink, OneTimeLink.ended_at.is_(None), ended_at=clock.now(), mail=Mail.NONE))


def forget_old(session: Session) -> int:
    """Delete links that are long over; return how many."""
    before = clock.now() - KEPT_AFTER_END
    return delete_rows(session, OneTimeLink, or_(OneTimeLink.ended_at < before, OneTimeLink.expires_at < before))
