"""The history of a claim as lines to read: who did what when, what changed, and the reason they gave."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.ledger.descriptions import Description, describe, load_names
from tracker.ledger.descriptors import EVERYONE, find_event_kind
from tracker.ledger.queries import Entry, events_of, without_speakers


@dataclass(frozen=True)
class Line:
    """One thing that happened. `version` is the claim's version after it, None where it raised none."""

    entry: Entry
    icon: str
    described: Description
    with_changes: bool

    @property
    def version(self) -> int | None:
        """See the class."""
        found = self.entry.data.get("version")
        return found if isinstance(found, int) else None


@dataclass(frozen=True)
class Past:
    """Some lines, newest first. `older` is what to ask for next as `before`; None at the end."""

    lines: list[Line]
    older: int | None


def of_claim(
    session: Session,
    claim_id: int,
    *,
    limit: int,
    private: bool,
    before: int | None = None,
    whole: bool = False,
    known: Mapping[str, tuple[object, ...]] | None = None,
) -> Past:
    """The history of a claim, newest first. Without `private`, nothing of the editors' own talk and no
    speakers, of whom some are only suggested; `whole` with all changes. `known`: see `load_names`."""
    found = events_of(session, f"claim:{claim_id}", limit=limit, before=before)
    entries = [entry for entry in found.entries if private or find_event_kind(entry.kind).audience == EVERYONE]
    if not private:
        entries = [without_speakers(entry) for entry in entries]
    names = load_names(session, entries, known or {})
    lines = [
        Line(entry, _find_icon(entry), describe(entry, names), whole or find_event_kind(entry.kind).shows_changes)
        for entry in entries
    ]
    return Past(lines, found.older)


def _find_icon(entry: Entry) -> str:
    """The verdict's own icon, or that of the evidence's stance, or that of the kind."""
    fields: dict[str, object] = {name: value for part in entry.parts().values() for name, value in part.get("set", {}).items()}
    own = entry.data.get("outcome") or fields.get("outcome") or (fields.get("stance") if entry.kind == "evidence.add" else None)
    return own if isinstance(own, str) else find_event_kind(entry.kind).icon
