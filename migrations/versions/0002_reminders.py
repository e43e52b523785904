"""Reminders: the outbox, what each editor wants to be sent, leave, and where a claim stands in its reminders.

Revision: 0002, follows 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITS = "status IN ('open', 'due')"


def where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def add_columns() -> None:
    # The oldest of days: every claim is looked at once after the migration.
    op.add_column("claim", sa.Column("remind_on", sa.Date(), server_default="1970-01-01", nullable=False))
    op.add_column("claim", sa.Column("remind_cycle", sa.Integer(), server_default="-1", nullable=False))
    op.create_index("ix_claim_remind", "claim", ["remind_on", "id"], unique=False, **where(WAITS))
    op.create_index("ix_claim_rearmed", "claim", ["id"], unique=False, **where(f"{WAITS} AND remind_cycle <> due_cycle"))
    op.add_column("editor", sa.Column("away_until", sa.Date(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # As a part of the column: SQLite would otherwise have to build the table anew, and its triggers and keys with it.
        op.execute(
            "ALTER TABLE editor ADD COLUMN stand_in_id INTEGER CONSTRAINT fk_editor_stand_in_id_editor REFERENCES editor (id)"
        )
    else:
        op.add_column("editor", sa.Column("stand_in_id", ID, nullable=True))
        op.create_foreign_key(op.f("fk_editor_stand_in_id_editor"), "editor", "editor", ["stand_in_id"], ["id"])


def create_outbox() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("due_cycle", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("claim_id", ID, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "leased",
                "sent",
                "cancelled",
                "set_aside",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("carrier_id", ID, nullable=True),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("delivered_to_id", ID, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=32), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carrier_id"], ["reminder.id"], name=op.f("fk_reminder_carrier_id_reminder")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_reminder_claim_id_claim")),
        sa.ForeignKeyConstraint(["delivered_to_id"], ["editor.id"], name=op.f("fk_reminder_delivered_to_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("kind", "subject", "recipient", "channel", "due_cycle", "step", name="uq_reminder_key"),
    )
    bell = "channel = 'bell' AND state = 'sent'"
    for name, columns, condition in (
        ("ix_reminder_waiting", ["channel", "next_try_at", "id"], "state = 'planned' AND carrier_id IS NULL"),
        ("ix_reminder_planned", ["id"], "state = 'planned'"),
        ("ix_reminder_leased", ["lease_until"], "state = 'leased'"),
        ("ix_reminder_carrier_id", ["carrier_id"], "carrier_id IS NOT NULL"),
        ("ix_reminder_set_aside", ["ended_at", "id"], "state = 'set_aside'"),
        ("ix_reminder_bell", ["delivered_to_id", "id"], bell),
        ("ix_reminder_unread", ["delivered_to_id", "id"], f"{bell} AND read_at IS NULL"),
    ):
        op.create_index(name, "reminder", columns, unique=False, **where(condition))
    op.create_index("ix_reminder_claim_id", "reminder", ["claim_id", "id"], unique=False)
    op.create_index("ix_reminder_recipient", "reminder", ["recipient", "channel", "ended_at"], unique=False)


def create_preferences() -> None:
    switches = {
        name: "(false)" if name == "unowned" else "(true)"
        for name in ("own", "signoffs", "unowned", "look_ahead", "before", "on_the_day", "late", "requests", "escalations")
    }
    op.create_table(
        "reminder_preference",
        sa.Column("editor_id", ID, nullable=False),
        sa.Column(
            "digest",
            sa.Enum("off", "weekly", "weekdays", "daily", name="frequency", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("hour", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Boolean(), server_default=sa.text(default), nullable=False) for name, default in switches.items()),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_reminder_preference_editor_id_editor")),
        sa.PrimaryKeyConstraint("editor_id", name=op.f("pk_reminder_preference")),
    )


def upgrade() -> None:
    add_columns()
    create_outbox()
    create_preferences()
