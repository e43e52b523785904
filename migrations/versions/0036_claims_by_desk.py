"""An index leads to an owner's claims in the order of the list of claims; scorecards are counted anew by year of a speaker.

Revision: 0036, after 0035.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_claim_owner_id", "claim", ["owner_id", "id", "status", "is_sample"])
    # Without it, the job counts all claims anew and removes what was counted before.
    op.get_bind().info.setdefault("changed_tables", set()).add("score_state")
    op.execute(sa.text("DELETE FROM score_state"))
