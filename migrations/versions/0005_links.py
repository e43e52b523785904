"""Links that work once, invitations, and the last code of the second factor.

Revision: 0005, follows 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("invited_by_id", ID, nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=16), nullable=True),
        sa.Column("editor_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["invited_by_id"], ["editor.id"], name=op.f("fk_invitation_invited_by_id_editor")),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_invitation_editor_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    waiting = sa.text("ended_at IS NULL")
    op.create_index("uq_invitation_waiting", "invitation", ["email"], unique=True, sqlite_where=waiting, postgresql_where=waiting)


def create_link() -> None:
    op.create_table(
        "one_time_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=255), server_default="", nullable=False),
        sa.Column("editor_id", ID, nullable=True),
        sa.Column("invitation_id", ID, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail", sa.String(length=16), server_default="", nullable=False),
        sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("mail_fault", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_one_time_link_editor_id_editor")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_one_time_link_invitation_id_invitation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_index(op.f("ix_one_time_link_editor_id"), "one_time_link", ["editor_id"], unique=False)
    op.create_index(op.f("ix_one_time_link_invitation_id"), "one_time_link", ["invitation_id"], unique=False)
    wanted = sa.text("mail = 'wanted'")
    op.create_index("ix_one_time_link_mail_at", "one_time_link", ["mail_at"], sqlite_where=wanted, postgresql_where=wanted)


def upgrade() -> None:
    create_invitation()
    create_link()
    op.add_column("editor", sa.Column("tf_last_step", ID, server_default=sa.text("0"), nullable=False))
