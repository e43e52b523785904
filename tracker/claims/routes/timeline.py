"""The history of a claim as lines to read: who did what when, what changed, and the reason they gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.audit.names import names
from tracker.audit.sentences import Sentence, tell
from tracker.ledger.queries import Entry, events_of, without_speakers

# The shape beside each kind of event; anything else has a dot.
_ICONS: Final[Mapping[str, str]] = {
    "claim.created": "draft",
    "claim.track": "open",
    "claim.flag": "due",
    "claim.postpone": "upcoming",
    "claim.propose": "signoff",
    "claim.sign": "signoff",
    "claim.decide": "signoff",
    "claim.return": "under_review",
    "claim.recall": "under_review",
    "claim.reopen": "under_review",
    "claim.withdraw": "withdrawn",
    "claim.propose_withdrawal": "withdrawn",
    "claim.restore": "open",
    "evidence.add": "context",
    "evidence.withdraw": "withdrawn",
    "note.add": "lock",
}
# Talk between editors, for them alone.
_PRIVATE: Final = frozenset({"note.add"})
# Of these, what changed is worth reading in the line itself; of the others, the sentence says it.
_WITH_CHANGES: Final = frozenset({"claim.edit", "claim.topics", "evidence.edit"})


@dataclass(frozen=True)
class Line:
    """One thing that happened. `version` is the claim's version after it, None where it raised none."""

    entry: Entry
    icon: str
    told: Sentence
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
    session: Session, claim_id: int, *, limit: int, private: bool, before: int | None = None, whole: bool = False
) -> Past:
    """The history of a claim, newest first. Without `private`, nothing of the editors' own talk and no
    speakers, of whom some are only suggested; `whole` with all changes."""
    found = events_of(session, f"claim:{claim_id}", limit=limit, before=before)
    entries = [entry for entry in found.entries if private or entry.kind not in _PRIVATE]
    if not private:
        entries = [without_speakers(entry) for entry in entries]
    known = names(session, entries)
    lines = [Line(entry, _icon(entry), tell(entry, known), whole or entry.kind in _WITH_CHANGES) for entry in entries]
    return Past(lines, found.older)


def _icon(entry: Entry) -> str:
    """The verdict's own shape, or what a source does to the claim, or the shape of the kind."""
    fields: dict[str, Any] = {name: value for part in entry.parts().values() for name, value in part.get("set", {}).items()}
    own = entry.data.get("outcome") or fields.get("outcome") or (fields.get("stance") if entry.kind == "evidence.add" else None)
    return str(own or _ICONS.get(entry.kind, "dot"))
