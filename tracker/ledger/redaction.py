"""Erasing a text from the history: the words and their salt go, their hash stays, and the chain still verifies.

The same words may stand in several events (as `set` of one and `was` of the next) and in the row itself: change the row first,
then erase all that `find_text` lists. An erased text is gone from the database, not from backups that were made before.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.db import BUSY_TIMEOUT_MS, Database
from tracker.errors import N_, Conflict, Forbidden, Invalid, NotFound
from tracker.ledger.actors import Actor
from tracker.ledger.models import Event, EventTexts
from tracker.ledger.recording import record
from tracker.ledger.registry import split, tracked_tables
from tracker.ledger.texts import Text, places

KIND = "history.redact"
REASON_MAX = 2_000
_CHIEF = "chief"
_PATIENCE_MS = 2_000


class Place(NamedTuple):
    """Where a text stands in the history: the event and the dotted path in its data ("set.statement")."""

    seq: int
    field: str


class Held(NamedTuple):
    """Where a text stands in a row of today: "claim:147" and its column."""

    row: str
    field: str


def redact(session: Session, seq: int, fields: Sequence[str], reason: str, actor: Actor) -> None:
    """Erase texts of one event, named by their paths in its data, and record that it was done.

    Call `scrub` after the commit. Raises Forbidden unless the actor is a chief; NotFound for an unknown line; Invalid for a path
    at which no text stands, and for a reason that is empty, too long or repeats the words; Conflict if they are erased already.
    """
    if _CHIEF not in actor.roles:
        raise Forbidden(N_("Only a chief can erase words from the history."))
    if not fields:
        raise Invalid(N_("Say which words to erase."), field="fields")
    event = session.get(Event, seq)
    if event is None:
        raise NotFound(N_("There is no line %(seq)s in the history."), seq=seq)
    beside = session.scalar(select(EventTexts.texts).where(EventTexts.seq == seq).with_for_update())
    texts: dict[str, dict[str, str]] = json.loads(beside) if beside else {}
    sealed = places(json.loads(event.canonical)["data"])
    named = list(dict.fromkeys(fields))
    for field in named:
        if field not in sealed:
            raise Invalid(N_("Line %(seq)s has no words at “%(place)s”."), field="fields", seq=seq, place=field)
        if field not in texts:
            raise Conflict(N_("These words were erased already."))
    reason = _checked(reason, [texts[field]["text"] for field in named])
    session.execute(
        update(EventTexts)
        .where(EventTexts.seq == seq)
        .values(texts=json.dumps({f: t for f, t in texts.items() if f not in named}, ensure_ascii=False, sort_keys=True))
        .execution_options(synchronize_session=False)
    )
    data = {"seq": seq, "fields": named, "reason": Text(reason)}
    record(session, event.subject, KIND, actor=actor, data=data)


def _checked(reason: str, words: list[str]) -> str:
    reason = reason.strip()
    if not reason:
        raise Invalid(N_("Say why these words are erased."), field="reason")
    if len(reason) > REASON_MAX:
        raise Invalid(N_("This is too long: at most %(most)s characters."), field="reason", most=REASON_MAX)
    if any(re.search(rf"(?<!\w){re.escape(each.strip())}(?!\w)", reason, re.IGNORECASE) for each in words if each.strip()):
        raise Invalid(N_("The reason repeats the words that are to be erased."), field="reason")
    return reason


def find_text(session: Session, subject: str, text: str) -> list[Place]:
    """Every place in the events of a subject whose text holds these words, oldest first. Capitals make no difference."""
    wanted = text.casefold()
    return [
        Place(seq, path)
        for seq, _, texts in _events(session, subject)
        for path, side in texts.items()
        if wanted in side["text"].casefold()
    ]


def find_in_rows(session: Session, subject: str, text: str) -> list[Held]:
    """Every followed text of the subject's row, and of the rows its events speak of, that holds these words today."""
    wanted = text.casefold()
    names = {subject: None}
    for _, data, _ in _events(session, subject):
        names |= dict.fromkeys([str(data.get("row", subject)), *data.get("also", ())])
    tables = tracked_tables()
    held = []
    for name in names:
        kind, number = split(name) or ("", 0)
        if kind not in tables or not tables[kind].view.texts:
            continue
        table, view = tables[kind].table, tables[kind].view
        row = session.execute(select(*(table.c[f] for f in view.texts)).where(table.c.id == number)).one_or_none()
        if row is not None:
            held += [Held(name, f) for f, value in zip(view.texts, row, strict=True) if value and wanted in value.casefold()]
    return held


def _events(session: Session, subject: str) -> Iterator[tuple[int, dict[str, Any], dict[str, dict[str, str]]]]:
    query = (
        select(Event.seq, Event.canonical, EventTexts.texts)
        .outerjoin(EventTexts, EventTexts.seq == Event.seq)
        .where(Event.subject == subject)
        .order_by(Event.seq)
    )
    for seq, canonical, texts in session.execute(query).yield_per(500):
        yield seq, json.loads(canonical)["data"], json.loads(texts) if texts else {}


def scrub(database: Database) -> bool:
    """Clear the traces that erased words leave on disk; True if none are left in the database's own files.

    On SQLite, freed space is overwritten at once (`secure_delete`), but the write-ahead log keeps old pages until it is emptied,
    and that waits for readers: False means that one is still reading; call again. On PostgreSQL old row versions stay until a
    vacuum, and the log until it is recycled; docs/history.md says what its administrator does.
    """
    if not database.is_sqlite:
        return False
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        # Somebody waits for the answer; a reader may be at it for minutes.
        raw.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
        try:
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return bool(busy == 0)
