"""A source can have the address of an archived copy.

Revision: 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

keeps_older_code = True


def upgrade() -> None:
    op.add_column("evidence", sa.Column("archive_url", sa.Text(), nullable=True))
