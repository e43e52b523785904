"""The dossier of one claim: all that the record knows of it, in the order in which it happened, with what proves it.

Made for somebody outside it holds no private notes, no internal evidence and no name that an article only suggests; the lines
that speak of them are there with their seals and without their words. Made for the desk it holds everything.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.articles.models import ArticleText
from tracker.claims import visibility
from tracker.claims.enums import Attribution
from tracker.claims.models import Check, Evidence, Hold
from tracker.claims.queries.claim_page import ClaimPage, Proposal, load
from tracker.errors import N_, Message
from tracker.ledger import queries
from tracker.ledger.descriptions import Change, Description, describe, format_value, name_actor
from tracker.ledger.descriptors import Field, Names, find_event_kind, get_row_kind
from tracker.ledger.models import Event, EventTexts
from tracker.ledger.names import load_names
from tracker.ledger.proof import Proof, Sealed, prove
from tracker.ledger.queries import Entry
from tracker.ledger.rows import row_name

# What a reader must be able to hold against us: what was said, and what we would count as true.
TERMS: Final = (
    "statement", "quote", "quote_kind", "speaker_id", "attribution", "hedge", "certainty", "likelihood_low", "likelihood_high",
    "condition", "condition_status", "confirmed_if", "refuted_if", "criteria_set_on", "criteria_retrospective", "made_on",
    "deadline_on", "deadline_source", "review_on",
)  # fmt: skip
_NOT_NAMED: Final = Message(N_("not named: the article only suggests who it is"))
_BATCH: Final = 500


@dataclass(frozen=True)
class Line:
    """One line of the record. `withheld`: its words stay at the desk, and `described` is None."""

    entry: Entry
    sealed: Sealed
    described: Description | None

    @property
    def withheld(self) -> bool:
        """See the class."""
        return self.described is None


@dataclass(frozen=True)
class Amendment:
    """A term that was set or changed: when, by whom, from what to what."""

    seq: int
    at: datetime
    who: Message
    change: Change
    name: str  # of the field


@dataclass(frozen=True)
class Known:
    """A proposal with what lay on the desk when it was decided (or, while it waits, lies there now), by number."""

    proposal: Proposal
    evidence: tuple[int, ...]
    checks: tuple[int, ...]


@dataclass(frozen=True)
class Dossier:
    """See the module. `text`: the article's text that the quote was taken from."""

    page: ClaimPage
    made_at: datetime
    for_desk: bool
    text: ArticleText | None
    evidence: tuple[Evidence, ...]
    kept_back: int  # pieces of internal evidence that are not in it
    lines: tuple[Line, ...]
    amendments: tuple[Amendment, ...]
    proposals: tuple[Known, ...]
    proof: Proof
    speaker_named: bool = field(default=True)

    def amended(self, *fields: str) -> list[Amendment]:
        """The amendments of these fields after the claim was stored."""
        first = self.lines[0].entry.seq if self.lines else 0
        return [each for each in self.amendments if each.name in fields and each.seq != first]


def make(session: Session, claim_id: int, *, today: date, for_desk: bool) -> Dossier:
    """Put it together; `session` should come from `reading.one_moment`. Raises NotFound."""
    page = load(session, claim_id, today=today, notes=False)
    entries = tuple(_entries(session, f"claim:{claim_id}"))
    known = dict(load_names(session, entries))
    if not for_desk:
        known |= dict.fromkeys(_only_suggested(entries, page), _NOT_NAMED)
    hidden = frozenset() if for_desk else _find_hidden(session, page)
    page = replace(
        page,
        checks=tuple(each for each in page.checks if row_name(each) not in hidden),
        proposals=tuple(each for each in page.proposals if row_name(each.verdict) not in hidden),
    )
    sealed = _sealed(session, [entry.seq for entry in entries])
    lines = tuple(
        Line(e, sealed[e.seq], None if not for_desk and _is_private(e, hidden) else describe(e, known)) for e in entries
    )
    evidence = tuple(each for each in page.evidence if row_name(each) not in hidden)
    return Dossier(
        page=page,
        made_at=clock.now(),
        for_desk=for_desk,
        text=_text(session, page),
        evidence=evidence,
        kept_back=len(page.evidence) - len(evidence),
        lines=lines,
        amendments=tuple(each for entry in entries for each in _amendments(entry, known)),
        proposals=tuple(_known(proposal, evidence, page.checks) for proposal in page.proposals),
        proof=prove(session, list(sealed.values())),
        speaker_named=for_desk or visibility.may_name_speaker(page.claim.attribution),
    )


