"""Sums of the counts that scorecards are added up from. Everything is counted anew by the first run of the job `scores`.

Cells now name the speaker into which another is merged.

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = (
    "tracked", "ripe", "confirmed", "partly", "refuted", "late", "unresolvable", "void", "overdue", "uncounted", "early",
    "under_review", "retrospective", "retrospective_confirmed",
)  # fmt: skip
PRODUCTS = ("squared", "full_squared", "full_product", "partly_squared", "partly_product")
KEY = ("dimension", "number", "text", "part", "certainty", "low", "high")


def upgrade() -> None:
    op.create_table(
        "score_total",
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("number", ID, autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("certainty", sa.String(length=32), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in PRODUCTS),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint(*KEY, name=op.f("pk_score_total")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_score_total_tracked", "score_total", ["dimension", "part", "tracked", "number", "text"])
    counted = ("score_cell", "topic_cell", "score_state")
    op.get_bind().info.setdefault("changed_tables", set()).update(counted)
    for table in counted:
        op.execute(sa.text(f"DELETE FROM {table}"))
