"""The history as JSON lines, for those who verify it elsewhere."""

import json
from collections.abc import Iterator

from sqlalchemy.orm import Session

from tracker.errors import N_, Conflict
from tracker.ledger import reading
from tracker.ledger.descriptors import PRIVACY_CHECKS, find_event_kind


def lines(session: Session, *, internal: bool = False) -> Iterator[str]:
    """One line of JSON an event, in order: the six sealed members, prev_hash, hash, and texts where there are any.

    `session` should come from `reading.one_moment`; a batch at a time is in memory. Texts that were redacted are left out, and so
    are those of private notes and internal evidence, which do not leave the desk; with `internal` those are there, for an export
    that is kept and not handed on. The chain verifies either way. Raises Conflict where the texts of a line are no JSON.
    """
    for batch in reading.lines(session):
        private = set() if internal else find_private(batch, session)
        for line in batch:
            texts = _texts(line) if line.texts and line.seq not in private else None
            member = f',"texts":{json.dumps(texts, ensure_ascii=False)}' if texts else ""
            # The sealed text goes out as it is, byte for byte.
            yield f'{line.canonical[:-1]},"prev_hash":"{line.prev_hash}","hash":"{line.hash}"{member}}}'


def _texts(line: reading.Line) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads(line.texts)
    except ValueError as error:
        raise Conflict(N_("The texts of entry %(seq)s cannot be read. Verify the history."), seq=line.seq) from error
    return found


def find_private(batch: list[reading.Line], session: Session) -> set[int]:
    """The numbers of the events whose texts must not leave the newsroom."""
    private = {line.seq for line in batch if find_event_kind(line.kind).private}
    for area, check in PRIVACY_CHECKS.items():
        events = [(line.seq, json.loads(line.canonical)["data"]) for line in batch if line.kind.startswith(f"{area}.")]
        private |= check(session, events) if events else set()
    return private
