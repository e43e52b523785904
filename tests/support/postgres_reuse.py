"""A PostgreSQL database that serves one test after another: after each it becomes again what it was when it was made.

To copy a template for each test takes longer than most tests, and so does a server process that knows nothing yet of the tables.
A test that changed more than rows (tables, triggers, rights, statistics) has its database dropped instead.
"""

import time
from typing import Any

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from tests.support.postgres import PostgresServer

PATIENCE = 10
LARGE = 512 * 1024  # bytes: the indexes of a table that was larger stay large, and emptying it takes longer than a new copy
Row = tuple[Any, ...]

# Whatever describes the database. A row of these is never changed in place: a new version has a new `xmin`.
CATALOGS = (
    "pg_attrdef", "pg_attribute", "pg_cast", "pg_class", "pg_collation", "pg_constraint", "pg_default_acl", "pg_description",
    "pg_event_trigger", "pg_extension", "pg_index", "pg_inherits", "pg_init_privs", "pg_largeobject", "pg_largeobject_metadata",
    "pg_namespace", "pg_operator", "pg_policy", "pg_proc", "pg_publication", "pg_rewrite", "pg_seclabel", "pg_sequence",
    "pg_statistic", "pg_statistic_ext", "pg_subscription", "pg_trigger", "pg_ts_config", "pg_type", "pg_db_role_setting",
)  # fmt: skip
# Of these the rows of the server itself, which is all that lies below this number, are too many to be looked at each time.
# Not noticed, therefore: a right granted on a function of the server or on a column of its tables, which would take 1 ms a test.
OF_THE_SERVER = {"pg_attribute": "attrelid", "pg_description": "objoid", "pg_proc": "oid"}
FIRST_OWN = 16384
VERSIONS = "SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM {}"
SHAPE = " UNION ALL ".join(
    VERSIONS.format(name) + (f" WHERE {OF_THE_SERVER[name]} >= {FIRST_OWN}" if name in OF_THE_SERVER else "") for name in CATALOGS
) + (" UNION ALL SELECT 1, d.xmin::text::bigint FROM pg_database d WHERE datname = current_database()")
OWN = "FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind ="
TABLES = f"SELECT oid::regclass::text, pg_relation_size(oid) {OWN} 'r' AND pg_relation_size(oid) > 0"
SEQUENCES = f"SELECT oid::regclass::text {OWN} 'S'"
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL (%s)"
# What a session keeps beyond its transaction; what it knows of tables and statements may stay.
FORGET = (
    "SET SESSION AUTHORIZATION DEFAULT; RESET ALL; SELECT pg_advisory_unlock_all(); UNLISTEN *; CLOSE ALL; "
    "DISCARD TEMP; DISCARD SEQUENCES"
)


class ReusedDatabase:
    """A copy of a template that belongs to one worker."""

    def __init__(self, server: PostgresServer, name: str, template: str) -> None:
        self.name = name
        self.template = template
        self.url = server.create(name, template)
        self._operator = psycopg.connect(
            server.url(name, user="postgres"), autocommit=True, options="-c session_replication_role=replica"
        )
        self._warm: psycopg.Connection | None = None
        self._content = {name: self._copy_out(name) for name, _size in self._ask(TABLES)}
        self._versions = " UNION ALL ".join(f"SELECT '{name}', * FROM ({VERSIONS.format(name)}) x" for name in self._content)
        self._were = set(self._ask(self._versions))
        sequences = [name for (name,) in self._ask(SEQUENCES)]
        self._sequences = "SELECT " + ", ".join(self._as_it_was(name) for name in sequences)
        self._shape = self._ask(SHAPE)

    def take(self) -> psycopg.Connection | None:
        """The connection of the test before, once."""
        taken, self._warm = self._warm, None
        return taken

    def restore(self, warm: psycopg.Connection | None) -> bool:
        """Make it what it was, with `warm` as the connection of the next test. False: more was changed than rows."""
        if warm is not None:
            self._close_warm()
            self._warm = warm
        try:
            self._end_others()
            written = {str(name): int(size) for name, size in self._ask(TABLES)}
            if any(size > LARGE for size in written.values()) or self._ask(SHAPE) != self._shape:
                return False
            self._restore_rows(list(written))
            self._forget()
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Nothing more is done with it."""
        self._operator.close()
        self._close_warm()

    def _close_warm(self) -> None:
        if self._warm is not None:
            self._warm.close()
            self._warm = None

    def _ask(self, statement: str, *values: object) -> list[Row]:
        return self._operator.execute(statement.encode(), values or None).fetchall()

    def _end_others(self) -> None:
        own = [each.info.backend_pid for each in (self._operator, self._warm) if each is not None and not each.closed]
        give_up = time.monotonic() + PATIENCE
        while self._ask(f"SELECT pid, pg_terminate_backend(pid) {OTHERS}", own):
            if time.monotonic() > give_up:
                raise psycopg.OperationalError("a connection to it does not end")
            time.sleep(0.001)

    def _restore_rows(self, written: list[str]) -> None:
        # Also where no row was written: an insert that failed has taken its number.
        self._operator.execute(self._sequences.encode())
        lost = {str(name) for name, *_version in self._were - set(self._ask(self._versions))}
        changed = [name for name in {*written, *lost} if name in lost or name not in self._content]
        if not changed:
            return
        self._operator.execute(";".join(f"DELETE FROM {name}" for name in changed).encode())
        self._operator.execute(f"VACUUM {', '.join(changed)}".encode())
        for name in lost:
            with self._operator.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
                copy.write(self._content[name])
        self._were = set(self._ask(self._versions)) if lost else self._were

    def _copy_out(self, table: str) -> bytes:
        with self._operator.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
            return b"".join(bytes(part) for part in copy)

    def _as_it_was(self, sequence: str) -> str:
        ((last, called),) = self._ask(f"SELECT last_value, is_called FROM {sequence}")
        return f"setval('{sequence}', {last}, {called})"

    def _forget(self) -> None:
        if self._warm is None:
            return
        if self._warm.closed or self._warm.info.transaction_status != TransactionStatus.IDLE:
            self._close_warm()
            return
        # The driver keeps these itself: SQLAlchemy leaves False where it was asked to read only, and False is said at each BEGIN.
        self._warm.read_only = self._warm.isolation_level = self._warm.deferrable = None
        self._warm.autocommit = True
        self._warm.execute(FORGET.encode())
        self._warm.autocommit = False
