"""The newsroom's log: what happened, narrowed down, with everything in it told in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.audit.names import names
from tracker.audit.sentences import Sentence, tell
from tracker.audit.vocabulary import name_of
from tracker.errors import N_, Message
from tracker.ledger import queries
from tracker.ledger.queries import Entry, Page

# What can be chosen: the words for it, and the kinds of events, whole or by area.
GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "claims": (N_("Claims: terms, dates, owners"), ("claim.", "relation.", "translation.")),
    "verdicts": (
        N_("Verdicts and signatures"),
        (
            "claim.propose",
            "claim.sign",
            "claim.return",
            "claim.recall",
            "claim.decide",
            "claim.reopen",
            "claim.propose_withdrawal",
            "claim.withdraw",
            "claim.restore",
            "postscript.",
        ),
    ),
    "evidence": (N_("Evidence and checks"), ("evidence.", "check.", "note.")),
    "articles": (N_("Articles"), ("article.",)),
    "people": (N_("Speakers and topics"), ("speaker.", "topic.")),
    "newsroom": (N_("Accounts and settings"), ("editor.", "newsroom.", "import.")),
    "history": (N_("The history itself"), ("history.",)),
}
# The affairs of accounts concern those who answer for them.
ACCOUNTS: Final = ("editor.",)
# Talk between editors, for them alone.
NOTES: Final = ("note.",)


@dataclass(frozen=True)
class Filters:
    """What is asked for; days are those of the newsroom, both included. `subject` is a name such as "claim:147"."""

    group: str = ""
    editor_id: int | None = None
    day_from: date | None = None
    day_to: date | None = None
    subject: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of events of the group; none is all."""
        return GROUPS[self.group][1] if self.group else ()

    @property
    def actor(self) -> str | None:
        """Whose deeds."""
        return f"editor:{self.editor_id}" if self.editor_id is not None else None


@dataclass(frozen=True)
class Told:
    """One event with its sentence, and what it is about by its name of today."""

    entry: Entry
    sentence: Sentence
    about: Message


@dataclass(frozen=True)
class Log:
    """Some of it, newest first. `older` is what to ask for next as `before`."""

    lines: list[Told]
    older: int | None


def read(session: Session, filters: Filters, *, zone: ZoneInfo, hidden: tuple[str, ...] = (), before: int | None = None) -> Log:
    """A page of the log. Events of the areas in `hidden` are left out, so a page may be short."""
    if filters.subject:
        page = _of_subject(session, filters, zone, before)
    else:
        page = queries.log(
            session,
            zone=zone,
            kinds=filters.kinds,
            actor=filters.actor,
            day_from=filters.day_from,
            day_to=filters.day_to,
            before=before,
        )
    entries = [entry for entry in page.entries if not entry.kind.startswith(hidden)] if hidden else list(page.entries)
    if NOTES[0] in hidden:  # whoever may not read notes may not learn suggested names
        entries = [queries.without_speakers(entry) for entry in entries]
    known = names(session, entries)
    return Log([Told(entry, tell(entry, known), name_of(entry.subject, known)) for entry in entries], page.older)


def _of_subject(session: Session, filters: Filters, zone: ZoneInfo, before: int | None) -> Page:
    # What happened to one thing is little enough to be looked through.
    found: list[Entry] = []
    while True:
        page = queries.events_of(session, filters.subject, before=before)
        for entry in page.entries:
            if _fits(entry, filters, zone):
                found.append(entry)
                if len(found) == queries.PAGE:
                    return Page(tuple(found), None if entry is page.entries[-1] and page.older is None else entry.seq)
        if page.older is None:
            return Page(tuple(found), None)
        before = page.older


def _fits(entry: Entry, filters: Filters, zone: ZoneInfo) -> bool:
    day = entry.at.astimezone(zone).date()
    kinds = filters.kinds
    return (
        (not kinds or any(entry.kind.startswith(kind) if kind.endswith(".") else entry.kind == kind for kind in kinds))
        and (filters.actor is None or entry.actor == filters.actor)
        and (filters.day_from is None or day >= filters.day_from)
        and (filters.day_to is None or day <= filters.day_to)
    )
