"""The counts of an article's public claims are read from an index alone.

Revision: 0031, after 0030.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

keeps_older_code = True

INDEX = "ix_public_claim_article"


def upgrade() -> None:
    op.drop_index(op.f(INDEX), "public_claim")
    op.create_index(op.f(INDEX), "public_claim", ["article_id", "position", "claim_id", "state"])
