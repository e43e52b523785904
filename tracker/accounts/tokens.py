"""Tokens of the API: made once, shown once, kept as a hash, and worth no more than their owner's role at each request.

A token is `trk_`, 43 random characters and a checksum of 6, so that secret scanners recognise it and a mistyped
one costs no query.
"""

import hashlib
import secrets
import string
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, select, update
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.accounts.models import ApiToken, Editor, RoleRow, editor_role
from tracker.accounts.roles import Role, expand
from tracker.errors import N_, Forbidden, Invalid
from tracker.labelled_enum import LabelledEnum
from tracker.ledger import Actor
from tracker.sql import require_row

PREFIX: Final = "trk_"
NAME_MAX: Final = 120
DAYS_MAX: Final = 365
DAYS_DEFAULT: Final = 90
TOKENS_MAX: Final = 50  # in use, of one owner
_SECRET_LENGTH: Final = 43
_CHECKSUM_LENGTH: Final = 6
_DIGITS: Final = string.digits + string.ascii_letters


class Scope(LabelledEnum):
    """What a token may do at most."""

    READ = "read", N_("Read claims, verdicts and public evidence")
    READ_DESK = "read:desk", N_("Read internal evidence and implied speakers too")
    WRITE_CLAIMS = "write:claims", N_("Add and change articles and claims")
    WRITE_EVIDENCE = "write:evidence", N_("Add evidence, checks and notes")
    PROPOSE = "propose", N_("Propose verdicts, never sign them")
    SUGGEST = "suggest", N_("Send articles to be read for predictions")


# The role without which a scope gives nothing.
NEEDS: Final[Mapping[Scope, Role]] = {scope: Role.VIEWER if scope is Scope.READ else Role.EDITOR for scope in Scope}


@dataclass(frozen=True)
class Holder:
    """A token that works now, with its owner, the owner's roles of this moment, and the scopes that both together allow."""

    token_id: int
    name: str
    expires_on: date
    used_on: date | None
    owner_id: int
    owner: str
    roles: frozenset[str]
    scopes: frozenset[Scope]

    @property
    def actor(self) -> Actor:
        """The owner, as one who acts through this token."""
        return Actor(self.owner_id, self.roles, via=f"token:{self.token_id}")


# One row a role of the owner. Made once and run below the mapper: every request of a program waits for it.
HOLDER: Final = (
    select(
        ApiToken.id,
        ApiToken.name,
        ApiToken.scopes,
        ApiToken.expires_on,
        ApiToken.used_on,
        ApiToken.revoked_at,
        Editor.id.label("owner_id"),
        Editor.name.label("owner"),
        Editor.active,
        RoleRow.name.label("role"),
    )
    .join(Editor, Editor.id == ApiToken.owner_id)
    .outerjoin(editor_role, editor_role.c.editor_id == Editor.id)
    .outerjoin(RoleRow, RoleRow.id == editor_role.c.role_id)
    .where(ApiToken.token_hash == bindparam("hash"))
)


def is_well_formed(secret: str) -> bool:
    """Whether a text has the form and the checksum of a token; costs no query."""
    body = secret.removeprefix(PREFIX)
    if len(secret) != len(PREFIX) + len(body) or len(body) != _SECRET_LENGTH + _CHECKSUM_LENGTH or not body.isascii():
        return False
    return secrets.compare_digest(_checksum(body[:_SECRET_LENGTH]), body[_SECRET_LENGTH:])


def find_holder(session: Session, secret: str, today: date) -> Holder | None:
    """Return whose token this is; None where it opens nothing: unknown, revoked, expired, or its owner has no access."""
    return read_holder(find_rows(session, secret), today)


def find_rows(session: Session, secret: str, statement: Select[Any] | None = None) -> Sequence[Row[Any]]:
    """The rows of a token, one for each role of its owner; none where it is unknown. `statement`: HOLDER with more columns."""
    if not is_well_formed(secret):
        return ()
    session.flush()
    return session.connection().execute(HOLDER if statement is None else statement, {"hash": _hash(secret)}).all()


def read_holder(found: Sequence[Row[Any]], today: date) -> Holder | None:
    """Whose token these rows are of; None where it opens nothing."""
    if not found:
        return None
    row = found[0]
    if row.revoked_at is not None or row.expires_on < today or not row.active:
        return None
    roles = expand({each.role for each in found if each.role is not None})
    scopes = frozenset(scope for scope in map(Scope, row.scopes.split()) if NEEDS[scope] in roles)
    return Holder(row.id, row.name, row.expires_on, row.used_on, row.owner_id, row.owner, roles, scopes)


def is_working(token: ApiToken, owner: Editor, today: date) -> bool:
    """Whether a token opens anything on this day of the newsroom."""
    return token.revoked_at is None and today <= token.expires_on and owner.active


