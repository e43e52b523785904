"""What an import has to remember of rows and names, outside memory: a temporary SQLite database that is gone with the process."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

_SCHEMA = """
PRAGMA cache_size = -16000;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE kept (kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
"""


class Index:
    """Values by a kind and a name. A few megabytes stay in memory, the rest lies on disk."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._base.executescript(_SCHEMA)
        self._base.execute("BEGIN")  # never ended: or each statement would write what it changed to the disk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._base.close()

    def get(self, kind: str, name: str) -> Any:
        """The value under this name; None if there is none."""
        found = self._base.execute("SELECT value FROM kept WHERE kind = ? AND name = ?", (kind, name)).fetchone()
        return json.loads(found[0]) if found else None

    def put(self, kind: str, name: str, value: Any) -> None:
        """Keep a value under a name, in place of what was there."""
        self._base.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (kind, name, json.dumps(value)))

    def first(self, kind: str, entries: Iterable[tuple[str, Any]]) -> None:
        """Keep values, each only where its name has none yet."""
        self._base.executemany("INSERT OR IGNORE INTO kept VALUES (?, ?, ?)", _written(kind, entries))

    def append(self, kind: str, entries: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """Keep lists, each behind the one that is there under its name; none may be empty."""
        self._base.executemany(
            "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT (kind, name) "
            "DO UPDATE SET value = substr(value, 1, length(value) - 1) || ', ' || substr(excluded.value, 2)",
            _written(kind, entries),
        )


def _written(kind: str, entries: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str, str]]:
    last, text = None, "null"
    for name, value in entries:
        if value is not last:  # one thing comes under several names
            last, text = value, json.dumps(value)
        yield kind, name, text
