"""Tell a database that is away, busy, full or read-only from a statement that is wrong, and a full disk from a damaged file; and
explain each error that an operator can expect in one line. Any other is a bug and keeps its traceback.

SQLAlchemy raises `OperationalError` for both: on SQLite, "no such column" has the class of "database is locked". The codes of
the databases decide instead.
"""

import errno
import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tracker.errors import OperatorError, Refusal


def explain(error: BaseException) -> str | None:
    """The line that explains an expected error; None for any other."""
    if isinstance(error, OperatorError | Refusal):
        return _one_line(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else _one_line(error.strerror or error)
    if not is_outage(error):
        return None
    cause = error.orig if isinstance(error, DBAPIError) else None
    return f"the database cannot do this now: {_one_line(cause)}" if cause else "the database has no free connection"


def _one_line(thing: object) -> str:
    return " ".join(str(thing).split())


# Primary result codes (https://sqlite.org/rescode.html); the extended ones hold them in their low byte.
_SQLITE_CODES: Final = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
# SQLSTATE prefixes: connection lost, sign-in refused, no such database, conflict of transactions, out of resources, operator
# intervention, system error; then single states: read-only, idle transaction ended, lock not available, object in use.
_SQLSTATES: Final = ("08", "28", "3D000", "40", "53", "57", "58", "25006", "25P03", "55P03", "55006")
# No room, no room for this user, and a file larger than this process may write.
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_outage(error: BaseException) -> bool:
    """Whether a database error will pass or is for the operator to end, so that sending the same again can work."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_CODES
    sqlstate = getattr(cause, "sqlstate", None)
    if sqlstate is None:
        # The server did not answer: the connection could not be made or was lost.
        return error.connection_invalidated or type(cause).__name__ == "OperationalError"
    return error.connection_invalidated or str(sqlstate).startswith(_SQLSTATES)


def is_disk_full(error: BaseException) -> bool:
    """Whether a file, or a temporary SQLite database of our own, could not be written for want of room."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in _FULL
