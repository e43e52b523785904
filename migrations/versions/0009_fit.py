"""A database says how old the code may be that works on it, so that hosts can be updated one after the other.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("schema_fit", sa.Column("works_from", sa.String(32), nullable=False))
