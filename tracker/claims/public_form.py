"""The public form of claims: what readers, the API and machine-readable copies may know of them, as one allow-list.

`load` reads the current rows of many claims in a fixed number of queries. A claim that may not leave as it is (its text names an
implied speaker) comes back as Withheld, with the reason, and is not published at all. Moments come from the rows, never from the
clock, so that the same rows always give the same form.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final
from urllib.parse import unquote

from sqlalchemy.orm import Session

from tracker.claims import visibility
from tracker.claims.enums import Decision, ProposalKind, Stance, Status, VerdictKind
from tracker.claims.models import Check, Claim, Evidence, Verdict
from tracker.claims.public_fields import (
    find_search_texts,
    iso,
    read_text,
    serialise_check,
    serialise_condition,
    serialise_evidence,
    serialise_quote,
    serialise_speaker,
    serialise_translation,
    serialise_verdict,
    serialise_withdrawal,
)
from tracker.claims.public_rows import Judged, NamedSpeaker, Removed, Rows, load_claims, load_rows
from tracker.errors import N_, Message

# States in addition to the five outcomes.
OPEN: Final = "open"
CHECKING: Final = "checking"
NOT_OBSERVED: Final = "not_observed"
LATE: Final = "late"
UNDER_REVIEW: Final = "under_review"
WITHDRAWN: Final = "withdrawn"

_PARAGRAPHS: Final = 2**20  # claims without a paragraph come after all others
_IN_PROGRESS: Final = (Status.OPEN, Status.DUE, Status.PROPOSED)


@dataclass(frozen=True)
class PublicChange:
    """One thing that happened in public. `ref` names what it is about ("verdict:7"), the same however often it is computed."""

    at: datetime
    kind: str  # signed, update, correction, withdrawn, postscript
    ref: str
    line: str = ""


@dataclass(frozen=True)
class PublicClaim:
    """One claim as readers may see it. `body` is the allow-list; the rest is what lists sort and filter by."""

    claim_id: int
    article_id: int
    position: int
    speaker_id: int | None
    state: str
    outcome: str | None
    changed_at: datetime
    topics: tuple[int, ...]
    body: dict[str, object]
    changes: tuple[PublicChange, ...] = ()
    search: tuple[str, ...] = ()


@dataclass(frozen=True)
class Withheld:
    """A claim, or its newest verdict, that readers do not see, and why. `whole`: nothing of the claim is public."""

    claim_id: int
    field: str
    reason: Message
    whole: bool = True


@dataclass(frozen=True)
class Forms:
    """What `load` found: public claims by id, and what is kept back."""

    claims: dict[int, PublicClaim] = field(default_factory=dict)
    withheld: tuple[Withheld, ...] = ()


IMPLIED_NAME: Final = N_("The text names a speaker whom the article only implies. Reword it, or ask a chief editor.")
INTERNAL_GROUNDS: Final = N_(
    "Readers cannot see this verdict while the refutation rests on internal checks alone. Make a check public, or add public "
    "evidence that contradicts the claim."
)
HELD: Final = N_("The verdict is held back until the embargo ends.")


def load(
    session: Session,
    claim_ids: Iterable[int],
    *,
    public_since: Mapping[int, datetime],
    name_editors: bool = False,
    removed: Removed | None = None,
) -> Forms:
    """The public forms of these claims. `public_since` tells since when each article is public; other claims are left out.

    `removed` tells which texts of rows that never change were erased from the ledger; their place says so.
    """
    ids = sorted(set(claim_ids))
    if not ids:
        return Forms()
    session.flush()
    claims = load_claims(session, ids)
    rows = load_rows(session, ids, claims, name_editors=name_editors)
    rows.removed = removed or {}
    found: dict[int, PublicClaim] = {}
    withheld: list[Withheld] = []
    for claim, speaker in claims:
        since = public_since.get(claim.article_id)
        if since is None or not is_tracked(claim):
            continue
        form, kept_back = _build(claim, speaker, rows, since)
        withheld.extend(kept_back)
        if form is not None:
            found[claim.id] = form
    return Forms(found, tuple(withheld))


def is_tracked(claim: Claim) -> bool:
    """Whether a claim is or was more than a draft."""
    return claim.status is not Status.DRAFT and not (claim.status is Status.WITHDRAWN and claim.restore_to == Status.DRAFT)


def find_implied_name(session: Session, claim: Claim, extra: Mapping[str, str] | None = None) -> str | None:
    """The public field in which the implied speaker of a claim is named, and no chief has allowed it; None where none is."""
    if visibility.may_name_speaker(claim.attribution) or claim.speaker_id is None:
        return None
    session.flush()
    rows = load_rows(session, [claim.id], load_claims(session, [claim.id]), name_editors=False)
    return _named_field(claim, rows, rows.verdicts.get(claim.id, []), extra)


def _named_field(claim: Claim, rows: Rows, pairs: Sequence[Judged], extra: Mapping[str, str] | None = None) -> str | None:
    if visibility.may_name_speaker(claim.attribution) or claim.speaker_id is None:
        return None
    texts: dict[str, str] = {name: getattr(claim, name) for name in ("statement", "quote", "hedge", "condition")}
    texts |= {name: getattr(claim, name) for name in ("confirmed_if", "refuted_if")}
    for each in rows.translations.get(claim.id, []):
        texts[f"translation_{each.language}"] = "\n".join((each.statement, each.condition, each.confirmed_if, each.refuted_if))
    signed = [verdict for verdict, decision in pairs if visibility.is_signed(verdict, decision)]
    texts["rationale"] = "\n".join(verdict.rationale for verdict in signed)
    texts["missing"] = "\n".join(verdict.missing for verdict in signed)
    texts["postscript"] = "\n".join(line.body for verdict in signed for line in rows.postscripts.get(verdict.id, []))
    sources = rows.evidence.get(claim.id, [])
    texts["evidence"] = "\n".join(_source_text(each) for each in sources)
    texts["check"] = "\n".join(f"{each.where_looked}\n{each.queries}\n{each.found}" for each in rows.checks.get(claim.id, []))
    for name, text in (extra or {}).items():
        texts[name] = "\n".join((texts.get(name, ""), text))
    allowed = rows.cleared.get(claim.id, set())
    names = rows.names.get(claim.speaker_id, [])
    return visibility.find_named_field({name: text for name, text in texts.items() if name not in allowed}, names)


def _source_text(source: Evidence) -> str:
    """What readers see of a source. An address may hold a name, too."""
    addresses = (unquote(each or "") for each in (source.url, source.archive_url))
    return "\n".join((source.title, source.publisher, source.document or "", source.locator, *addresses))


def _build(
    claim: Claim, speaker: NamedSpeaker | None, rows: Rows, public_since: datetime
) -> tuple[PublicClaim | None, list[Withheld]]:
    pairs = rows.verdicts.get(claim.id, [])
    named = _named_field(claim, rows, pairs)
    if named is not None:
        return None, [Withheld(claim.id, named, Message(IMPLIED_NAME))]
    chain, withheld = _public_chain(claim, pairs, rows)
    withdrawal = _signed_withdrawal(claim, pairs)
    last = chain[-1][0] if chain else None
    state = _state(claim, last, rows.checks.get(claim.id, []))
    born = max(public_since, claim.created_at)
    changes = _changes(claim, chain, withdrawal, rows, born)
    is_named = visibility.may_name_speaker(claim.attribution) and speaker is not None
    body: dict[str, object] = {
        "id": claim.id,
        "article": claim.article_id,
        "state": state,
        "statement": claim.statement,
        "language": claim.language,
        "translations": [serialise_translation(each) for each in rows.translations.get(claim.id, [])],
        "quote": serialise_quote(claim),
        "attribution": claim.attribution.value,
        "speaker": serialise_speaker(speaker) if is_named and speaker is not None else None,
        "hedge": claim.hedge,
        "certainty": claim.certainty.value,
        "likelihood": [claim.likelihood_low, claim.likelihood_high] if claim.likelihood_low is not None else None,
        "condition": serialise_condition(claim),
        "criteria": {
            "confirmed_if": claim.confirmed_if,
            "refuted_if": claim.refuted_if,
            "set_on": iso(claim.criteria_set_on),
            "after_review_date": claim.criteria_retrospective,
        },
        "made_on": iso(claim.made_on),
        "deadline_on": iso(claim.deadline_on),
        "deadline_source": claim.deadline_source.value if claim.deadline_source and claim.deadline_on else None,
        "review_on": iso(claim.review_on),
        "paragraph": claim.paragraph,
        "topics": [{"id": t.id, "key": t.key, "en": t.label_en, "fr": t.label_fr} for t in rows.topics.get(claim.id, [])],
        "verdicts": [serialise_verdict(claim, verdict, decision, rows) for verdict, decision in chain],
        "evidence": [serialise_evidence(each) for each in rows.evidence.get(claim.id, [])],
        "checks": [serialise_check(each) for each in rows.checks.get(claim.id, [])],
        "not_observed_on": iso(_not_observed_on(claim, rows.checks.get(claim.id, []))) if state == NOT_OBSERVED else None,
        "withdrawal": serialise_withdrawal(claim, withdrawal, rows) if state == WITHDRAWN else None,
    }
    form = PublicClaim(
        claim_id=claim.id,
        article_id=claim.article_id,
        position=((claim.paragraph or _PARAGRAPHS) << 32) + (claim.quote_start or 0),
        speaker_id=speaker.id if is_named and speaker is not None else None,
        state=state,
        outcome=last.outcome.value if last is not None and last.outcome is not None and state != WITHDRAWN else None,
        changed_at=max([born, *(change.at for change in changes)]),
        topics=tuple(topic.id for topic in rows.topics.get(claim.id, [])),
        body=body,
        changes=tuple(changes),
        search=find_search_texts(body),
    )
    return form, withheld


def _public_chain(claim: Claim, pairs: Sequence[Judged], rows: Rows) -> tuple[list[Judged], list[Withheld]]:
    """The signed verdicts that readers may see, oldest first, and why the others may not."""
    chain: list[Judged] = []
    withheld: list[Withheld] = []
    against = sum(1 for each in rows.evidence.get(claim.id, []) if each.stance is Stance.CONTRADICTS)
    checks = len(rows.checks.get(claim.id, []))
    for verdict, decision in pairs:
        if not visibility.is_signed(verdict, decision):
            continue
        hold = rows.held.get(verdict.id)
        is_held = hold is not None and hold.released_at is None
        if visibility.may_publish_verdict(verdict.outcome, is_held=is_held, contradicting=against, public_checks=checks):
            chain.append((verdict, decision))
        else:
            reason = HELD if is_held else INTERNAL_GROUNDS
            withheld.append(Withheld(claim.id, "verdict", Message(reason), whole=False))
    return chain, withheld


def _signed_withdrawal(claim: Claim, pairs: Sequence[Judged]) -> Judged | None:
    if claim.status is not Status.WITHDRAWN:
        return None
    for verdict, decision in reversed(pairs):
        if verdict.proposal_kind is ProposalKind.WITHDRAWAL and decision.decision is Decision.SIGNED:
            return verdict, decision
    return None


def _state(claim: Claim, last: Verdict | None, checks: Sequence[Check]) -> str:
    if claim.status is Status.WITHDRAWN:
        return WITHDRAWN
    if last is not None and last.outcome is not None:
        # A newer verdict that is held back leaves the earlier state: the old one, looked at again.
        if claim.status in _IN_PROGRESS or claim.signed_verdict_id != last.id:
            return UNDER_REVIEW
        return LATE if last.occurred_after_deadline else last.outcome.value
    if claim.status in (Status.PROPOSED, Status.RESOLVED):
        return CHECKING
    return NOT_OBSERVED if _not_observed_on(claim, checks) is not None else OPEN


def _not_observed_on(claim: Claim, checks: Sequence[Check]) -> date | None:
    """The day of the last public check after the deadline."""
    if claim.deadline_on is None:
        return None
    return max((check.checked_on for check in checks if check.checked_on > claim.deadline_on), default=None)


def _changes(claim: Claim, chain: Sequence[Judged], withdrawal: Judged | None, rows: Rows, born: datetime) -> list[PublicChange]:
    found = []
    for verdict, decision in chain:
        hold = rows.held.get(verdict.id)
        at = max(born, decision.decided_at, *([hold.released_at] if hold is not None and hold.released_at else []))
        kind = "signed" if verdict.verdict_kind is VerdictKind.FIRST else verdict.verdict_kind.value
        found.append(PublicChange(at, kind, f"verdict:{verdict.id}"))
        for postscript in rows.postscripts.get(verdict.id, []):
            written = datetime.combine(postscript.written_on, time(), UTC)
            body = read_text(rows, f"postscript:{postscript.id}", postscript, "body")
            found.append(PublicChange(max(at, written), "postscript", f"postscript:{postscript.id}", body))
    if claim.status is Status.WITHDRAWN and withdrawal is not None:
        verdict, decision = withdrawal
        line = read_text(rows, f"verdict:{verdict.id}", verdict, "rationale")
        found.append(PublicChange(max(born, decision.decided_at), "withdrawn", f"verdict:{verdict.id}", line))
    elif claim.status is Status.WITHDRAWN:
        found.append(PublicChange(max(born, claim.updated_at), "withdrawn", f"claim:{claim.id}"))
    return found
