"""The names of those the history speaks of. Events hold ids; a page that shows them asks once for all names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.audit.vocabulary import plain
from tracker.errors import Message
from tracker.ledger.queries import Entry
from tracker.ledger.registry import followed, split
from tracker.web import speech

# Rows that have a name, and the columns it stands in: one, or one a language.
_NAMED = {"editor": ("name",), "speaker": ("name",), "article": ("title",), "topic": ("label_en", "label_fr")}
_FIELDS = {
    "speaker_id": "speaker",
    "merged_into_id": "speaker",
    "owner_id": "editor",
    "requested_signer_id": "editor",
    "author_editor_id": "editor",
    "stand_in": "editor",
}
_LISTS = {"topics": "topic", "topics_were": "topic"}


@dataclass(frozen=True)
class _InTwoLanguages:
    english: str
    french: str

    def __str__(self) -> str:
        return self.french if speech.language() == "fr" else self.english


def names(session: Session, entries: Iterable[Entry]) -> dict[str, Message]:
    """What the rows that these entries speak of are called today, by their names in the history ("editor:3").

    One query for each kind of row, however many entries there are.
    """
    wanted: dict[str, set[int]] = {kind: set() for kind in _NAMED}
    for entry in entries:
        for row in _rows(entry):
            kind, number = split(row) or ("", 0)
            if kind in wanted:
                wanted[kind].add(number)
    found: dict[str, Message] = {}
    tables = followed()
    for kind, numbers in wanted.items():
        if numbers:
            table = tables[kind].table
            query = select(table.c.id, *(table.c[column] for column in _NAMED[kind])).where(table.c.id.in_(numbers))
            for number, *called in session.execute(query):
                found[f"{kind}:{number}"] = plain(_InTwoLanguages(*called) if len(called) == 2 else called[0])
    return found


def _rows(entry: Entry) -> Iterator[str]:
    yield entry.actor
    yield entry.subject
    yield from _rows_in(entry.data)


def _rows_in(data: dict[str, Any]) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _rows_in(value)
        elif key in _FIELDS and isinstance(value, int):
            yield f"{_FIELDS[key]}:{value}"
        elif key in _LISTS and isinstance(value, list):
            yield from (f"{_LISTS[key]}:{number}" for number in value)
