"""Tables of people, their sessions and the newsroom's settings.

`UserMixin` and `RoleMixin` are what Flask-Security asks of its users; they are the one thing here that knows Flask.
"""

import re
import secrets
from datetime import date, datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker import clock
from tracker.accounts.roles import expand
from tracker.db import Base, BigId, partial_index
from tracker.ledger.recording import Actor
from tracker.ledger.rows import Tracked


def initials(name: str) -> str:
    """The first letters of a person's first and last name, without signs; the first two of a single name."""
    words = re.sub(r"[^\w\s]", "", name).split() or [name]
    return (words[0][:1] + words[-1][:1] if len(words) > 1 else words[0][:2]).upper()


editor_role = Table(
    "editor_role",
    Base.metadata,
    Column("editor_id", ForeignKey("editor.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class RoleRow(Base, RoleMixin):
    """A role that can be given; the rows are made by the migrations and never change."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    permissions: Mapped[list[str] | None] = mapped_column(JSON)  # read by Flask-Security; the tracker asks for roles


class Editor(Base, UserMixin):
    """A person of the newsroom. Disabled (`active` false), never deleted: the history speaks of them."""

    __tablename__ = "editor"
    __history__ = Tracked("editor", plain=("active", "desk_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)  # as `people.normal_email` makes it: one account an address
    name: Mapped[str] = mapped_column(String(120))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    is_sample: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    language: Mapped[str | None] = mapped_column(String(8))
    theme: Mapped[str] = mapped_column(String(8), server_default="auto", default="auto")
    shortcuts: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    key_hints: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # On leave up to and including this day; the stand-in gets their notifications until then.
    away_until: Mapped[date | None]
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), index=True)

    # What Flask-Security keeps about signing in.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: secrets.token_hex(32))
    # "authenticator" with an app (and passkeys, perhaps), "passkey" with passkeys alone; None without a second factor.
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    # The last time step of which a code of the second factor was used: no code counts twice.
    tf_last_step: Mapped[int] = mapped_column(BigId, server_default=text("0"), default=0)

    roles: Mapped[list[RoleRow]] = relationship(secondary=editor_role, lazy="selectin")  # type: ignore[assignment]

    @property
    def role_names(self) -> frozenset[str]:
        """The roles held, with those they include."""
        return expand({role.name for role in self.roles})

    @property
    def actor(self) -> Actor:
        """This editor as one who acts, with the roles of this moment."""
        return Actor(self.id, self.role_names if self.active else frozenset())

    @property
    def initials(self) -> str:
        """Two letters for the owner column."""
        return initials(self.name)


class Desk(Base):
    """A desk of the newsroom, such as Politics. Its claims are those of its members. Removed, its name stays for the history."""

    __tablename__ = "desk"
    __history__ = Tracked("desk", plain=("removed_at",), texts=("name",))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]


class EditorSession(Base):
    """One signed-in browser. The cookie names it; the row decides whether it still counts."""

    __tablename__ = "editor_session"

    sid_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    remembered: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)  # "keep me signed in"
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None] = mapped_column(String(32))
    user_agent: Mapped[str] = mapped_column(String(255), server_default="", default="")
    address: Mapped[str] = mapped_column(String(64), server_default="", default="")

    __table_args__ = (Index("ix_editor_session_editor_id", "editor_id", "ended_at"),)  # the sessions of one editor


class Invitation(Base):
    """A person who was asked to join, with the roles that they will have. The account is made when they accept."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(String(255))  # as that of an editor
    name: Mapped[str] = mapped_column(String(120))
    roles: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(8))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("editor.id"))
    invited_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None] = mapped_column(String(16))  # accepted or withdrawn
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))  # whose account it became

    __table_args__ = (
        # One row per key.
        partial_index("uq_invitation_waiting", "email", unique=True, where="ended_at IS NULL"),
    )


class OneTimeLink(Base):
    """A link that does one thing once: set up the newsroom, accept an invitation, set a new password.

    The link's token is known to its receiver alone; the row holds its hash, or nothing as long as its mail has not been written.
    """

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(255), server_default="", default="")  # where it is mailed to
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    mail: Mapped[str] = mapped_column(String(16), server_default="", default="")  # see links.Mail
    mail_at: Mapped[datetime | None]  # the next try, or when it went out
    mail_tries: Mapped[int] = mapped_column(Integer, server_default=text("0"), default=0)
    mail_fault: Mapped[str] = mapped_column(Text, server_default="", default="")

    __table_args__ = (
        # The mails that wait.
        partial_index("ix_one_time_link_mail_at", "mail_at", where="mail = 'wanted'"),
    )


class SignInLimit(Base):
    """How often sign-in was tried lately, keyed by a hash of what is counted (see `login_rate_limit`)."""

    __tablename__ = "sign_in_limit"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int]


class Setting(Base):
    """One setting of the newsroom, as JSON text under its key."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class ExternalIdentity(Base):
    """An account at an OpenID provider that signs in as an editor: the issuer and the subject that it never reuses."""

    __tablename__ = "external_identity"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class ApiToken(Base):
    """What a program of an editor shows to use the API: `trk_` and 49 characters, of which the row holds the hash alone."""

    __tablename__ = "api_token"
    __history__ = Tracked("token", plain=("owner_id", "scopes", "expires_on", "revoked_at"), texts=("name",))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("editor.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(120))  # keys of `tokens.Scope` in their order, separated by spaces
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_on: Mapped[date]  # works up to the end of this day
    used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey (WebAuthn credential) of an editor. Removed, it keeps its name and dates alone, which the history speaks of."""

    __tablename__ = "passkey"
    __history__ = Tracked("passkey", plain=("owner_id", "removed_at"), texts=("name",))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("editor.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    credential_id: Mapped[str | None] = mapped_column(String(1_400), unique=True)  # base64url
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)  # as fido2's AttestedCredentialData
    user_handle: Mapped[bytes] = mapped_column(LargeBinary)  # one for all passkeys of an editor
    sign_count: Mapped[int] = mapped_column(BigId, server_default=text("0"), default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    used_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
