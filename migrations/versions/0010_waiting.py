"""What waits for a second signature is found by owner, by speaker and by topic without a look at everybody's.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
keeps_older_code = True

PROPOSED = sa.text("status = 'proposed'")


def upgrade() -> None:
    for name, table, columns in (
        ("ix_claim_proposed_owner", "claim", ["owner_id", "review_on", "id"]),
        ("ix_claim_proposed_speaker", "claim", ["speaker_id", "review_on", "id"]),
        ("ix_claim_topic_proposed", "claim_topic", ["topic_id", "review_on", "claim_id"]),
    ):
        # It may have been made by hand already, without locking writers out.
        op.create_index(name, table, columns, sqlite_where=PROPOSED, postgresql_where=PROPOSED, if_not_exists=True)