def scopes_of(token: ApiToken) -> tuple[Scope, ...]:
    """The scopes that a token was made with."""
    return tuple(Scope(key) for key in token.scopes.split())


def offered_scopes(owner: Editor) -> tuple[Scope, ...]:
    """The scopes that this editor's role can give to a token."""
    return tuple(scope for scope in Scope if NEEDS[scope] in owner.role_names)


def add(
    session: Session,
    owner: Editor,
    name: str,
    scopes: Iterable[str],
    *,
    actor: Actor,
    today: date,
    days: int = DAYS_DEFAULT,
) -> tuple[ApiToken, str]:
    """Make a token that works for `days` days; return its row and the token itself, which is nowhere else afterwards.

    Raises Invalid, naming the field; Forbidden for a scope that the owner's role does not allow, or for another's account.
    """
    if actor.editor_id != owner.id and Role.SYSTEM not in actor.roles:
        raise Forbidden(N_("Everyone makes their own tokens."))
    name = validation.text(name, "name", most=NAME_MAX, needed=N_("Give the token a name."))
    wanted = {validation.word(scope, Scope, "scopes") for scope in scopes}
    if not wanted:
        raise Invalid(N_("Choose what the token may do."), field="scopes")
    if not wanted <= set(offered_scopes(owner)) or not owner.active:
        raise Invalid(N_("The role of this account does not allow that."), field="scopes")
    if type(days) is not int or not 1 <= days <= DAYS_MAX:
        raise Invalid(N_("A token works for 1 to %(most)s days."), field="days", most=DAYS_MAX)
    # Two browsers at once must not both add the last one: the owner's row is the queue.
    session.execute(select(Editor.id).where(Editor.id == owner.id).with_for_update())
    if len([row for row in list_of(session, owner.id) if is_working(row, owner, today)]) >= TOKENS_MAX:
        raise Invalid(N_("There are %(most)s tokens already. Revoke one first."), field=None, most=TOKENS_MAX)
    secret = _make_secret()
    row = ApiToken(
        owner_id=owner.id,
        name=name,
        token_hash=_hash(secret),
        scopes=" ".join(scope for scope in Scope if scope in wanted),
        expires_on=today + timedelta(days=days),
    )
    session.add(row)
    ledger.record(session, row, "api_token.added", actor=actor, data=ledger.created(row))
    return row, secret


def revoke(session: Session, token_id: int, *, actor: Actor) -> ApiToken:
    """End a token for good; doing it twice does nothing. Owners end their own, chief editors and administrators any.

    Raises NotFound for one that is not there, Forbidden for another's.
    """
    row = require_row(session, ApiToken, token_id, with_for_update=True)
    if row.owner_id != actor.editor_id and not may_manage(actor):
        raise Forbidden(N_("Your role does not allow this."))
    _revoke(session, row, actor)
    return row


def may_manage(actor: Actor) -> bool:
    """Whether the actor sees and ends the tokens of others."""
    return bool(actor.roles & {Role.CHIEF, Role.ADMIN, Role.SYSTEM})


def revoke_all_of(session: Session, owner_id: int, actor: Actor) -> None:
    """End every token of an editor who is disabled or has another role from now on; the old role back opens none again."""
    for row in session.scalars(select(ApiToken).where(ApiToken.owner_id == owner_id, ApiToken.revoked_at.is_(None))):
        _revoke(session, row, actor)


def list_of(session: Session, owner_id: int) -> Sequence[ApiToken]:
    """The tokens of an editor, the newest first."""
    return session.scalars(select(ApiToken).where(ApiToken.owner_id == owner_id).order_by(ApiToken.id.desc())).all()


def list_all(session: Session) -> Sequence[tuple[ApiToken, Editor]]:
    """Every token with its owner, the newest first."""
    query = select(ApiToken, Editor).join(Editor, Editor.id == ApiToken.owner_id).order_by(ApiToken.id.desc())
    return [(token, owner) for token, owner in session.execute(query)]


def note_use(session: Session, token_id: int, today: date) -> None:
    """Store the day on which a token was last used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_on=today))


def _revoke(session: Session, row: ApiToken, actor: Actor) -> None:
    if row.revoked_at is not None:
        return
    at: datetime = clock.now()
    data = ledger.changed(row, revoked_at=at)
    row.revoked_at = at
    ledger.record(session, row, "api_token.revoked", actor=actor, data=data)


def _make_secret() -> str:
    body = secrets.token_urlsafe(32)
    return f"{PREFIX}{body}{_checksum(body)}"


def _checksum(body: str) -> str:
    number, found = zlib.crc32(body.encode("ascii")), ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_DIGITS))
        found = _DIGITS[digit] + found
    return found


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()
