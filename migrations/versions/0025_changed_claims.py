"""An index for programs that ask which claims changed since a moment.

Revision: 0025, after 0024.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

keeps_older_code = True


def upgrade() -> None:
    op.create_index("ix_claim_updated_at", "claim", ["updated_at", "id"])
