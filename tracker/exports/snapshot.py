"""Restore the newsroom as of a day from the history.

The events up to the end of that day are played into a SQLite file of its own, with the same tables, and every export then reads
that file as it would read the living database. What was erased from the history since reads as ERASED; the names of editors are
those of today, because the history knows editors by number.
"""

import json
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Date, Table, event, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor, Setting
from tracker.claims.models import ClaimTopic, ClaimTranslation
from tracker.db import Base, Database, UTCDateTime
from tracker.ledger import reading
from tracker.ledger.chain import GENESIS
from tracker.ledger.reading import Head
from tracker.ledger.rows import split, tracked_tables
from tracker.ledger.texts import is_place
from tracker.newsroom import settings
from tracker.search.name_keys import name_key

ERASED = "[erased]"
_BATCH = 2_000

# One entry a row. A merge patch drops members that are null, and an absent field is an empty one.
_SCHEMA = """
PRAGMA synchronous = OFF;
CREATE TABLE state (
    kind TEXT, id INTEGER, actor TEXT, first_at TEXT, last_at TEXT, fields TEXT, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
"""
_APPLY = """
INSERT INTO state VALUES (?1, ?2, ?3, ?4, ?4, json_patch('{}', ?5))
ON CONFLICT DO UPDATE SET fields = json_patch(fields, ?5), last_at = ?4
"""


@dataclass(frozen=True)
class Past:
    """A day's state as a database, and the last line of the history that it was made from, to cite."""

    database: Database
    day: date
    head: Head


@contextmanager
def restore_snapshot(database: Database, day: date) -> Generator[Past]:
    """The newsroom at the end of a day in its zone. Needs room on disk for a copy; memory stays flat."""
    with tempfile.TemporaryDirectory(prefix="tracker-") as folder, reading.one_moment(database) as source:
        until = datetime.combine(day + timedelta(days=1), time(), settings.load(source).zone)
        state = sqlite3.connect(str(Path(folder) / "state.db"), isolation_level=None)
        copy = Database(f"sqlite:///{Path(folder) / 'past.db'}")
        event.listen(copy.engine, "connect", _disable_durability)
        try:
            state.executescript(_SCHEMA)
            head = _replay(source, until, state)
            Base.metadata.create_all(copy.engine)
            _fill(copy.engine, source, state)
            yield Past(copy, day, head)
        finally:
            state.close()
            copy.dispose()


def _disable_durability(connection: Any, _record: object) -> None:
    # A temporary copy: it need not survive a crash, and its rows come in the order of the history.
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA foreign_keys=OFF")


def _replay(source: Session, until: datetime, state: sqlite3.Connection) -> Head:
    """Play the events that happened before a moment, in their order; return the last of them.

    An event counts by its own time: a clock that was set wrong, or a sample that was given a past, leaves lines out of order.
    """
    last = Head(0, GENESIS)
    for batch in reading.lines(source):
        state.execute("BEGIN")
        for line in batch:
            entry = json.loads(line.canonical)
            if datetime.fromisoformat(entry["at"]) < until:
                state.executemany(_APPLY, list(_changes(entry, json.loads(line.texts) if line.texts else {})))
                last = Head(line.seq, line.hash)
        state.execute("COMMIT")
    return last


def _changes(entry: dict[str, Any], texts: dict[str, object]) -> Iterator[tuple[str, int, str, str, str]]:
    data = entry["data"]
    parts = [(str(data.get("row") or entry["subject"]), data.get("set"), "set")]
    parts += [(name, part.get("set"), f"also.{name}.set") for name, part in data.get("also", {}).items()]
    for name, values, path in parts:
        row = split(name)
        if row is not None and isinstance(values, dict):
            fields = {field: _resolve_text(value, f"{path}.{field}", texts) for field, value in values.items()}
            yield *row, entry["actor"], entry["at"], json.dumps(fields)
    extra: dict[str, object] = {}
    if "topics" in data:
        extra["+topics"] = data["topics"]
    if "version" in data and entry["subject"].startswith("claim:"):
        extra["+version"] = data["version"]
    if entry["kind"] == "translation.set":
        extra["+translation"] = {
            data["language"]: {field: _resolve_text(value, f"to.{field}", texts) for field, value in data["to"].items()}
        }
    subject = split(entry["subject"])
    if extra and subject is not None:
        yield *subject, entry["actor"], entry["at"], json.dumps(extra)


