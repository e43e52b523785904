"""Texts in tracked rows: finding words in them, and replacing such texts by the mark."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.ledger.descriptors import ROW_KINDS
from tracker.ledger.rows import TrackedTable, split, tracked_tables
from tracker.ledger.text_stores import EventData, column_has, has_words, numbered_mark
from tracker.ledger.texts import MARK


class RowText(NamedTuple):
    """A text in a row of today: "verdict:5", its column, and the row whose events tell of it."""

    row: str
    field: str
    subject: str


def find_row_texts(session: Session, words: str, subject: str = "") -> list[RowText]:
    """Every text of a tracked row that holds these words; with a subject, of the rows that its events are about."""
    found = [each for kind, table in sorted(tracked_tables().items()) for each in _find(session, kind, table, words)]
    return [each for each in found if not subject or each.subject == subject]


def _find(session: Session, kind: str, tracked: TrackedTable, words: str) -> Iterator[RowText]:
    if not tracked.view.texts:
        return
    columns = [tracked.table.c[name] for name in tracked.view.texts]
    query = select(tracked.table.c.id, *columns).where(or_(*(column_has(session, each, words) for each in columns)))
    for number, *texts in session.execute(query.order_by(tracked.table.c.id)):
        subject = find_subject(session, f"{kind}:{number}")
        for name, text in zip(tracked.view.texts, texts, strict=True):
            if text and has_words(text, words):
                yield RowText(f"{kind}:{number}", name, subject)


def read_row_text(session: Session, found: RowText) -> str:
    """The text that a row holds now."""
    kind, number = split(found.row) or ("", 0)
    table = tracked_tables()[kind].table
    return session.scalar(select(table.c[found.field]).where(table.c.id == number)) or ""


def find_subject(session: Session, row: str) -> str:
    """The row that events on this one are about: the claim of a verdict, or the row itself."""
    kind, number = split(row) or ("", 0)
    described = ROW_KINDS.get(kind)
    return described.find_subject(session, number) if described and described.find_subject else row


def erase_row_texts(session: Session, chosen: Iterable[RowText]) -> EventData:
    """Replace these texts by the mark; the data of the events that must be recorded in the same transaction, by subject.

    Tables that are written once let this through and nothing else: a text may become the mark.
    """
    marked: dict[str, dict[str, set[str]]] = {}
    for each in chosen:
        marked.setdefault(each.subject, {}).setdefault(each.row, set()).add(each.field)
    found: EventData = {}
    for subject, rows in marked.items():
        data = found.setdefault(subject, {})
        for row, names in rows.items():
            part = {"set": _write(session, row, names)}
            if row == subject:
                data |= part
            else:
                data.setdefault("also", {})[row] = part
    return found


def _write(session: Session, row: str, names: Iterable[str]) -> dict[str, str]:
    kind, number = split(row) or ("", 0)
    described = ROW_KINDS.get(kind)
    held = session.get_one(tracked_tables()[kind].model, number, with_for_update=True)
    mark = numbered_mark(number) if described and described.is_unique else MARK
    for name in names:
        setattr(held, name, mark)
    session.flush()
    return dict.fromkeys(sorted(names), mark)


def raise_version(session: Session, subject: str) -> int | None:
    """Raise the version of a row that has one: a form that was opened before must not put the words back."""
    kind, number = split(subject) or ("", 0)
    tracked = tracked_tables().get(kind)
    if tracked is None or "version" not in tracked.table.c:
        return None
    held: Any = session.get_one(tracked.model, number, with_for_update=True)
    held.version += 1
    session.flush()
    return int(held.version)
