"""Rows that are written once may have a text erased, and nothing else changed.

Revision: 0018, after 0017. A later column of one of these tables must be guarded anew, as `guard` does here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MARK = "[erased / effacé]"
MASK = "█"
TEXTS = {"verdict": ("rationale", "missing"), "verdict_decision": ("note",), "postscript": ("body",)}


def guard(table: str) -> None:
    """Refuse every update but one that turns a text into the mark, or masks words of an article's text."""
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    erased = TEXTS.get(table, ("body", "sha256"))
    same = [f"NEW.{name} IS OLD.{name}" for name in columns if name not in erased]
    if table == "article_text":
        allowed = [f"length(NEW.body) = length(OLD.body) AND NEW.body <> OLD.body AND instr(NEW.body, '{MASK}') > 0"]
    else:
        allowed = [f"(NEW.{name} IS OLD.{name} OR NEW.{name} = '{MARK}')" for name in erased]
        allowed.append(f"({' OR '.join(f'NEW.{name} IS NOT OLD.{name}' for name in erased)})")
    op.execute(f"DROP TRIGGER guard_{table}_update")
    op.execute(
        f"CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table} WHEN NOT ({' AND '.join([*same, *allowed])}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def guard_postgresql() -> None:
    """The same; the function compares rows as JSON, so that a later column is guarded as well."""
    op.execute(
        "CREATE FUNCTION refuse_change_but_erasing() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE before jsonb; after jsonb; erased boolean := false; field text; "
        "BEGIN "
        "IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; "
        "before := to_jsonb(OLD); after := to_jsonb(NEW); "
        "FOREACH field IN ARRAY TG_ARGV LOOP "
        "IF after->>field IS DISTINCT FROM before->>field THEN "
        f"IF after->>field IS DISTINCT FROM '{MARK}' THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; "
        "erased := true; END IF; "
        "before := before - field; after := after - field; "
        "END LOOP; "
        "IF NOT erased OR before <> after THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE FUNCTION refuse_change_but_masking() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN "
        "IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; "
        "IF length(NEW.body) <> length(OLD.body) OR NEW.body = OLD.body "
        f"OR strpos(NEW.body, '{MASK}') = 0 "
        "OR to_jsonb(NEW) - 'body' - 'sha256' <> to_jsonb(OLD) - 'body' - 'sha256' "
        "THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; "
        "RETURN NEW; END $$"
    )
    for table, texts in TEXTS.items():
        arguments = ", ".join(f"'{name}'" for name in texts)
        _replace_trigger(table, f"refuse_change_but_erasing({arguments})")
    _replace_trigger("article_text", "refuse_change_but_masking()")


def _replace_trigger(table: str, function: str) -> None:
    op.execute(f"DROP TRIGGER guard_{table}_change ON {table}")
    op.execute(f"CREATE TRIGGER guard_{table}_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        guard_postgresql()
        return
    for table in (*TEXTS, "article_text"):
        guard(table)
