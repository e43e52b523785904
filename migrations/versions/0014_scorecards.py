"""Counts of claims per article, from which scorecards are added up. The first run of the job `scores` fills them.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
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
        "score_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("recount_from", sa.Date(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_score_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_state")),
    )
    op.create_table(
        "score_cell",
        sa.Column("article_id", ID, nullable=False),
        sa.Column("speaker_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("certainty", sa.String(length=32), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("hedge", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_score_cell_article_id_article")),
        sa.PrimaryKeyConstraint(
            "article_id", "speaker_id", "owner_id", "certainty", "low", "high", "hedge", "year", name=op.f("pk_score_cell")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_score_cell_speaker", "score_cell", ["speaker_id", "article_id", *COUNTS])
    op.create_table(
        "topic_cell",
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("certainty", sa.String(length=32), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_topic_cell_article_id_article")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_cell_topic_id_topic")),
        sa.PrimaryKeyConstraint("topic_id", "article_id", "certainty", "low", "high", "year", name=op.f("pk_topic_cell")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_topic_cell_article", "topic_cell", ["article_id"])
