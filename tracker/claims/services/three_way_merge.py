"""Three-way merge of field edits: what the editor saw, what the editor wants, the current value.

What the editor saw is read back from the history: every change that raised the version holds the values before it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.errors import N_, Conflict
from tracker.ledger.models import Event, EventTexts

UNKNOWN = object()  # the earlier value was erased from the history


@dataclass(frozen=True)
class Difference:
    """One field that both changed."""

    field: str
    mine: Any
    theirs: Any


class Clash(Conflict):
    """Two editors changed the same fields; `differences` holds both values of each, `version` the current one."""

    def __init__(self, differences: list[Difference], version: int) -> None:
        super().__init__(N_("Someone else changed the same field while you were writing. Choose what to keep."))
        self.differences = differences
        self.version = version


def merge(
    session: Session, claim: Claim, wanted: Mapping[str, object], *, version: int, choices: Mapping[str, str]
) -> tuple[dict[str, Any], frozenset[str]]:
    """The values to write, and the fields where someone else's change was kept.

    Raises Clash where both sides changed a field to different values and `choices` does not say "mine" or "theirs".
    """
    if version > claim.version or version < 1:
        raise Conflict(N_("This page shows a version that does not exist. Reload the page."))
    if version == claim.version:
        return dict(wanted), frozenset()
    seen = values_at(session, claim, version, tuple(wanted))
    merged: dict[str, Any] = {}
    kept: set[str] = set()
    clashes: list[Difference] = []
    for field, mine in wanted.items():
        theirs, base = getattr(claim, field), seen[field]
        if mine == theirs or theirs == base:
            merged[field] = mine
        elif mine == base:
            merged[field] = theirs
            kept.add(field)
        elif choices.get(field) == "mine":
            merged[field] = mine
        elif choices.get(field) == "theirs":
            merged[field] = theirs
        else:
            clashes.append(Difference(field, mine, theirs))
    if clashes:
        raise Clash(clashes, claim.version)
    return merged, frozenset(kept)


def values_at(session: Session, claim: Claim, version: int, fields: tuple[str, ...]) -> dict[str, Any]:
    """What the fields were at an earlier version, from the `was` of every change since. UNKNOWN where that was erased."""
    values = {field: getattr(claim, field) for field in fields}
    events = session.execute(
        select(Event.canonical, EventTexts.texts)
        .outerjoin(EventTexts, EventTexts.seq == Event.seq)
        .where(Event.subject == f"claim:{claim.id}")
        .order_by(Event.seq.desc())
    )
    for canonical, texts in events:
        data = json.loads(canonical)["data"]
        if data.get("version", 0) <= version and "version" in data:
            break
        kept = json.loads(texts) if texts else {}
        for field, value in data.get("was", {}).items():
            if field in values and "row" not in data:
                values[field] = restored(field, value, kept)
    return values


def restored(field: str, value: Any, kept: Mapping[str, Any]) -> Any:
    """A column's value as an event's `was` holds it, with the texts of the event. UNKNOWN if the text was erased."""
    if isinstance(value, dict) and "sha256" in value:
        side = kept.get(f"was.{field}")
        return side["text"] if side and side.get("text") is not None else UNKNOWN
    python_type = Claim.__table__.c[field].type.python_type
    if value is not None and python_type is date:
        return date.fromisoformat(value)
    return value  # an enum comes back as its key, and a StrEnum equals its key
