"""An index leads from a signed verdict to its claim, so that verdicts are listed in the order of their signatures.

Revision: 0034, after 0033.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

keeps_older_code = True


def upgrade() -> None:
    has_one = sa.text("signed_verdict_id IS NOT NULL")
    op.create_index("ix_claim_signed_verdict_id", "claim", ["signed_verdict_id"], sqlite_where=has_one, postgresql_where=has_one)