def _resolve_text(value: object, path: str, texts: dict[str, Any]) -> object:
    if not is_place(value, path):
        return value
    return texts[path]["text"] if path in texts else ERASED


def _fill(engine: Engine, source: Session, state: sqlite3.Connection) -> None:
    with engine.begin() as connection:
        # Of an editor the name and the desk alone: no password and no key goes into the copy.
        desks = {row["id"]: row.get("desk_id") for rows in _batches(state, "editor") for row in rows}
        for row in source.execute(select(Editor.id, Editor.name)):
            known = {"id": row.id, "name": row.name, "desk_id": desks.get(row.id)}
            connection.execute(insert(Editor).values(**known, email=str(row.id), active=True))
        for row in source.execute(select(Setting.key, Setting.value)):
            connection.execute(insert(Setting).values(key=row.key, value=row.value))
        for kind, each in tracked_tables().items():
            if kind == "editor":
                continue
            for rows in _batches(state, kind):
                _add_unfollowed(source, each.table, rows)
                connection.execute(insert(each.table), [_row(each.table, row) for row in rows])
                if kind == "claim":
                    _insert_child_rows(connection, rows)


def _add_unfollowed(source: Session, table: Table, rows: list[dict[str, object]]) -> None:
    """Add what never changes after a row is made, and so is not in its events."""
    names = [name for name in ("external_id", "is_sample") if name in table.c]
    if not names:
        return
    query = select(table.c.id, *(table.c[name] for name in names)).where(table.c.id.between(rows[0]["id"], rows[-1]["id"]))
    living = {row.id: row for row in source.execute(query)}
    for row in rows:
        if row["id"] in living:
            row.update({name: getattr(living[row["id"]], name) for name in names})


def _batches(state: sqlite3.Connection, kind: str) -> Iterator[list[dict[str, object]]]:
    after = -1
    query = "SELECT id, actor, first_at, last_at, fields FROM state WHERE kind = ? AND id > ? ORDER BY id LIMIT ?"
    while found := state.execute(query, (kind, after, _BATCH)).fetchall():
        yield [
            {"id": id_, "+actor": actor, "+first": first, "+last": last, **json.loads(fields)}
            for id_, actor, first, last, fields in found
        ]
        after = found[-1][0]


# Columns that the history does not follow by name, because the event itself has them.
_MOMENTS = {"created_at": "+first", "added_at": "+first", "received_at": "+first", "updated_at": "+last"}
_NAME_KEYS = {"name_key": "name", "label_en_key": "label_en", "label_fr_key": "label_fr"}
_PERSONS = {"created_by_id", "added_by_id", "received_by_id"}
_EMPTY: dict[type, object] = {bool: False, int: 0, date: date.min}


def _row(table: Table, fields: dict[str, object]) -> dict[str, object]:
    return {column.name: _value(column, fields) for column in table.columns}


def _value(column: Column[Any], fields: dict[str, Any]) -> object:
    name = column.name
    if name in fields:
        return _python(column, fields[name])
    if name in _NAME_KEYS:
        return name_key(fields.get(_NAME_KEYS[name], ""))
    if name in _MOMENTS:
        return datetime.fromisoformat(fields[_MOMENTS[name]])
    if name in _PERSONS:
        number = split(fields["+actor"])
        return number[1] if number else None
    if name == "version":
        return fields.get("+version", 1)
    if column.nullable:
        return None
    return _EMPTY.get(column.type.python_type, "")  # bookkeeping of the living newsroom, which no export reads


def _python(column: Column[Any], value: Any) -> object:
    if value is None:
        return None
    if isinstance(column.type, UTCDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return bool(value) if isinstance(column.type, Boolean) else value


def _insert_child_rows(connection: Connection, claims: list[dict[str, Any]]) -> None:
    topics = [
        {"claim_id": claim["id"], "topic_id": topic, "status": claim["status"], "review_on": None}
        for claim in claims
        for topic in claim.get("+topics", ())
    ]
    texts = [
        {"claim_id": claim["id"], "language": language, "confirmed_if": "", "refuted_if": "", "condition": "", **words}
        for claim in claims
        for language, words in claim.get("+translation", {}).items()
        if words.get("statement")
    ]
    for model, rows in ((ClaimTopic, topics), (ClaimTranslation, texts)):
        if rows:
            connection.execute(insert(model), rows)
