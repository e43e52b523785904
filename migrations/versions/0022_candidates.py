"""Readings of articles, their candidate predictions with the cues of each, and what was decided on them.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
keeps_older_code = True

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _one_of(column: str, name: str, *keys: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{key}'" for key in keys)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_candidate_{name}"))


def upgrade() -> None:
    op.create_table(
        "article_reading",
        sa.Column("id", BIG, nullable=False),
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("sorter_id", BIG, nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_reading_article_id_article")),
        sa.ForeignKeyConstraint(["sorter_id"], ["editor.id"], name=op.f("fk_article_reading_sorter_id_editor")),
        sa.ForeignKeyConstraint(["created_by_id"], ["editor.id"], name=op.f("fk_article_reading_created_by_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_reading")),
        sa.UniqueConstraint("article_id", "text_number", name=op.f("uq_article_reading_article_id_text_number")),
    )
    op.create_index(op.f("ix_article_reading_sorter_id"), "article_reading", ["sorter_id"])
    op.create_table(
        "candidate",
        sa.Column("id", BIG, nullable=False),
        sa.Column("reading_id", BIG, nullable=False),
        sa.Column("quote_start", sa.Integer(), nullable=False),
        sa.Column("quote_end", sa.Integer(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("score", sa.Float(), server_default="0", nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("speaker_id", BIG, nullable=True),
        sa.Column("speaker_name", sa.Text(), server_default="", nullable=False),
        sa.Column("speaker_kind", sa.String(32), nullable=False),
        sa.Column("attribution", sa.String(32), nullable=True),
        sa.Column("hedge", sa.Text(), server_default="", nullable=False),
        sa.Column("certainty", sa.String(32), nullable=False),
        sa.Column("likelihood_low", sa.Integer(), nullable=True),
        sa.Column("likelihood_high", sa.Integer(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("deadline_source", sa.String(32), nullable=True),
        sa.Column("deadline_start", sa.Integer(), nullable=True),
        sa.Column("deadline_end", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("criteria_kind", sa.String(16), server_default="", nullable=False),
        sa.Column("confirmed_if", sa.Text(), server_default="", nullable=False),
        sa.Column("refuted_if", sa.Text(), server_default="", nullable=False),
        sa.Column("topic_ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("is_edited", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("claim_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        _one_of("kind", "candidatekind", "likely", "perhaps", "intention", "own"),
        _one_of("state", "candidatestate", "waiting", "later", "kept", "rejected"),
        _one_of("speaker_kind", "speakerkind", "person", "organisation"),
        _one_of("attribution", "attribution", "stated", "implied", "article"),
        _one_of("certainty", "certainty", "flat", "hedged", "possible_only", "comparative", "not_a_probability", "not_recorded"),
        _one_of("deadline_source", "deadlinesource", "stated", "interpreted", "editor"),
        sa.CheckConstraint("quote_start < quote_end", name=op.f("ck_candidate_quote_in_order")),
        sa.CheckConstraint("(state = 'kept') = (claim_id IS NOT NULL)", name=op.f("ck_candidate_kept_has_claim")),
        sa.ForeignKeyConstraint(["reading_id"], ["article_reading.id"], name=op.f("fk_candidate_reading_id_article_reading")),
        sa.ForeignKeyConstraint(["speaker_id"], ["speaker.id"], name=op.f("fk_candidate_speaker_id_speaker")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_candidate_claim_id_claim")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["editor.id"], name=op.f("fk_candidate_decided_by_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_candidate_claim_id")),
        sa.UniqueConstraint("reading_id", "quote_start", "quote_end", name=op.f("uq_candidate_reading_id_quote_start_quote_end")),
    )
    unsorted = sa.text("state IN ('waiting', 'later') AND kind <> 'intention'")
    op.create_index("ix_candidate_unsorted", "candidate", ["reading_id"], sqlite_where=unsorted, postgresql_where=unsorted)
    op.create_table(
        "candidate_cue",
        sa.Column("candidate_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("cue_start", sa.Integer(), nullable=False),
        sa.Column("cue_end", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_cue_candidate_id_candidate")),
        sa.PrimaryKeyConstraint("candidate_id", "number", name=op.f("pk_candidate_cue")),
    )
    op.create_index(op.f("ix_candidate_cue_name"), "candidate_cue", ["name"])
