"""Mails about readers' reports: to the chief editors when one comes in, to the reader when it is answered.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
keeps_older_code = True

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "report_mail",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("purpose IN ('received', 'answer')", name=op.f("ck_report_mail_purpose_known")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_mail_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_mail")),
        sa.UniqueConstraint("report_id", "purpose", "address", name=op.f("uq_report_mail_report_id_purpose_address")),
    )
    where = sa.text("sent_at IS NULL AND fault = ''")
    op.create_index("ix_report_mail_waiting", "report_mail", ["due_at", "id"], sqlite_where=where, postgresql_where=where)
