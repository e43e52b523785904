"""Scorecards are counted anew by hedge of a speaker.

Revision: 0037, after 0036.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without it, the job counts all claims anew and removes what was counted before.
    op.get_bind().info.setdefault("changed_tables", set()).add("score_state")
    op.execute(sa.text("DELETE FROM score_state"))
