"""Imports: files between the steps, bad rows, mappings kept by name.

Revision: 0003, follows 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def create_job() -> None:
    op.create_table(
        "import_job",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), server_default="", nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("editor_id", ID, nullable=True),
        *(text(name) for name in ("choices", "about", "plan", "tally", "fault")),
        sa.Column("skip_bad", sa.Boolean(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("line_done", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_import_job_editor_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_index("ix_import_job_state_id", "import_job", ["state", "id"], unique=False)
    op.create_index("ix_import_job_editor_id", "import_job", ["editor_id", "id"], unique=False)
    op.create_index("ix_import_job_touched_at", "import_job", ["touched_at"], unique=False)


def create_what_belongs_to_it() -> None:
    op.create_table(
        "import_chunk",
        sa.Column("job_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name=op.f("fk_import_chunk_job_id_import_job")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_import_chunk")),
    )
    op.create_table(
        "import_bad_row",
        sa.Column("job_id", ID, nullable=False),
        sa.Column("line", ID, autoincrement=False, nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name=op.f("fk_import_bad_row_job_id_import_job")),
        sa.PrimaryKeyConstraint("job_id", "line", name=op.f("pk_import_bad_row")),
    )


def create_mapping() -> None:
    op.create_table(
        "import_mapping",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("editor_id", ID, nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_import_mapping_editor_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("name", name=op.f("uq_import_mapping_name")),
    )


def upgrade() -> None:
    create_job()
    create_what_belongs_to_it()
    create_mapping()
