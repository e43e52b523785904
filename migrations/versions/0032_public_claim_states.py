"""The counts of an article's public claims are read from an index alone.

Revision: 0032, after 0031.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

keeps_older_code = True

INDEX = "ix_public_claim_article"


def upgrade() -> None:
    op.drop_index(op.f(INDEX), "public_claim")
    op.create_index(op.f(INDEX), "public_claim", ["article_id", "position", "claim_id", "state"])
