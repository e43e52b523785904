"""Erasing text wherever it is kept: in events, in tracked rows, in the stores that packages register, and its traces on disk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.db import Database
from tracker.engines import BUSY_TIMEOUT_MS
from tracker.ledger.descriptors import TEXT_STORES
from tracker.ledger.queries import get_event
from tracker.ledger.recording import Actor, record
from tracker.ledger.redaction import KIND as REDACT
from tracker.ledger.redaction import Place, find_text, need_reason, need_redactor, redact
from tracker.ledger.row_texts import RowText, erase_row_texts, find_row_texts, raise_version, read_row_text
from tracker.ledger.text_stores import EventData, StoredText
from tracker.ledger.texts import Text
from tracker.word_caches import WORDS

KIND: Final = "history.erase"
KINDS: Final = frozenset({REDACT, KIND})  # after either, what is derived from a text must be made again


@dataclass(frozen=True)
class Occurrences:
    """Where words are: places in events, texts of rows, and rows of stores by the store's label."""

    places: list[Place]
    rows: list[RowText]
    stored: dict[str, list[StoredText]]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.places) + len(self.rows) + sum(map(len, self.stored.values()))


def find_occurrences(session: Session, words: str, subject: str = "") -> Occurrences:
    """Everywhere these words are kept; with a subject ("claim:3"), in what is its own."""
    stored = {}
    for store in TEXT_STORES.values():
        found = [each for each in store.find(session, words) if not subject or each.subject == subject]
        if found:
            stored[store.label] = found
    return Occurrences(find_text(session, subject, words), find_row_texts(session, words, subject), stored)


def erase(session: Session, words: str, chosen: Occurrences, reason: str, actor: Actor) -> None:
    """Erase these occurrences and record it, in one transaction: an event for each line, and one for each row's subject.

    Call `scrub` after the commit. Raises what `redaction.redact` raises.
    """
    need_redactor(actor)
    reason = need_reason(reason, [words])
    for seq, fields in _by_line(chosen.places).items():
        redact(session, seq, fields, reason, actor)
    data = erase_row_texts(session, chosen.rows)
    for store in TEXT_STORES.values():
        if store.label in chosen.stored:
            _merge(data, store.erase(session, words, chosen.stored[store.label]))
    _record(session, data, reason, actor)


def _record(session: Session, data: EventData, reason: str, actor: Actor) -> None:
    for subject, details in data.items():
        version = raise_version(session, subject)
        more = {"version": version} if version is not None else {}
        record(session, subject, KIND, actor=actor, data={**details, "reason": Text(reason), **more})


def erase_entry(session: Session, seq: int, fields: Sequence[str], reason: str, actor: Actor) -> list[str]:
    """Erase texts of one event, and the rows of its subject that hold the same texts today. Returns the texts.

    Raises what `redaction.redact` raises.
    """
    entry = get_event(session, seq)
    texts = [text for field in fields if entry and (text := entry.read_text(field))]
    redact(session, seq, fields, reason, actor)
    subject = entry.subject if entry else ""
    rows = [row for text in texts for row in find_row_texts(session, text, subject) if read_row_text(session, row) == text]
    _record(session, erase_row_texts(session, rows), need_reason(reason, []), actor)
    return texts


def _by_line(places: Iterable[Place]) -> dict[int, list[str]]:
    lines: dict[int, list[str]] = {}
    for place in places:
        lines.setdefault(place.seq, []).append(place.field)
    return lines


def _merge(data: EventData, more: EventData) -> None:
    for subject, details in more.items():
        known: dict[str, Any] = data.setdefault(subject, {})
        for name, value in details.items():
            known[name] = {**known.get(name, {}), **value}


_PATIENCE_MS: Final = 2_000
_CHUNK: Final = 4 * 1024 * 1024


def scrub(database: Database, erased: Iterable[str] = ()) -> bool:
    """Clear the traces that erased texts leave; True if the database's own files hold none of them any more.

    In memory, what this process has worked out from words is forgotten, see `tracker.word_caches`.

    On SQLite, freed space is overwritten at once (`secure_delete`), but the full-text indexes keep words of deleted rows until
    they are merged, a page that was split may keep a copy, and the write-ahead log keeps old pages until it is emptied, which
    waits for readers. False means that one is still reading; call again. On PostgreSQL old row versions stay until a vacuum, and
    the log until it is recycled; see docs/history.md.
    """
    WORDS.empty()
    if not database.is_sqlite:
        return False
    with database.writing() as session:
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")).all():
            session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))  # noqa: S608
    is_clean = _empty_log(database)
    if any(_is_in_files(database, each) for each in erased):
        with database.engine.connect() as connection:
            connection.connection.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
        is_clean = _empty_log(database)
    return is_clean


def _empty_log(database: Database) -> bool:
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        # An editor waits for the answer; a reader may be at it for minutes.
        raw.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
        try:
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return bool(busy == 0)


def _is_in_files(database: Database, erased: str) -> bool:
    """Whether the bytes of a text are in the database file; long texts by their beginning, which fits on a page."""
    wanted = erased.encode()[:64]
    path = Path(database.url.database or "")
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(_CHUNK):
            if wanted in before + chunk:
                return True
            before = chunk[-len(wanted) :]
    return False
