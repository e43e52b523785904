"""The rights of the application's account on PostgreSQL, where another account owns the tables (`docs/postgresql.md`)."""

from typing import Final

import sqlalchemy as sa

from tracker.db import Database
from tracker.errors import Invalid

APPLICATION: Final = "tracker_app"
READ_ONLY: Final = ("alembic_version", "role", "schema_fit")  # tables that only their owner writes to
NEVER_DELETED: Final = "chain_head"  # its one row moves on with every entry
# Columns of guarded tables whose texts can be erased, by chief editors and on record.
ERASABLE: Final = {
    "event_texts": ("texts",),
    "article_text": ("body", "sha256"),
    "verdict": ("rationale", "missing"),
    "verdict_decision": ("note",),
    "postscript": ("body",),
}
_LONGEST: Final = 63  # bytes of a name in PostgreSQL

_IS_GUARDED: Final = (
    "EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname LIKE 'guard\\_%' AND NOT t.tgisinternal)"
)
_SCRIPT: Final = """\
-- Only the owner makes anything here, not even for the length of a session.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM {name};
GRANT USAGE ON SCHEMA public TO {name};
DO $rights$
DECLARE
    account CONSTANT text := {text};
    found record;
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), account);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), account);
    FOR found IN
        SELECT c.oid::regclass AS name, c.relname AS plain,
            {is_guarded} AS guarded
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, %I', found.name, account);
        IF found.plain IN {read_only} THEN
            EXECUTE format('GRANT SELECT ON %s TO %I', found.name, account);
        ELSIF found.guarded THEN
            EXECUTE format('GRANT SELECT, INSERT ON %s TO %I', found.name, account);
        ELSE
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', found.name, account);
        END IF;
    END LOOP;
END
$rights$;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {name};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name};
-- Their texts can be erased, by chief editors and on record; the triggers let through nothing else, and the rows stay.
{erasable}
-- The head of the chain moves on with every entry and is never removed.
REVOKE INSERT, DELETE ON {never_deleted} FROM {name};
"""


def build_script(application: str) -> str:
    """The SQL that gives the account what the application needs and takes everything else away. Raises Invalid for its name."""
    if not application or len(application.encode()) > _LONGEST or "\0" in application:
        raise Invalid("%(name)s is no name of an account.", name=repr(application))
    name = '"' + application.replace('"', '""') + '"'
    text = "E'" + application.replace("\\", "\\\\").replace("'", "''") + "'"
    erasable = "\n".join(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {name};" for table, columns in ERASABLE.items())
    return _SCRIPT.format(
        name=name, text=text, read_only=READ_ONLY, is_guarded=_IS_GUARDED, erasable=erasable, never_deleted=NEVER_DELETED
    )


def build_condition() -> str:
    """The condition on the row `c` of `pg_class` that the current account has the rights on this table that the script gives."""
    erasable = " ".join(
        f"WHEN '{table}' THEN " + " AND ".join(f"has_column_privilege(c.oid, '{column}', 'UPDATE')" for column in columns)
        for table, columns in ERASABLE.items()
    )
    return (
        "has_table_privilege(c.oid, 'SELECT') AND CASE "
        f"WHEN c.relname IN {READ_ONLY} THEN true "
        f"WHEN c.relname = '{NEVER_DELETED}' THEN has_table_privilege(c.oid, 'UPDATE') "
        f"WHEN {_IS_GUARDED} THEN has_table_privilege(c.oid, 'INSERT') AND CASE c.relname {erasable} ELSE true END "
        "ELSE has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') "
        "AND has_table_privilege(c.oid, 'DELETE') END"
    )


def apply_rights(database: Database, application: str) -> str:
    """Run the script in one transaction, signed in as the owner of the tables; returns the owner's name.

    Raises Invalid where there are no accounts (SQLite) or no such one, where it is the owner, or where another owns the tables.
    """
    if database.is_sqlite:
        raise Invalid("SQLite has no accounts; the file's permissions count.")
    script = build_script(application)
    with database.engine.begin() as connection:
        owner = str(connection.scalar(sa.text("SELECT current_user")))
        if owner == application:
            raise Invalid("%(name)s owns the tables. Give the account of the application.", name=owner)
        others = (
            "SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'alembic_version' "
            "AND NOT pg_has_role(tableowner, 'USAGE')"
        )
        if (other := connection.scalar(sa.text(others))) is not None:
            raise Invalid("The tables belong to %(name)s. Sign in as that account.", name=other)
        if not connection.scalar(sa.text("SELECT count(*) FROM pg_roles WHERE rolname = :name"), {"name": application}):
            raise Invalid("There is no account %(name)s. Make it as docs/postgresql.md shows.", name=application)
        connection.exec_driver_sql(script.replace("%", "%%"))
    return owner
