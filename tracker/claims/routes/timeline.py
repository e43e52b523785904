"""The history of a claim as lines to read: who did what when, and the reason they gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.claims.labels import label
from tracker.claims.queries.claim_page import ClaimPage, editor_names
from tracker.claims.words import Outcome
from tracker.errors import N_
from tracker.history.queries import REDACTED, Entry, events_of
from tracker.web import speech
from tracker.web.speech import gettext

# What each kind of event says of the editor who did it, with its shape.
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "claim.created": ("draft", N_("stored the claim")),
    "claim.edit": ("dot", N_("changed the claim")),
    "claim.assign": ("dot", N_("changed the owner")),
    "claim.topics": ("dot", N_("changed the topics")),
    "translation.set": ("dot", N_("changed the words in the other language")),
    "claim.track": ("open", N_("took the claim onto the desk")),
    "claim.flag": ("due", N_("the review fell due")),
    "claim.postpone": ("upcoming", N_("moved the review to a later day")),
    "claim.propose": ("signoff", N_("proposed a verdict")),
    "claim.sign": ("signoff", N_("signed")),
    "claim.return": ("under_review", N_("sent the proposal back")),
    "claim.recall": ("under_review", N_("took the proposal back")),
    "claim.decide": ("signoff", N_("gave a verdict alone")),
    "claim.reopen": ("under_review", N_("reopened the claim")),
    "claim.withdraw": ("withdrawn", N_("withdrew the claim")),
    "claim.propose_withdrawal": ("withdrawn", N_("proposed to withdraw the claim")),
    "claim.restore": ("open", N_("restored the claim")),
    "evidence.add": ("supports", N_("added evidence")),
    "evidence.withdraw": ("withdrawn", N_("withdrew evidence")),
    "check.add": ("dot", N_("logged a check")),
    "note.add": ("lock", N_("wrote a note")),
    "relation.add": ("dot", N_("related the claim to another")),
    "postscript.add": ("dot", N_("added a postscript")),
}
_PRIVATE: Final = frozenset({"note.add"})
_REASONS: Final = ("reason", "note", "body")


@dataclass(frozen=True)
class Line:
    """One thing that happened. `version` is the claim's version after it, None where it raised none."""

    at: datetime
    icon: str
    who: str
    what: str
    why: str
    version: int | None


@dataclass(frozen=True)
class Past:
    """Some lines, newest first. `older` is what to ask for next as `before`; None at the end."""

    lines: list[Line]
    older: int | None


def of_claim(session: Session, page: ClaimPage, *, limit: int, notes: bool, before: int | None = None) -> Past:
    """The history of a claim, newest first; without `notes`, nothing of the editors' private talk."""
    found = events_of(session, f"claim:{page.claim.id}", limit=limit, before=before)
    names = editor_names(session, {entry.editor_id for entry in found.entries})
    lines = [_line(entry, names) for entry in found.entries if notes or entry.kind not in _PRIVATE]
    return Past(lines, found.older)


def _line(entry: Entry, names: Mapping[int, str]) -> Line:
    icon, said = _SAID.get(entry.kind, ("dot", entry.kind))
    who = names.get(entry.editor_id, "") if entry.editor_id is not None else ""
    what = gettext(said)
    outcome = entry.data.get("outcome")
    if outcome:
        icon = outcome
        what = gettext("%(what)s: %(outcome)s", what=what, outcome=label(Outcome(outcome)).lower())
    return Line(entry.at, icon, who, what, _why(entry.data), entry.data.get("version"))


def _why(data: Mapping[str, Any]) -> str:
    for key in _REASONS:
        if (given := data.get(key)) is REDACTED:
            return speech.say(REDACTED)
        if isinstance(given, str):
            return given
    return ""
