"""Which editor an outside identity is: linked before, found by a confirmed address, or created at the first sign-in."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.accounts import people
from tracker.accounts.models import Editor, ExternalIdentity
from tracker.accounts.oidc import Identity, SignInFailed
from tracker.accounts.roles import Role
from tracker.config import SignInSettings
from tracker.errors import N_, Invalid
from tracker.ledger import SYSTEM

NO_ACCOUNT: Final = N_("There is no account for you in this newsroom. Ask an administrator to invite you.")
NO_ROLE: Final = N_("Your groups give you no role in this newsroom. Ask your administrator.")
DISABLED: Final = N_("Your account is disabled. Ask an administrator.")
NOT_CONFIRMED: Final = N_("The sign-in service has not confirmed your e-mail address, so it cannot be matched with an account.")


def find_or_create(session: Session, identity: Identity, settings: SignInSettings) -> Editor:
    """Return the editor of an identity, with the roles that its groups give. Raises SignInFailed with the reason."""
    roles = roles_for(identity.groups, settings)
    if settings.roles and not roles:
        raise SignInFailed(NO_ROLE)
    editor = _linked(session, identity) or _link(session, identity, settings, roles)
    if not editor.active:
        raise SignInFailed(DISABLED)
    if settings.roles and roles != {role.name for role in editor.roles}:
        _set_roles(session, editor, roles)
    return editor


def find_by_address(session: Session, email: str) -> Editor | None:
    """Return the active editor with an address, as a trusted proxy names it."""
    editor = people.find(session, email)
    return editor if editor is not None and editor.active else None


def roles_for(groups: Iterable[str], settings: SignInSettings) -> set[str]:
    """Return the roles that groups of the provider give."""
    held = set(groups)
    return {role for group, role in settings.roles if group in held}


def _linked(session: Session, identity: Identity) -> Editor | None:
    query = (
        select(Editor)
        .join(ExternalIdentity, ExternalIdentity.editor_id == Editor.id)
        .where(ExternalIdentity.issuer == identity.issuer, ExternalIdentity.subject == identity.subject)
    )
    return session.scalar(query)


def _link(session: Session, identity: Identity, settings: SignInSettings, roles: set[str]) -> Editor:
    # An address that anyone may enter at the provider must not open an account here.
    if not identity.email_verified or not identity.email:
        raise SignInFailed(NOT_CONFIRMED)
    editor = people.find(session, identity.email)
    if editor is None:
        editor = _create(session, identity, settings, roles)
    session.add(ExternalIdentity(editor_id=editor.id, issuer=identity.issuer, subject=identity.subject, linked_at=clock.now()))
    ledger.record(session, editor, "editor.identity_linked", actor=SYSTEM)
    return editor


def _create(session: Session, identity: Identity, settings: SignInSettings, roles: set[str]) -> Editor:
    domain = identity.email.rpartition("@")[2].lower()
    if "*" not in settings.create and domain not in settings.create:
        raise SignInFailed(NO_ACCOUNT)
    name = " ".join(identity.name.split())[: people.NAME_MAX] or identity.email
    try:
        return people.add_editor(session, identity.email, name, roles or {Role.VIEWER}, None, SYSTEM)
    except Invalid:
        # A name that cannot be stored; the address is confirmed.
        return people.add_editor(session, identity.email, identity.email[: people.NAME_MAX], roles or {Role.VIEWER}, None, SYSTEM)


def _set_roles(session: Session, editor: Editor, roles: set[str]) -> None:
    try:
        people.set_roles(session, editor, roles, actor=SYSTEM)
    except Invalid:
        # The last administrator keeps the role: without one, no account could be mended any more.
        people.set_roles(session, editor, {*roles, Role.ADMIN}, actor=SYSTEM)
