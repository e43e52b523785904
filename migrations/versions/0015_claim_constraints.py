"""A claim's certainty may be unrecorded, its verdicts are foreign keys, bulk steps have rows, languages may be any BCP 47 tag.

Revision: 0015, after 0014. Existing claims keep the certainty they have.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TAG = sa.String(35)  # a BCP 47 tag
CERTAINTIES = ("flat", "hedged", "possible_only", "comparative", "not_a_probability", "not_recorded")
CHECKS = {
    "certainty": ("certainty", CERTAINTIES),
    "recall_to_status": ("recall_to", ("open", "due", "resolved")),
    "restore_to_status": ("restore_to", ("draft", "open", "due", "resolved")),
}


def upgrade() -> None:
    with op.batch_alter_table("claim") as batch:
        batch.drop_constraint(op.f("ck_claim_certainty"), type_="check")
        for name, (column, keys) in CHECKS.items():
            condition = f"{column} IN ({', '.join(repr(key) for key in keys)})"
            batch.create_check_constraint(op.f(f"ck_claim_{name}"), sa.text(condition))
        for column in ("signed_verdict_id", "proposal_id"):
            batch.create_foreign_key(op.f(f"fk_claim_{column}_verdict"), "verdict", [column], ["id"])
        for column in ("language", "quote_language"):
            batch.alter_column(column, type_=TAG, existing_type=sa.String(8))
    for table in ("article", "claim_translation"):
        with op.batch_alter_table(table) as batch:
            batch.alter_column("language", type_=TAG, existing_type=sa.String(8), existing_nullable=False)
    _split_picks()


def _split_picks() -> None:
    op.create_table(
        "bulk_step_claim",
        sa.Column("step_id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["bulk_step.id"], name=op.f("fk_bulk_step_claim_step_id_bulk_step"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_bulk_step_claim_claim_id_claim")),
        sa.PrimaryKeyConstraint("step_id", "claim_id", name=op.f("pk_bulk_step_claim")),
    )
    connection = op.get_bind()
    for step, picks in connection.execute(sa.text("SELECT id, picks FROM bulk_step")).all():
        for claim, version in {pick.split(":")[0]: pick.split(":")[1] for pick in picks.split(",") if pick}.items():
            connection.execute(
                sa.text("INSERT INTO bulk_step_claim (step_id, claim_id, version) VALUES (:step, :claim, :version)"),
                {"step": step, "claim": int(claim), "version": int(version)},
            )
    with op.batch_alter_table("bulk_step") as batch:
        batch.drop_column("picks")
