"""The index of articles and speakers by their words; the queue's indexes hold all that its counts ask for.

Revision: 0007, after 0006.

What is in the index of words is folded by the tracker and filled in after the upgrade, as that of claims.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("status IN ('open', 'due', 'proposed')")


def upgrade() -> None:
    for name in ("article", "speaker"):
        _searchable(name)
    for suffix, columns in (("", ()), ("_owner", ("owner_id",)), ("_speaker", ("speaker_id",))):
        op.drop_index(f"ix_claim_queue{suffix}", "claim")
        op.create_index(
            f"ix_claim_queue{suffix}",
            "claim",
            [*columns, "review_on", "id", "status", "is_sample"],
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        )


def _searchable(name: str) -> None:
    table, key = f"{name}_search", f"{name}_id"
    op.create_table(
        table,
        sa.Column(key, BIG, autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint([key], [f"{name}.id"], name=op.f(f"fk_{table}_{key}_{name}")),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
    )
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"CREATE INDEX ix_{table}_words ON {table} USING gin (to_tsvector('simple'::regconfig, folded))")
        return
    op.execute(
        f"CREATE VIRTUAL TABLE {name}_fts USING fts5("
        f"folded, content='{table}', content_rowid='{key}', tokenize='unicode61 remove_diacritics 0')"
    )
    # FTS5 takes a row out only when it is told the very text that was put in.
    put = f"INSERT INTO {name}_fts (rowid, folded) VALUES (NEW.{key}, NEW.folded);"
    take = f"INSERT INTO {name}_fts ({name}_fts, rowid, folded) VALUES ('delete', OLD.{key}, OLD.folded);"
    op.execute(f"CREATE TRIGGER {table}_insert AFTER INSERT ON {table} BEGIN {put} END")
    op.execute(f"CREATE TRIGGER {table}_delete AFTER DELETE ON {table} BEGIN {take} END")
    op.execute(f"CREATE TRIGGER {table}_update AFTER UPDATE ON {table} BEGIN {take} {put} END")
