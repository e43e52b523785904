"""Passkeys of editors: made, named, shown and removed. They are a second factor, and sign in by themselves.

Which challenge was asked for, and that it counts once, is the caller's concern, as is the transaction.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.accounts.models import Editor, Passkey
from tracker.errors import N_, Invalid, NotFound
from tracker.ledger import Actor
from tracker.on_demand import OnDemand

if TYPE_CHECKING:
    from fido2 import utils as fido2_utils

    from tracker.accounts import webauthn
else:
    fido2_utils = OnDemand("fido2.utils")
    webauthn = OnDemand("tracker.accounts.webauthn")

log = structlog.get_logger(__name__)

NAME_MAX: Final = 120
PASSKEYS_MAX: Final = 20  # of one editor
_HANDLE_BYTES: Final = 32
UNKNOWN: Final = N_("This passkey is not known here, or its account is disabled.")
COPIED: Final = N_("This passkey may have been copied and was not accepted. Use another way, then remove it from your account.")


@dataclass(frozen=True)
class Site:
    """Where passkeys count: the host that they belong to (the RP id), and the one origin whose pages may use them."""

    host: str
    origin: str


@dataclass(frozen=True)
class Owner:
    """Whose passkey is made: the random handle that authenticators keep, and what they show."""

    handle: bytes
    email: str
    name: str


def creation_options(session: Session, editor: Editor, site: Site) -> tuple[dict[str, Any], str]:
    """Return the options for making a passkey, as JSON for the browser, and their challenge."""
    owner = Owner(_handle_of(session, editor), editor.email, editor.name)
    return webauthn.creation_options(site, owner, [_id(row) for row in list_of(session, editor.id)])


def request_options(session: Session, site: Site, editor: Editor | None = None) -> tuple[dict[str, Any], str]:
    """Return the options for showing a passkey, of this editor where one is given, and their challenge."""
    ids = [] if editor is None else [_id(row) for row in list_of(session, editor.id)]
    return webauthn.request_options(site, ids)


def add(
    session: Session, editor: Editor, site: Site, challenge: str, answer: str, name: str, *, handle: str, actor: Actor
) -> Passkey:
    """Store the passkey that a browser has made for its editor. `handle` is the user's id of the options, in base64url.

    Raises Invalid: field "name", or None where the answer does not hold or there are PASSKEYS_MAX already.
    """
    name = validation.text(name, "name", most=NAME_MAX, needed=N_("Give the passkey a name."))
    found = webauthn.read_new(site, challenge, answer)
    # Two browsers at once must not both add the last one: the owner's row is the queue.
    session.execute(select(Editor.id).where(Editor.id == editor.id).with_for_update())
    if len(list_of(session, editor.id)) >= PASSKEYS_MAX:
        raise Invalid(N_("There are %(most)s passkeys already. Remove one first."), most=PASSKEYS_MAX)
    if session.scalar(select(exists().where(Passkey.credential_id == found.credential_id))):
        raise Invalid(webauthn.REFUSED)
    row = Passkey(
        owner_id=editor.id,
        name=name,
        credential_id=found.credential_id,
        public_key=found.public_key,
        user_handle=fido2_utils.websafe_decode(handle),
        sign_count=found.sign_count,
    )
    session.add(row)
    ledger.record(session, row, "passkey.added", actor=actor, data=ledger.created(row))
    return row


def check(session: Session, site: Site, challenge: str, answer: str, *, editor_id: int | None = None) -> Passkey:
    """Return the passkey that was shown, with its counter moved on. `editor_id`: whose it has to be.

    Raises Invalid where it is unknown, another's, does not hold, or where its counter shows that there is a copy.
    """
    shown = webauthn.read_shown(answer)
    row = session.scalar(select(Passkey).where(Passkey.credential_id == shown.credential_id).with_for_update())
    if row is None or row.public_key is None or (editor_id is not None and row.owner_id != editor_id):
        raise Invalid(UNKNOWN)
    # Who signs in without an address is named by the handle.
    if (editor_id is None or shown.handle is not None) and shown.handle != row.user_handle:
        raise Invalid(UNKNOWN)
    count = webauthn.verify(site, challenge, answer, row.public_key)
    if (count or row.sign_count) and count <= row.sign_count:
        log.warning(
            "passkey refused: its counter went back", passkey=row.id, owner=row.owner_id, stored=row.sign_count, shown=count
        )
        raise Invalid(COPIED)
    row.sign_count, row.used_at = count, clock.now()
    return row


def rename(session: Session, editor: Editor, passkey_id: int, name: str, *, actor: Actor) -> Passkey:
    """Give one of the editor's passkeys another name. Raises NotFound, Invalid with field "name"."""
    row = get(session, editor, passkey_id, locked=True)
    name = validation.text(name, "name", most=NAME_MAX, needed=N_("Give the passkey a name."))
    if name != row.name:
        data = ledger.changed(row, name=name)
        row.name = name
        ledger.record(session, row, "passkey.renamed", actor=actor, data=data)
    return row


def remove(session: Session, editor: Editor, passkey_id: int, *, actor: Actor) -> Passkey:
    """Remove one of the editor's passkeys for good. Raises NotFound."""
    row = get(session, editor, passkey_id, locked=True)
    _remove(session, row, actor)
    return row


def remove_all_of(session: Session, editor: Editor, *, actor: Actor) -> int:
    """Remove every passkey of an editor; return how many there were."""
    rows = list_of(session, editor.id)
    for row in rows:
        _remove(session, row, actor)
    return len(rows)


def list_of(session: Session, owner_id: int) -> Sequence[Passkey]:
    """The passkeys of an editor that can be used, the oldest first."""
    query = select(Passkey).where(Passkey.owner_id == owner_id, Passkey.removed_at.is_(None)).order_by(Passkey.id)
    return session.scalars(query).all()


def get(session: Session, editor: Editor, passkey_id: int, *, locked: bool = False) -> Passkey:
    """Return one of the editor's passkeys. Raises NotFound."""
    row = session.get(Passkey, passkey_id, with_for_update=locked or None)
    if row is None or row.owner_id != editor.id or row.removed_at is not None:
        raise NotFound()
    return row


def _remove(session: Session, row: Passkey, actor: Actor) -> None:
    at = clock.now()
    data = ledger.changed(row, removed_at=at)
    row.removed_at, row.credential_id, row.public_key = at, None, None
    ledger.record(session, row, "passkey.removed", actor=actor, data=data)


def _handle_of(session: Session, editor: Editor) -> bytes:
    # An authenticator keeps one passkey for each handle: another one would leave the old one behind in its list.
    known = session.scalar(select(Passkey.user_handle).where(Passkey.owner_id == editor.id).order_by(Passkey.id).limit(1))
    return known or secrets.token_bytes(_HANDLE_BYTES)


def _id(row: Passkey) -> str:
    return row.credential_id or ""
