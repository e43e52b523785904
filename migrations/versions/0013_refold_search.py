"""Empty the indexes of words, to be filled again: folding now knows every script.

Revision: 0013, after 0012.

`tracker db upgrade` fills them after the upgrade; until then a search finds what is indexed so far.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("claim", "article", "speaker"):
        op.get_bind().info.setdefault("changed_tables", set()).add(f"{name}_search")
        if op.get_bind().dialect.name == "sqlite":
            _empty_fts(name)
        else:
            op.execute(f"TRUNCATE {name}_search")


def _empty_fts(name: str) -> None:
    """Empty an index as a whole: row by row, its trigger would take out each word of a million claims."""
    table, key = f"{name}_search", f"{name}_id"
    op.execute(f"DROP TRIGGER {table}_delete")
    op.execute(f"INSERT INTO {name}_fts ({name}_fts) VALUES ('delete-all')")
    op.execute(f"DELETE FROM {table}")
    take = f"INSERT INTO {name}_fts ({name}_fts, rowid, folded) VALUES ('delete', OLD.{key}, OLD.folded);"
    op.execute(f"CREATE TRIGGER {table}_delete AFTER DELETE ON {table} BEGIN {take} END")
