"""PostgreSQL keeps the words of each claim cut, beside the index over them.

Revision: 0011, after 0010.

With the index alone, a search that goes through claims newest first, or looks among those of one status, cut the words of every
claim that it passed all over again. Adding the column writes the table of words anew, and nobody searches or changes a claim's
words meanwhile. The index that this replaces goes, so code from before this revision would search without one: no mark.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return  # FTS5 is asked for its hits in order, and a claim's words are looked at as text
    op.execute(
        "ALTER TABLE claim_search ADD COLUMN search_vector tsvector "
        "GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, folded)) STORED"
    )
    op.execute("DROP INDEX ix_claim_search_words")
    op.execute("CREATE INDEX ix_claim_search_words ON claim_search USING gin (search_vector)")
