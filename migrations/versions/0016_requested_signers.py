"""Index the proposals that wait for one editor's signature: every page counts them for the editor who reads it.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

keeps_older_code = True

WAITING = sa.text("status = 'proposed' AND requested_signer_id IS NOT NULL")


def upgrade() -> None:
    columns = ["requested_signer_id", "id"]
    op.create_index("ix_claim_requested_signer", "claim", columns, sqlite_where=WAITING, postgresql_where=WAITING)
