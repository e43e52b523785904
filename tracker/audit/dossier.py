"""The dossier of one claim: all that the record knows of it, in the order in which it happened, with what proves it.

To be shared, it holds no private notes, no internal evidence and no name that an article only suggests; the lines
that speak of them are there with their seals and without their words. Made for the desk it holds everything.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.articles.models import ArticleText
from tracker.claims import visibility
from tracker.claims.claim_page import ClaimPage, Proposal
from tracker.claims.models import Check, Evidence, Verdict
from tracker.claims.queries.claim_page import load
from tracker.errors import N_, Message
from tracker.ledger import queries
from tracker.ledger.descriptions import Change, Description, describe, format_value, load_names, name_actor
from tracker.ledger.descriptors import ROW_KINDS, Field, Names, find_event_kind
from tracker.ledger.models import Event, EventTexts
from tracker.ledger.queries import Entry
from tracker.ledger.rows import row_name
from tracker.ledger.verify import Proof, Prover, Sealed

# What a reader must be able to hold against us: the quote, and what we would count as true.
TERMS: Final = (
    "statement", "quote", "quote_kind", "speaker_id", "attribution", "hedge", "certainty", "likelihood_low", "likelihood_high",
    "condition", "condition_status", "confirmed_if", "refuted_if", "criteria_set_on", "criteria_retrospective", "made_on",
    "deadline_on", "deadline_source", "review_on",
)  # fmt: skip
_NOT_NAMED: Final = Message(N_("not named: the article only suggests who it is"))
_BATCH: Final = 500


@dataclass(frozen=True)
class DossierEntry:
    """One entry of the history. `described` is None where its texts stay in the newsroom."""

    entry: Entry
    sealed: Sealed
    described: Description | None


@dataclass(frozen=True)
class Amendment:
    """A term that was set or changed: when, by whom, from what to what."""

    seq: int
    at: datetime
    who: Message
    change: Change
    name: str  # of the field


@dataclass(frozen=True)
class EvidenceSnapshot:
    """A proposal with the evidence and checks, by number, that were there when it was decided, or are there while it waits."""

    proposal: Proposal
    evidence: tuple[int, ...]
    checks: tuple[int, ...]


@dataclass(frozen=True)
class Dossier:
    """See the module. `text`: the article's text that the quote was taken from.

    `entries` reads them from the session, a batch at a time, so that a long history needs no more memory than a short one.
    """

    page: ClaimPage
    made_at: datetime
    for_desk: bool
    text: ArticleText | None
    evidence: tuple[Evidence, ...]
    kept_back: int  # pieces of internal evidence that are not in it
    amendments: tuple[Amendment, ...]
    proposals: tuple[EvidenceSnapshot, ...]
    speaker_named: bool
    first_seq: int
    _session: Session
    _hidden_names: dict[str, Message]
    _hidden_rows: frozenset[str]
    _prover: Prover

    def amended(self, *fields: str) -> list[Amendment]:
        """The amendments of these fields since the claim was added."""
        return [each for each in self.amendments if each.name in fields and each.seq != self.first_seq]

    def entries(self) -> Iterator[DossierEntry]:
        """Every entry about the claim, oldest first. To be read once, before `prove`."""
        for batch in _entry_batches(self._session, self.page.claim.id):
            names = load_names(self._session, batch) | self._hidden_names
            sealed = _load_sealed(self._session, [entry.seq for entry in batch])
            self._prover.add(list(sealed.values()))
            for entry in batch:
                is_withheld = not self.for_desk and _is_private(entry, self._hidden_rows)
                yield DossierEntry(entry, sealed[entry.seq], None if is_withheld else describe(entry, names))

    def prove(self) -> Proof:
        """The outcome of verifying the entries that were read."""
        return self._prover.finish()


def build_dossier(session: Session, claim_id: int, *, today: date, for_desk: bool) -> Dossier:
    """The dossier of a claim; `session` should come from `reading.one_moment` and stay open while it is read. Raises NotFound."""
    page = load(session, claim_id, today=today, notes=False)
    suggested = _SuggestedSpeakers(f"claim:{claim_id}")
    first_seq = 0
    amending: list[Entry] = []
    for batch in _entry_batches(session, claim_id):
        first_seq = first_seq or batch[0].seq
        for entry in batch:
            suggested.add(entry)
            if _is_amending(entry):
                amending.append(entry)
    hidden_names = {} if for_desk else dict.fromkeys(suggested.without(page), _NOT_NAMED)
    names = load_names(session, amending) | hidden_names
    hidden = frozenset() if for_desk else _find_hidden(session, page)
    page = replace(
        page,
        checks=tuple(each for each in page.checks if row_name(each) not in hidden),
        proposals=tuple(each for each in page.proposals if row_name(each.verdict) not in hidden),
    )
    evidence = tuple(each for each in page.evidence if row_name(each) not in hidden)
    return Dossier(
        page=page,
        made_at=clock.now(),
        for_desk=for_desk,
        text=_text(session, page),
        evidence=evidence,
        kept_back=len(page.evidence) - len(evidence),
        amendments=tuple(each for entry in amending for each in _amendments(entry, names)),
        proposals=tuple(_snapshot(proposal, evidence, page.checks) for proposal in page.proposals),
        speaker_named=for_desk or visibility.may_name_speaker(page.claim.attribution),
        first_seq=first_seq,
        _session=session,
        _hidden_names=hidden_names,
        _hidden_rows=hidden,
        _prover=Prover(session),
    )


def _entry_batches(session: Session, claim_id: int) -> Iterator[list[Entry]]:
    after = 0
    while batch := queries.events_after(session, f"claim:{claim_id}", after, limit=_BATCH):
        yield batch
        after = batch[-1].seq


def _load_sealed(session: Session, numbers: list[int]) -> dict[int, Sealed]:
    query = (
        select(Event.seq, Event.canonical, Event.prev_hash, Event.hash, EventTexts.texts)
        .outerjoin(EventTexts, EventTexts.seq == Event.seq)
        .where(Event.seq.in_(numbers))
        .order_by(Event.seq)
    )
    return {
        seq: Sealed(seq, canonical, prev_hash, own_hash, json.loads(texts) if texts else {})
        for seq, canonical, prev_hash, own_hash, texts in session.execute(query)
    }


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
    held = select(Verdict.id).where(Verdict.claim_id == page.claim.id, ~visibility.is_not_held())
    return frozenset(internal | waiting | {f"verdict:{number}" for number in session.scalars(held)})


class _SuggestedSpeakers:
    """The speakers whom the article, as we read it at some time, only suggested."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._found: set[str] = set()
        self._speaker: object = None
        self._attribution: object = None

    def add(self, entry: Entry) -> None:
        """Take account of the next entry."""
        fields = entry.parts().get(self._subject, {}).get("set", {})
        self._speaker = fields.get("speaker_id", self._speaker)
        self._attribution = fields.get("attribution", self._attribution)
        if self._speaker is not None and not visibility.may_name_speaker(str(self._attribution)):
            self._found.add(f"speaker:{self._speaker}")

    def without(self, page: ClaimPage) -> set[str]:
        """All but the one whom the article names."""
        named = {f"speaker:{page.claim.speaker_id}"} if visibility.may_name_speaker(page.claim.attribution) else set()
        return self._found - named


def _is_amending(entry: Entry) -> bool:
    part = entry.parts().get(entry.subject, {})
    changed = part.get("set", {}).keys() | part.get("was", {}).keys()
    return entry.kind == "translation.set" or any(name in changed for name in TERMS)


def _amendments(entry: Entry, known: Names) -> Iterator[Amendment]:
    part = entry.parts().get(entry.subject, {})
    now, then = part.get("set", {}), part.get("was", {})
    translated = entry.kind == "translation.set"
    if translated:
        now, then = _as_dict(entry.data.get("to")), _as_dict(entry.data.get("from"))
    claim = ROW_KINDS.get("claim")
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


def _as_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _snapshot(proposal: Proposal, evidence: tuple[Evidence, ...], checks: tuple[Check, ...]) -> EvidenceSnapshot:
    until = proposal.decision.decided_at if proposal.decision else None
    return EvidenceSnapshot(
        proposal,
        tuple(
            number
            for number, each in enumerate(evidence, start=1)
            if (until is None or each.added_at <= until)
            and (each.withdrawn_at is None or (until is not None and each.withdrawn_at > until))
        ),
        tuple(number for number, each in enumerate(checks, start=1) if until is None or each.created_at <= until),
    )
