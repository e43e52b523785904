"""The event history as a feed to keep a copy in step: every number once, in order, each page with the head of the chain.

No entry is left out, or its number would be a gap. What the reader may not see is null: the words of private notes, entries on
internal evidence, accounts for those who do not look after them, and without the scope read:desk the content of all.
"""

import json
from typing import Final

from sqlalchemy.orm import Session

from tracker.ledger import reading
from tracker.ledger.descriptors import CHIEFS, EVERYONE, find_event_kind
from tracker.ledger.export import find_private
from tracker.ledger.reading import Head, Line

EVENT_COLUMNS: Final = ("seq", "at", "actor", "subject", "kind", "event", "prev_hash", "hash")


def read_events(
    session: Session, *, after: int, limit: int, desk: bool, leads: bool
) -> tuple[list[dict[str, object]], Head, bool]:
    """Return the next entries behind a number, the head of the chain, and whether there are more. `leads`: sees accounts."""
    # The head first: an entry that is sealed in between is on the next page, and no page is ahead of the head it shows.
    head = reading.head(session)
    found = reading.lines_after(session, after, until=head.seq, limit=limit + 1)
    lines = found[:limit]
    private = find_private(lines, session)
    audiences = {EVERYONE, CHIEFS} if leads else {EVERYONE}
    return [_entry(line, private, audiences, desk) for line in lines], head, len(found) > limit


def _entry(line: Line, private: set[int], audiences: set[str], desk: bool) -> dict[str, object]:
    shown = dict.fromkeys(EVENT_COLUMNS)
    body = json.loads(line.canonical)
    shown.update(seq=line.seq, at=body["at"], prev_hash=line.prev_hash, hash=line.hash)
    kind = find_event_kind(line.kind)
    if kind.private or kind.audience not in audiences:
        return shown
    shown["subject"] = line.subject
    if line.seq in private and not desk:
        return shown
    return {**shown, "actor": line.actor, "kind": line.kind, "event": line.canonical if desk else None}
