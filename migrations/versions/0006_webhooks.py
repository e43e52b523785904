"""Webhooks, the tokens of private feeds, and which schedulers are there.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def one_of(name: str, *keys: str) -> sa.Enum:
    return sa.Enum(*keys, name=name, native_enum=False, create_constraint=True, length=32)


def where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def create_webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("format", one_of("format", "standard", "slack", "mattermost"), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_seq", ID, nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_because", one_of("paused", "by_hand", "failing", "gone", "owner_left"), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["editor.id"], name=op.f("fk_webhook_owner_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index("ix_webhook_there", "webhook", ["id"], unique=False, **where("removed_at IS NULL"))


def create_feeds() -> None:
    op.create_table(
        "feed_token",
        sa.Column("editor_id", ID, nullable=False),
        sa.Column("feed", one_of("feed", "calendar", "atom"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_feed_token_editor_id_editor")),
        sa.PrimaryKeyConstraint("editor_id", "feed", name=op.f("pk_feed_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_token_hash")),
    )


def upgrade() -> None:
    create_webhooks()
    create_feeds()
    op.create_table(
        "scheduler",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scheduler")),
    )
    op.create_index("ix_reminder_sent", "reminder", ["channel", "ended_at"], unique=False, **where("state = 'sent'"))
