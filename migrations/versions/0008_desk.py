"""Saved views of the queue, and steps on many claims that can be taken back.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", ID, nullable=False),
        sa.Column("editor_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_saved_view_editor_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("editor_id", "name", name=op.f("uq_saved_view_editor_id_name")),
    )
    op.create_table(
        "bulk_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("editor_id", ID, nullable=False),
        sa.Column("picks", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_bulk_step_editor_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_step")),
    )
    op.create_index("ix_bulk_step_editor_id", "bulk_step", ["editor_id", "id"], unique=False)
