"""Articles are recognised by their address and their words; their texts can come from a file or an address.

Revision: 0021, after 0020.

What articles are recognised by is filled in after the upgrade, as the indexes of words are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("article", sa.Column("url_key", sa.String(255), server_default="", nullable=False))
    op.create_index(op.f("ix_article_url_key"), "article", ["url_key"])
    op.create_table(
        "article_sketch",
        sa.Column("article_id", BIG, autoincrement=False, nullable=False),
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_sketch_article_id_article")),
        sa.PrimaryKeyConstraint("article_id", "hash", name=op.f("pk_article_sketch")),
    )
    op.create_index(op.f("ix_article_sketch_hash"), "article_sketch", ["hash"])
    op.create_table(
        "article_source",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("host", sa.String(255), server_default="", nullable=False),
        sa.Column("file_name", sa.String(200), server_default="", nullable=False),
        sa.Column("problem", sa.String(32), server_default="", nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("final_url", sa.Text(), server_default="", nullable=False),
        sa.Column("media_type", sa.String(120), server_default="", nullable=False),
        sa.Column("charset", sa.String(40), server_default="", nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sha256", sa.String(64), server_default="", nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("outlet", sa.Text(), server_default="", nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("article_id", BIG, nullable=True),
        sa.Column("editor_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_source_article_id_article")),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_article_source_editor_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_source")),
    )
    op.create_index("ix_article_source_state_id", "article_source", ["state", "id"])
    op.create_index("ix_article_source_host_started_at", "article_source", ["host", "started_at"])
