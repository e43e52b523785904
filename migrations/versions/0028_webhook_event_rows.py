"""The events that a webhook has subscribed to are rows of their own, no longer words in a column.

Revision: 0028, after 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "webhook_event",
        sa.Column("webhook_id", ID, nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_event_webhook_id_webhook")),
        sa.PrimaryKeyConstraint("webhook_id", "event", name=op.f("pk_webhook_event")),
    )
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT id, events FROM webhook")).all()
    lines = [{"webhook": number, "event": event} for number, events in found for event in dict.fromkeys(events.split())]
    if lines:
        connection.execute(sa.text("INSERT INTO webhook_event (webhook_id, event) VALUES (:webhook, :event)"), lines)
    with op.batch_alter_table("webhook") as batch:
        batch.drop_column("events")
