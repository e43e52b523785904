"""Comparing the rows with the history: every `set` of the chain is replayed, and what comes out must stand in the tables.

What each row should hold is collected in a temporary SQLite database, one entry a row, which keeps a few megabytes in memory and
the rest on disk; SQLite removes it when it is closed. Then each table is read in order of id along with it, so
a million claims need no more memory than ten.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from tracker.ledger.chain import SealedEvent
from tracker.ledger.descriptors import CHILD_TABLES, ROW_CHECKS, ChildTable, Values
from tracker.ledger.findings import Progress, Report, What
from tracker.ledger.reading import BATCH
from tracker.ledger.rows import TrackedTable, plain_value, split, tracked_tables
from tracker.ledger.texts import digest, is_place

_CHILD_BATCH = 2_000  # rows that the driver brings at a time
_SCHEMA = """
PRAGMA cache_size = -16000;
PRAGMA synchronous = OFF;
CREATE TABLE state (
    kind TEXT NOT NULL, id INTEGER NOT NULL, fields TEXT NOT NULL, seq INTEGER NOT NULL, gone INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
"""
# A merge patch drops members that are null, and an absent field is an empty one.
_APPLY = """
INSERT INTO state VALUES (?1, ?2, json_patch('{}', ?3), ?4, ?5)
ON CONFLICT DO UPDATE SET fields = json_patch(fields, ?3), seq = ?4, gone = ?5
"""

Salted = dict[str, Any]  # the texts of an event by their path, each with its salt


class Replay:
    """What the rows should hold, as the events say. Feed it every event in order, then compare."""

    def __init__(self) -> None:
        self._tables = tracked_tables()
        self._state = sqlite3.connect("", isolation_level=None)
        self._state.executescript(_SCHEMA)

    def close(self) -> None:
        self._state.close()

    def feed(self, events: Iterable[tuple[SealedEvent, Salted]]) -> None:
        """Apply events, each with its texts."""
        self._state.execute("BEGIN")
        self._state.executemany(_APPLY, (change for event, texts in events for change in self._changes(event, texts)))
        self._state.execute("COMMIT")

    def _changes(self, event: SealedEvent, texts: Salted) -> Iterator[tuple[str, int, str, int, bool]]:
        data = event["data"]
        yield from self._change(str(data.get("row") or event["subject"]), data, "", event, texts)
        also = data.get("also")
        for name, part in also.items() if isinstance(also, dict) else ():
            if isinstance(part, dict):
                yield from self._change(name, part, f"also.{name}.", event, texts)
        for child in CHILD_TABLES.values():
            for number, values in child.from_event(event):
                fields = {name: _with_salt(value, path, texts) for name, (value, path) in values.items()}
                yield child.name, number, json.dumps(fields), event["seq"], False

    def _change(
        self, name: str, part: dict[str, Any], path: str, event: SealedEvent, texts: Salted
    ) -> Iterator[tuple[str, int, str, int, bool]]:
        row = split(name)
        values = part.get("set")
        gone = part.get("removed") is True
        if row is None or not (gone or isinstance(values, dict)) or row[0] not in self._tables:
            return
        fields = {f: _with_salt(v, f"{path}set.{f}", texts) for f, v in (values or {}).items()}
        yield *row, json.dumps(fields), event["seq"], gone

    def compare(self, session: Session, report: Report, progress: Progress | None = None) -> None:
        """Compare all followed rows with what was fed; differences go into the report."""
        report.rows = 0
        total = self._state.execute("SELECT count(*) FROM state").fetchone()[0]
        for kind, each in sorted(self._tables.items()):
            for rows in _rows(session, each):
                self._compare_batch(kind, each, rows, report)
                if progress:
                    progress("rows", min(report.rows, total), total)
            self._find_gone(kind, each, session, report)
        for child in CHILD_TABLES.values():
            self._compare_child(child, session, report)
            if progress:
                progress("rows", min(report.rows, total), total)
        for check in ROW_CHECKS.values():
            for row, fault in check.find(session):
                report.add(What.ROW_CHANGED, fault, row=row)

    def _compare_batch(self, kind: str, each: TrackedTable, rows: list[dict[str, object]], report: Report) -> None:
        found = self._state.execute(
            "SELECT id, fields, seq, gone FROM state WHERE kind = ? AND id BETWEEN ? AND ?", (kind, rows[0]["id"], rows[-1]["id"])
        )
        states = {id_: (json.loads(fields), seq, gone) for id_, fields, seq, gone in found}
        assert report.rows is not None
        report.rows += len(rows)
        for row in rows:
            name = f"{kind}:{row['id']}"
            state = states.get(row["id"])
            if state is None:
                report.add(What.ROW_UNRECORDED, f"{name} is in its table, but no event is about it.", row=name)
                continue
            fields, seq, gone = state
            if gone:
                report.add(What.ROW_UNRECORDED, f"{name} is in its table, but line {seq} removed it.", row=name)
                continue
            for field in each.view.fields:
                _compare(name, field, fields.get(field), row[field], seq, report)

    def _find_gone(self, kind: str, each: TrackedTable, session: Session, report: Report) -> None:
        after = -1
        while batch := self._state.execute(
            "SELECT id, seq FROM state WHERE kind = ? AND NOT gone AND id > ? ORDER BY id LIMIT ?", (kind, after, BATCH)
        ).fetchall():
            column = each.table.c.id
            there = set(session.scalars(select(column).where(column.between(batch[0][0], batch[-1][0]))))
            for id_, seq in batch:
                if id_ not in there:
                    name = f"{kind}:{id_}"
                    report.add(What.ROW_GONE, f"{name} is gone from its table; line {seq} speaks of it.", seq=seq, row=name)
            after = batch[-1][0]

    def _compare_child(self, child: ChildTable, session: Session, report: Report) -> None:
        """Both sides come in order of their number. Nothing at all and nothing but empty values are the same."""
        event = self._state.execute("SELECT id, fields, seq FROM state WHERE kind = ? ORDER BY id", (child.name,))
        held = _child_rows(session, child)
        assert report.rows is not None
        one, other = next(event, None), next(held, None)
        while one or other:
            number = min(pair[0] for pair in (one, other) if pair)
            fields, seq, values = {}, None, {}
            if one and one[0] == number:
                fields, seq, one = json.loads(one[1]), one[2], next(event, None)
            if other and other[0] == number:
                values, other = other[1], next(held, None)
                report.rows += 1
            name = f"{child.name}:{number}"
            if seq is None:
                report.add(What.ROW_UNRECORDED, f"{name} is in its table, but no event is about it.", row=name)
                continue
            for field in sorted(fields.keys() | values.keys()):
                _compare(name, field, fields.get(field), values.get(field, ""), seq, report)


def _with_salt(value: Any, path: str, texts: Salted) -> object:
    # The null takes away the salt of an earlier text where this one's is erased.
    return {**value, "salt": texts[path]["salt"] if path in texts else None} if is_place(value, path) else value


def _rows(session: Session, each: TrackedTable) -> Iterator[list[dict[str, object]]]:
    columns = [each.table.c.id, *(each.table.c[field] for field in each.view.fields)]
    query = select(*(type_coerce(column, NullType()) for column in columns)).order_by(each.table.c.id).limit(BATCH)
    after: int | None = None
    while found := session.execute(query if after is None else query.where(each.table.c.id > after)).all():
        yield [{column.name: plain_value(column, raw) for column, raw in zip(columns, row, strict=True)} for row in found]
        after = found[-1][0]


def _child_rows(session: Session, child: ChildTable) -> Iterator[tuple[int, Values]]:
    found = session.execute(child.select().execution_options(yield_per=_CHILD_BATCH))
    for number, rows in groupby(found, key=lambda row: int(row[0])):
        yield number, child.from_rows(list(rows))


def _compare(name: str, field: str, event: object, held: object, seq: int, report: Report) -> None:
    if isinstance(event, dict):
        if event.get("salt") is None:
            report.rows_unjudged += 1
        elif not isinstance(held, str) or digest(event["salt"], held) != event["sha256"]:
            report.add(
                What.ROW_CHANGED,
                f'{name}: "{field}" does not hold the words that the history has (last event: line {seq}).',
                seq=seq,
                row=name,
            )
    elif _comparable(event) != _comparable(held):
        report.add(
            What.ROW_CHANGED,
            f'{name}: "{field}" is {_shown(held)}, but the history says {_shown(event)} (last event: line {seq}).',
            seq=seq,
            row=name,
        )


def _comparable(value: object) -> object:
    # 1 == True in Python, and neither may pass for the other. Empty is empty.
    return None if value in (None, "", []) else (type(value) is bool, value)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return "empty" if value in (None, "") else text if len(text) <= 60 else f"{text[:57]}…"
