"""The index of claims by their words.

Revision: 0004, after 0003.

What is in it is folded by the tracker and filled in after the upgrade: a revision knows no language.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "claim_search",
        sa.Column("claim_id", BIG, autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_search_claim_id_claim")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim_search")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE claim_fts USING fts5("
            "folded, content='claim_search', content_rowid='claim_id', tokenize='unicode61 remove_diacritics 0')"
        )
        # FTS5 takes a row out only when it is told the very text that was put in.
        put = "INSERT INTO claim_fts (rowid, folded) VALUES (NEW.claim_id, NEW.folded);"
        take = "INSERT INTO claim_fts (claim_fts, rowid, folded) VALUES ('delete', OLD.claim_id, OLD.folded);"
        op.execute(f"CREATE TRIGGER claim_search_insert AFTER INSERT ON claim_search BEGIN {put} END")
        op.execute(f"CREATE TRIGGER claim_search_delete AFTER DELETE ON claim_search BEGIN {take} END")
        op.execute(f"CREATE TRIGGER claim_search_update AFTER UPDATE ON claim_search BEGIN {take} {put} END")
    else:
        op.execute("CREATE INDEX ix_claim_search_words ON claim_search USING gin (to_tsvector('simple'::regconfig, folded))")