def _entries(session: Session, subject: str) -> Iterator[Entry]:
    """All of them, oldest first."""
    found: list[Entry] = []
    before: int | None = None
    while True:
        page = queries.events_of(session, subject, before=before, limit=_BATCH)
        found.extend(page.entries)
        before = page.older
        if before is None:
            return reversed(found)


def _sealed(session: Session, numbers: list[int]) -> dict[int, Sealed]:
    query = (
        select(Event.seq, Event.canonical, Event.prev_hash, Event.hash, EventTexts.texts)
        .outerjoin(EventTexts, EventTexts.seq == Event.seq)
        .order_by(Event.seq)
    )
    found: dict[int, Sealed] = {}
    for start in range(0, len(numbers), _BATCH):
        for row in session.execute(query.where(Event.seq.in_(numbers[start : start + _BATCH]))):
            found[row.seq] = Sealed(row.seq, row.canonical, row.prev_hash, row.hash, json.loads(row.texts) if row.texts else {})
    return found


def _text(session: Session, page: ClaimPage) -> ArticleText | None:
    claim = page.claim
    if claim.text_number is None:
        return None
    query = select(ArticleText).where(ArticleText.article_id == claim.article_id, ArticleText.number == claim.text_number)
    return session.scalar(query)


def _is_private(entry: Entry, hidden: frozenset[str]) -> bool:
    return find_event_kind(entry.kind).private or not hidden.isdisjoint(entry.parts())


def _find_hidden(session: Session, page: ClaimPage) -> frozenset[str]:
    """The rows whose texts stay inside: internal evidence and checks, a proposal that waits, a verdict that is held back."""
    sources: tuple[Evidence | Check, ...] = (*page.evidence, *page.checks)
    internal = {row_name(row) for row in sources if not visibility.is_public(row)}
    waiting = {row_name(each.verdict) for each in page.proposals if each.decision is None}
    held = select(Hold.verdict_id).where(Hold.claim_id == page.claim.id, Hold.released_at.is_(None))
    return frozenset(internal | waiting | {f"verdict:{number}" for number in session.scalars(held)})


def _only_suggested(entries: tuple[Entry, ...], page: ClaimPage) -> set[str]:
    """The speakers whom the article, as we read it at some time, only suggested; not the one whom it is now said to name."""
    found: set[str] = set()
    speaker: Any = None
    attribution: Any = None
    for entry in entries:
        fields = entry.parts().get(entry.subject, {}).get("set", {})
        speaker, attribution = fields.get("speaker_id", speaker), fields.get("attribution", attribution)
        if speaker is not None and attribution == Attribution.IMPLIED:
            found.add(f"speaker:{speaker}")
    claim = page.claim
    if claim.attribution is not Attribution.IMPLIED:
        found.discard(f"speaker:{claim.speaker_id}")
    return found


def _amendments(entry: Entry, known: Names) -> Iterator[Amendment]:
    part = entry.parts().get(entry.subject, {})
    now, then = part.get("set", {}), part.get("was", {})
    translated = entry.kind == "translation.set"
    if translated:
        now, then = _as_dict(entry.data.get("to")), _as_dict(entry.data.get("from"))
    claim = get_row_kind("claim")
    fields: Mapping[str, Field] = claim.fields if claim else {}
    for name in TERMS:
        if name not in fields or (name not in now and name not in then):
            continue
        shown = fields[name]
        before, after = (format_value(shown, value, known) for value in (then.get(name), now.get(name)))
        if before is None and after is None:
            continue
        label = Message(shown.label)
        if translated:
            label = Message(N_("%(field)s (%(language)s)"), {"field": label, "language": entry.data.get("language")})
        yield Amendment(entry.seq, entry.at, name_actor(entry, known), Change(label, before, after, shown.is_text), name)


def _as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _known(proposal: Proposal, evidence: tuple[Evidence, ...], checks: tuple[Check, ...]) -> Known:
    until = proposal.decision.decided_at if proposal.decision else None
    return Known(
        proposal,
        tuple(
            number
            for number, each in enumerate(evidence, start=1)
            if (until is None or each.added_at <= until)
            and (each.withdrawn_at is None or (until is not None and each.withdrawn_at > until))
        ),
        tuple(number for number, each in enumerate(checks, start=1) if until is None or each.created_at <= until),
    )
