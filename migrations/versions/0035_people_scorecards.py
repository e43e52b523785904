"""Which people's scorecards readers see; none until a chief editor shows one.

Revision: 0035, after 0034.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

keeps_older_code = True

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "public_score_person",
        sa.Column("speaker_id", ID, autoincrement=False, nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["speaker_id"], ["speaker.id"], name=op.f("fk_public_score_person_speaker_id_speaker")),
        sa.PrimaryKeyConstraint("speaker_id", name=op.f("pk_public_score_person")),
    )
