"""The database's schema: bring it up to date, and find drift between tables and models. It needs Alembic; telling whether the
schema is up to date does not (`tracker.schema_state`)."""

import sqlalchemy as sa
from alembic import command, util
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from tracker import paths
from tracker.db import Database, load_models
from tracker.schema_state import SchemaError, State, check_current, open_database, require_database, state

__all__ = [
    "SchemaError", "State", "check_current", "drift", "make_revision", "open_database", "require_database", "state", "upgrade",
    "works_from",
]  # fmt: skip

# Made by hand in a revision and not described by the models.
UNMANAGED: frozenset[str] = frozenset(
    {"schema_fit", "search_vector"}
    | {f"{table}_fts" for table in ("claim", "article", "speaker", "public")}
    | {f"ix_{table}_search_words" for table in ("claim", "article", "speaker", "public")}
)

# Any number will do, as long as every process of the tracker uses the same.
_ADVISORY_LOCK = 7_241_905_317


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate to a revision, all or nothing. Of several processes that try at once, one works and the others find it done."""
    if database.is_sqlite:
        _upgrade_sqlite(database, revision)
    else:
        with database.engine.begin() as connection:
            # Another process may be at it for longer than writers usually wait for each other.
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            connection.execute(sa.text("SET LOCAL lock_timeout = '30s'"))
            if not connection.scalar(sa.text("SELECT has_schema_privilege('public', 'CREATE')")):
                raise SchemaError(
                    f"The account {database.url.username} may not make tables. Run: tracker db upgrade as their owner, "
                    "then: tracker db rights --apply"
                )
            _run(connection, revision)


def _upgrade_sqlite(database: Database, revision: str) -> None:
    with database.engine.connect() as connection:
        # A table that is rebuilt must not empty those that point at it; the pragma only takes effect outside a transaction.
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.execution_options(writing=True).begin():
                if _is_at(connection, revision):
                    _run(connection, revision)
                    return  # nothing was rebuilt, and counting a million claims takes as long as it does
                triggers, rows = _triggers(connection), _row_counts(connection)
                _run(connection, revision)
                _restore_triggers(connection, triggers)
                _check_rows(connection, rows)
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def _is_at(connection: Connection, revision: str) -> bool:
    return MigrationContext.configure(connection).get_current_revision() == _script().get_revision(revision).revision


def _triggers(connection: Connection) -> dict[str, tuple[str, str]]:
    rows = connection.exec_driver_sql("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {row.name: (row.tbl_name, row.sql) for row in rows}


def _restore_triggers(connection: Connection, before: dict[str, tuple[str, str]]) -> None:
    # A rebuilt table loses its triggers silently; those of tables that still exist are restored. A revision that means
    # to drop one names it in connection.info["dropped_triggers"].
    now, tables = _triggers(connection), sa.inspect(connection).get_table_names()
    dropped = connection.info.pop("dropped_triggers", set())
    for name, (table, sql) in before.items():
        if name not in now and name not in dropped and table in tables:
            connection.exec_driver_sql(sql)


def _row_counts(connection: Connection) -> dict[str, int]:
    quote = connection.dialect.identifier_preparer.quote
    return {
        table: connection.exec_driver_sql(f"SELECT count(*) FROM {quote(table)}").scalar_one()  # noqa: S608
        for table in sa.inspect(connection).get_table_names()
        if table != "alembic_version" and not _is_unmanaged(table)
    }


def _check_rows(connection: Connection, before: dict[str, int]) -> None:
    # A table that is rebuilt can empty those that point at it. A revision that means to change how many rows a table has names
    # it in connection.info["changed_tables"].
    changed = connection.info.pop("changed_tables", set())
    now = _row_counts(connection)
    for table, count in before.items():
        if table in now and table not in changed and now[table] != count:
            raise SchemaError(f"The migration would leave {now[table]} of {count} rows in {table}; nothing was changed.")
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise SchemaError(f"The migration would leave rows that point nowhere ({broken[0][0]}); nothing was changed.")


def drift(database: Database) -> list[str]:
    """The differences between the tables and the models, one line each; empty when there are none."""
    metadata = load_models()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _managed})
        return [str(difference) for difference in compare_metadata(context, metadata)]


def _managed(_obj: object, name: str | None, _type: str, reflected: bool, compare_to: object) -> bool:
    return not (reflected and compare_to is None and _is_unmanaged(name or ""))


def _is_unmanaged(name: str) -> bool:
    return any(name == unmanaged or name.startswith(f"{unmanaged}_") for unmanaged in UNMANAGED)


def make_revision(database: Database, message: str) -> None:
    """Write a new, numbered revision from the differences; for those who work on the tracker."""
    number = f"{len(list(_script().walk_revisions())) + 1:04d}"
    with database.engine.begin() as connection:
        command.revision(_config(connection), message=message, rev_id=number, autogenerate=True)


def _run(connection: Connection, revision: str) -> None:
    try:
        command.upgrade(_config(connection), revision)
    except util.CommandError as error:
        raise SchemaError(str(error)) from error
    if sa.inspect(connection).has_table("schema_fit"):
        connection.execute(sa.text("DELETE FROM schema_fit"))
        current = MigrationContext.configure(connection).get_current_revision() or ""
        connection.execute(sa.text("INSERT INTO schema_fit (works_from) VALUES (:oldest)"), {"oldest": works_from(current)})


def works_from(revision: str) -> str:
    """The oldest revision whose code still works on a database of this one: revisions that leave older code its way say so
    themselves, by `keeps_older_code = True`."""
    script = _script()
    found = script.get_revision(revision)
    while getattr(found.module, "keeps_older_code", False) and isinstance(found.down_revision, str):
        found = script.get_revision(found.down_revision)
    return found.revision


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.migrations_dir()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = load_models()
    config.attributes["unmanaged"] = UNMANAGED
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
