"""What stands beside a row in tables of its own, and what events say of it: topics, translations, other names, roles, notes.

These tables have no `__history__`: their events tell what was meant, the whole list of topics for one, and not which rows were
written. Here both are brought into the same form, so that they can be compared: a name such as "topics of claim:147", and values.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.db import Base
from tracker.ledger.registry import split

Values = dict[str, Any]

TOPICS = "topics of claim"
TRANSLATIONS = "translations of claim"
NOTES = "note"
ALIASES = "other names of speaker"
ROLES = "roles of editor"

_BATCH = 2_000  # rows that the driver brings at a time


def said_beside(said: dict[str, Any]) -> Iterator[tuple[str, int, dict[str, tuple[Any, str]]]]:
    """What an event says of them: the kind, the number, and each value with its path in the event."""
    data, kind, subject = said["data"], said["kind"], split(said["subject"])
    if subject is None:
        return
    of, number = subject
    for owner, name, beside in (("claim", "topics", TOPICS), ("speaker", "aliases", ALIASES), ("editor", "roles", ROLES)):
        if of == owner and name in data:
            yield beside, number, {name: (data[name], name)}
    if kind == "translation.set" and isinstance(data.get("to"), dict):
        yield TRANSLATIONS, number, {f"{data.get('language')}.{f}": (v, f"to.{f}") for f, v in data["to"].items()}
    if kind == "note.add" and isinstance(data.get("note"), int):
        author = split(said["actor"])
        values = {"body": data.get("body"), "claim_id": number, "author_id": author[1] if author else None}
        yield NOTES, data["note"], {name: (value, name) for name, value in values.items()}


def _topics() -> Select[Any]:
    table = Base.metadata.tables["claim_topic"]
    return select(table.c.claim_id, table.c.topic_id).order_by(table.c.claim_id)


def _translations() -> Select[Any]:
    table = Base.metadata.tables["claim_translation"]
    return select(table).order_by(table.c.claim_id)


def _notes() -> Select[Any]:
    table = Base.metadata.tables["note"]
    return select(table.c.id, table.c.body, table.c.claim_id, table.c.author_id).order_by(table.c.id)


def _aliases() -> Select[Any]:
    table = Base.metadata.tables["speaker_alias"]
    return select(table.c.speaker_id, table.c.name).order_by(table.c.speaker_id, table.c.id)


def _roles() -> Select[Any]:
    held, role = Base.metadata.tables["editor_role"], Base.metadata.tables["role"]
    return select(held.c.editor_id, role.c.name).join(role, role.c.id == held.c.role_id).order_by(held.c.editor_id)


def _translated(rows: list[Any]) -> Values:
    return {
        f"{row.language}.{name}": value
        for row in rows
        for name, value in row._mapping.items()
        if name not in ("claim_id", "language")
    }


# Of each kind: its rows in order of the number they belong to, and what the rows of one number come to.
_KINDS: dict[str, tuple[Callable[[], Select[Any]], Callable[[list[Any]], Values]]] = {
    TOPICS: (_topics, lambda rows: {"topics": sorted(row.topic_id for row in rows)}),
    TRANSLATIONS: (_translations, _translated),
    NOTES: (_notes, lambda rows: {f: v for f, v in rows[0]._mapping.items() if f != "id"}),
    ALIASES: (_aliases, lambda rows: {"aliases": "\n".join(row.name for row in rows)}),
    ROLES: (_roles, lambda rows: {"roles": sorted(row.name for row in rows)}),
}
KINDS = tuple(_KINDS)


def standing_beside(session: Session, kind: str) -> Iterator[tuple[int, Values]]:
    """What stands in the tables of a kind: number and values, in order of the number."""
    query, values = _KINDS[kind]
    found = session.execute(query().execution_options(yield_per=_BATCH))
    for number, rows in groupby(found, key=lambda row: row[0]):
        yield number, values(list(rows))
