"""The editors of the newsroom: add, change and disable them. Every change is in the history and ends the sessions it concerns."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker import bidi, ledger, validation
from tracker.accounts import links, open_work, passwords, sessions, tokens
from tracker.accounts.links import Purpose
from tracker.accounts.models import Editor, RoleRow
from tracker.accounts.roles import GIVEN, Role
from tracker.accounts.sessions import Ended
from tracker.errors import N_, Conflict, Forbidden, Invalid
from tracker.ledger import Actor, Text
from tracker.sql import require_row, take_turns

NAME_MAX: Final = 120
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")


def normal_email(given: str) -> str:
    """The one form of an address that is stored and looked up. Raises Invalid, with field "email".

    Lower case by Unicode's plain mapping, never by way of upper case: that would make one account of the Turkish dotless ı and i.
    """
    email = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", given).strip().lower())
    unusable = any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in email)
    if unusable or len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid(N_("Give an e-mail address such as name@example.org."), field="email")
    return email


def find(session: Session, email: str) -> Editor | None:
    """The editor with this address, active or not."""
    try:
        wanted = normal_email(email)
    except Invalid:
        return None
    return session.scalar(select(Editor).where(Editor.email == wanted))


def get(session: Session, editor_id: int) -> Editor:
    """The editor of this id. Raises NotFound."""
    return require_row(session, Editor, editor_id)


def everybody(session: Session) -> Sequence[Editor]:
    """All editors, those who are active first, by name."""
    return session.scalars(select(Editor).order_by(Editor.active.desc(), Editor.name, Editor.id)).all()


def has_editors(session: Session) -> bool:
    """Whether the newsroom has an editor yet who is not of the sample."""
    return session.scalar(select(Editor.id).where(Editor.is_sample.is_(False)).limit(1)) is not None


def add_editor(
    session: Session,
    email: str,
    name: str,
    roles: Iterable[str],
    password: str | None,
    actor: Actor,
    *,
    language: str | None = None,
    is_sample: bool = False,
) -> Editor:
    """Add an editor. Without a password the account cannot sign in yet.

    Raises Invalid for what cannot be taken, Conflict if the address is taken, Forbidden if the actor does not look after people.
    """
    need_admin(actor)
    email = normal_email(email)
    name = checked_name(name)
    rows = role_rows(session, roles)
    hashed = None if password is None else passwords.hash_of(passwords.check(password, about=(email, name)))
    editor = Editor(email=email, name=name, roles=rows, password=hashed, language=language, is_sample=is_sample)
    try:
        with session.begin_nested():
            session.add(editor)
            session.flush()
    except IntegrityError:
        raise Conflict(N_("There is an account with this address already.")) from None
    data = {
        "set": {"active": True},
        "email": Text(email),
        "name": Text(name),
        "roles": sorted(row.name for row in rows),
    }
    ledger.record(session, editor, "editor.created", actor=actor, data=data)
    return editor


def set_roles(session: Session, editor: Editor, roles: Iterable[str], *, actor: Actor) -> None:
    """Give an editor exactly these roles and end their sessions and tokens. Raises Invalid if no administrator would be left."""
    need_admin(actor)
    before, rows = sorted(row.name for row in editor.roles), role_rows(session, roles)
    after = sorted(row.name for row in rows)
    if before == after:
        return
    if Role.ADMIN in before and Role.ADMIN not in after:
        _need_another_admin(session, editor)
    editor.roles = rows
    sessions.end_all(session, editor.id, Ended.ROLES)
    ledger.record(session, editor, "editor.roles", actor=actor, data={"roles": after, "roles_before": before})
    tokens.revoke_all_of(session, editor.id, actor)
    if Role.EDITOR not in editor.role_names:
        _release_work(session, editor, None, actor)


def set_password(session: Session, editor: Editor, password: str, *, actor: Actor) -> None:
    """Set an editor's password and end their sessions.

    Editors set their own; for others that is an admin's. Raises Invalid, with field "password".
    """
    if actor.editor_id != editor.id:
        need_admin(actor)
    editor.password = passwords.hash_of(passwords.check(password, about=(editor.email, editor.name)))
    # What was signed with the old one (cookies, links by mail) becomes void.
    editor.fs_uniquifier = secrets.token_hex(32)
    password_was_set(session, editor, actor=actor)


def password_was_set(session: Session, editor: Editor, *, actor: Actor, keep_session: str | None = None) -> None:
    """What follows from a new password: the sessions end and an event is recorded (never the password)."""
    sessions.end_all(session, editor.id, Ended.PASSWORD, keep=keep_session)
    links.end(session, Purpose.PASSWORD, editor_id=editor.id)
    ledger.record(session, editor, "editor.password", actor=actor)


def disable(session: Session, editor: Editor, *, actor: Actor, hand_to: Editor | None = None) -> int:
    """Take an editor's access away; return how many claims went to `hand_to`, or have no owner now.

    Ends their sessions and tokens, cancels the signatures asked of them and, by the hook of `open_work`, what else acts in
    their name.
    Raises Invalid if no administrator would be left, or if `hand_to` cannot own claims.
    """
    need_admin(actor)
    if not editor.active:
        return 0
    if Role.ADMIN in editor.role_names:
        _need_another_admin(session, editor)
    data = ledger.changed(editor, active=False)
    editor.active = False
    editor.fs_uniquifier = secrets.token_hex(32)
    sessions.end_all(session, editor.id, Ended.DISABLED)
    ledger.record(session, editor, "editor.disabled", actor=actor, data=data)
    tokens.revoke_all_of(session, editor.id, actor)
    open_work.on_editor_disabled(session, editor.id, actor)
    return _release_work(session, editor, hand_to, actor)


def enable(session: Session, editor: Editor, *, actor: Actor) -> None:
    """Give a disabled editor access again, with the roles, password and passkeys they had."""
    need_admin(actor)
    if editor.active:
        return
    data = ledger.changed(editor, active=True)
    editor.active = True
    ledger.record(session, editor, "editor.enabled", actor=actor, data=data)


def set_display(editor: Editor, **choices: str | bool | None) -> None:
    """Store how an editor likes their pages: language, theme, shortcuts, key_hints. No matter for the history."""
    for name in ("language", "theme", "shortcuts", "key_hints"):
        if name in choices:
            setattr(editor, name, choices[name])


def _release_work(session: Session, editor: Editor, hand_to: Editor | None, actor: Actor) -> int:
    if hand_to is not None and (hand_to.id == editor.id or not hand_to.active or Role.EDITOR not in hand_to.role_names):
        raise Invalid(N_("This person cannot own claims."), field="hand_to")
    session.flush()
    return sum(open_work.release_open_work(session, editor.id, None if hand_to is None else hand_to.id, actor))


def need_admin(actor: Actor) -> None:
    """Raise Forbidden unless the actor looks after people."""
    if Role.ADMIN not in actor.roles and Role.SYSTEM not in actor.roles:
        raise Forbidden(N_("Only an administrator manages accounts."))


def _need_another_admin(session: Session, editor: Editor) -> None:
    """Raise Invalid if this is the last administrator: no one could grant access again."""
    take_turns(session, "administrators")  # two who take the role from each other at once must not both succeed
    others = select(Editor.id).where(Editor.id != editor.id, Editor.active, Editor.roles.any(RoleRow.name == Role.ADMIN))
    if session.scalar(others.limit(1)) is None:
        raise Invalid(N_("This is the last administrator. Give another account this role first."), field="roles")


def checked_name(given: str) -> str:
    """A person's name on one line. Raises Invalid, with field "name"."""
    name = " ".join(unicodedata.normalize("NFC", given).split())
    if not name or any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in name):
        raise Invalid(N_("Give a name."), field="name")
    if bidi.changes_direction(name):
        raise Invalid(validation.REVERSES, field="name")
    if len(name) > NAME_MAX:
        raise Invalid(N_("A name has at most %(most)s characters."), field="name", most=NAME_MAX)
    return name


def role_rows(session: Session, roles: Iterable[str]) -> list[RoleRow]:
    """The rows of these roles. Raises Invalid, with field "roles", for none or one that does not exist."""
    wanted = {str(role) for role in roles}
    if not wanted or not wanted <= {role.value for role in GIVEN}:
        raise Invalid(N_("Give one or more of the roles viewer, editor, chief, admin."), field="roles")
    return list(session.scalars(select(RoleRow).where(RoleRow.name.in_(wanted)).order_by(RoleRow.id)))
