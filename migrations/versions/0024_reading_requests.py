"""Articles that wait to be read with a language model.

Revision: 0024, after 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
keeps_older_code = True

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reading_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        sa.Column("editor_id", ID, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("parts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("parts_read", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_reading_request_article_id_article")),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_reading_request_editor_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_request")),
        sa.UniqueConstraint("article_id", "text_number", name=op.f("uq_reading_request_article_id_text_number")),
    )
