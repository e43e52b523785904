"""Webhooks may be messages to services that the library Apprise knows.

Revision: 0029, after 0028.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

FORMATS = sa.text("format IN ('standard', 'slack', 'mattermost', 'apprise')")


def upgrade() -> None:
    with op.batch_alter_table("webhook") as batch:
        batch.drop_constraint(op.f("ck_webhook_format"), type_="check")
        batch.create_check_constraint(op.f("ck_webhook_format"), FORMATS)
