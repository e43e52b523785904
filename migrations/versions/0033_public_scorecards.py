"""Scorecards for readers: counts of public claims, and the cards that they amount to. The job `public-scores` fills them.

Revision: 0033, after 0032.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

keeps_older_code = True

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = (
    "tracked", "ripe", "confirmed", "partly", "refuted", "late", "unresolvable", "void", "overdue", "uncounted", "early",
    "under_review", "retrospective", "retrospective_confirmed",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "public_score_cell",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", ID, autoincrement=False, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("certainty", sa.String(length=32), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("kind", "number", "article_id", "certainty", "low", "high", name=op.f("pk_public_score_cell")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_public_score_cell_article_id", "public_score_cell", ["article_id"])
    op.create_table(
        "public_score_article",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("etag", sa.String(length=16), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_public_score_article")),
    )
    op.create_table(
        "public_score",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", ID, autoincrement=False, nullable=False),
        sa.Column("tracked", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "number", name=op.f("pk_public_score")),
    )
    op.create_index("ix_public_score_tracked", "public_score", ["kind", "tracked", "number"])
    stale = sa.text("is_stale")
    op.create_index("ix_public_score_stale", "public_score", ["kind", "number"], sqlite_where=stale, postgresql_where=stale)
    op.create_table(
        "public_score_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_public_score_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_score_state")),
    )
