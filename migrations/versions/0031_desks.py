"""Desks of the newsroom, and the desk in the counts of scorecards, which the first run of the job `scores` makes anew.

Revision: 0031, after 0030.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = (
    "tracked", "ripe", "confirmed", "partly", "refuted", "late", "unresolvable", "void", "overdue", "uncounted", "early",
    "under_review", "retrospective", "retrospective_confirmed",
)  # fmt: skip
KEY = ("article_id", "speaker_id", "owner_id", "desk_id", "certainty", "low", "high", "hedge", "year")


def upgrade() -> None:
    op.create_table(
        "desk",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # As a part of the column: SQLite would otherwise have to build the table anew, and its triggers and keys with it.
        op.execute("ALTER TABLE editor ADD COLUMN desk_id INTEGER CONSTRAINT fk_editor_desk_id_desk REFERENCES desk (id)")
    else:
        op.add_column("editor", sa.Column("desk_id", ID, nullable=True))
        op.create_foreign_key(op.f("fk_editor_desk_id_desk"), "editor", "desk", ["desk_id"], ["id"])
    op.create_index(op.f("ix_editor_desk_id"), "editor", ["desk_id"])
    count_anew()


def count_anew() -> None:
    counted = ("score_cell", "topic_cell", "score_total", "score_state")
    op.get_bind().info.setdefault("changed_tables", set()).update(counted)
    op.drop_table("score_cell")
    op.create_table(
        "score_cell",
        *(sa.Column(name, ID, autoincrement=False, nullable=False) for name in KEY[:4]),
        sa.Column("certainty", sa.String(length=32), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("hedge", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_score_cell_article_id_article")),
        sa.PrimaryKeyConstraint(*KEY, name=op.f("pk_score_cell")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_score_cell_speaker", "score_cell", ["speaker_id", "article_id", *COUNTS])
    for table in counted[1:]:
        op.execute(sa.text(f"DELETE FROM {table}"))
