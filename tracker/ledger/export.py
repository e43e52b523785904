"""The history as JSON lines, for those who verify it elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import N_, Conflict
from tracker.ledger import reading
from tracker.ledger.registry import followed


def lines(session: Session, *, internal: bool = False) -> Iterator[str]:
    """One line of JSON an event, in order: the six sealed members, prev_hash, hash, and texts where there are any.

    `session` should come from `reading.one_moment`; a batch at a time is in memory. Texts that were redacted are left out, and so
    are those of private notes and internal evidence, which do not leave the desk; with `internal` those are there, for an export
    that is kept and not handed on. The chain verifies either way. Raises Conflict where the texts beside a line are no JSON.
    """
    for batch in reading.lines(session):
        private = set() if internal else _private(batch, session)
        for line in batch:
            texts = _texts(line) if line.texts and line.seq not in private else None
            beside = f',"texts":{json.dumps(texts, ensure_ascii=False)}' if texts else ""
            # The sealed text goes out as it is, byte for byte.
            yield f'{line.canonical[:-1]},"prev_hash":"{line.prev_hash}","hash":"{line.hash}"{beside}}}'


def _texts(line: reading.Line) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(line.texts)
    except ValueError as error:
        raise Conflict(N_("The words beside line %(seq)s cannot be read. Verify the history."), seq=line.seq) from error
    return found


def _private(batch: list[reading.Line], session: Session) -> set[int]:
    """Which of these events speak of a private note or of internal evidence."""
    private: set[int] = set()
    evidence: dict[int, list[int]] = {}
    for line in batch:
        if line.kind.startswith("note."):
            private.add(line.seq)
        elif line.kind.startswith("evidence."):
            for number in _evidence_of(json.loads(line.canonical)["data"]):
                evidence.setdefault(number, []).append(line.seq)
    if evidence:
        table = followed()["evidence"].table
        query = select(table.c.id).where(table.c.id.in_(evidence), table.c.visibility == "internal")
        private.update(seq for number in session.scalars(query) for seq in evidence[number])
    return private


def _evidence_of(data: dict[str, Any]) -> Iterator[int]:
    for name in (str(data.get("row", "")), *data.get("also", ())):
        kind, _, number = name.partition(":")
        if kind == "evidence" and number.isdigit():
            yield int(number)
