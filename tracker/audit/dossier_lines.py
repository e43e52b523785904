"""A dossier as JSON Lines: the claim, its sources, its checks, every line of the record with its seal, and what was verified.

Each line is an object with a `type`. One of type `event` holds the sentence for people and, in `sealed`, `prev_hash`, `hash` and
`texts`, what `docs/history.md` explains how to verify.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime

from tracker.audit.dossier import Dossier, DossierEntry, EvidenceSnapshot
from tracker.claims.models import Check, Evidence
from tracker.errors import Message
from tracker.ledger.texts import moment
from tracker.web import i18n

FORMAT = 1


def lines(dossier: Dossier) -> Iterator[str]:
    """The dossier, one JSON object a line, sentences in the language spoken now."""
    for each in _objects(dossier):
        yield json.dumps(each, ensure_ascii=False, default=_plain) + "\n"


def _objects(dossier: Dossier) -> Iterator[dict[str, object]]:
    yield _head(dossier)
    for number, source in enumerate(dossier.evidence, start=1):
        yield {"type": "evidence", "number": number, **_source(dossier, source)}
    for number, check in enumerate(dossier.page.checks, start=1):
        yield {"type": "check", "number": number, **_check(dossier, check)}
    for known in dossier.proposals:
        yield _proposal(dossier, known)
    for amendment in dossier.amendments:
        yield {
            "type": "amendment",
            "seq": amendment.seq,
            "at": amendment.at,
            "who": amendment.who,
            "field": amendment.name,
            "before": amendment.change.before,
            "after": amendment.change.after,
        }
    for line in dossier.entries():
        yield _event(line)
    proof = dossier.prove()
    yield {
        "type": "verification",
        "made_at": dossier.made_at,
        "lines": proof.lines,
        "bad_lines": list(proof.bad),
        "whole_history": {True: "verified", False: "broken", None: "not tried"}[proof.whole],
        "fault": proof.fault,
        "head": {"seq": proof.head.seq, "hash": proof.head.hash},
        "how": "docs/history.md: sha256('tracker-history-1' LF prev_hash LF RFC 8785 of sealed) = hash",
    }


def _head(dossier: Dossier) -> dict[str, object]:
    page, claim = dossier.page, dossier.page.claim
    speaker = page.speaker if dossier.speaker_named else None
    return {
        "type": "claim",
        "format": FORMAT,
        "made_at": dossier.made_at,
        "internal": dossier.for_desk,
        "claim_id": claim.id,
        "statement": claim.statement,
        "language": claim.language,
        "quote": claim.quote,
        "quote_kind": claim.quote_kind,
        "speaker": speaker.name if speaker else None,
        "attribution": claim.attribution,
        "made_on": claim.made_on,
        "article": {
            "id": page.article.id,
            "title": page.article.title,
            "outlet": page.article.outlet,
            "url": page.article.url,
            "published_on": page.article.published_on,
            "text_number": claim.text_number,
            "text_sha256": dossier.text.sha256 if dossier.text else None,
            "paragraph": claim.paragraph,
        },
        "hedge": claim.hedge,
        "certainty": claim.certainty,
        "likelihood": [claim.likelihood_low, claim.likelihood_high],
        "condition": claim.condition,
        "confirmed_if": claim.confirmed_if,
        "refuted_if": claim.refuted_if,
        "criteria_set_on": claim.criteria_set_on,
        "criteria_retrospective": claim.criteria_retrospective,
        "deadline_on": claim.deadline_on,
        "deadline_source": claim.deadline_source,
        "review_on": claim.review_on,
        "status": claim.status,
        "internal_evidence_left_out": dossier.kept_back,
    }


def _source(dossier: Dossier, source: Evidence) -> dict[str, object]:
    wanted = ("id", "stance", "about", "title", "url", "document", "publisher", "published_on", "locator", "source_kind")
    more = ("archive_url", "visibility", "note", "added_at", "withdrawn_at", "withdrawn_because")
    found = {name: getattr(source, name) for name in (*wanted, *more)}
    people = {"added_by": source.added_by_id, "withdrawn_by": source.withdrawn_by_id}
    return found | {name: dossier.page.name(number) or None for name, number in people.items()}


def _check(dossier: Dossier, check: Check) -> dict[str, object]:
    wanted = ("id", "checked_on", "where_looked", "queries", "period_from", "period_to", "found", "exhaustive", "created_at")
    return {name: getattr(check, name) for name in wanted} | {"by": dossier.page.name(check.editor_id) or None}


def _proposal(dossier: Dossier, known: EvidenceSnapshot) -> dict[str, object]:
    verdict, decision, name = known.proposal.verdict, known.proposal.decision, dossier.page.name
    wanted = ("number", "proposal_kind", "verdict_kind", "outcome", "reason", "rationale", "missing", "known_on")
    more = ("occurred_from", "occurred_to", "is_scored", "withdraw_reason", "proposed_at")
    return {
        "type": "proposal",
        **{each: getattr(verdict, each) for each in (*wanted, *more)},
        "proposed_by": name(verdict.proposed_by_id) or None,
        "decision": decision.decision if decision else None,
        "decided_by": (name(decision.decided_by_id) or None) if decision else None,
        "decided_at": decision.decided_at if decision else None,
        "decided_alone": known.proposal.is_decided_alone,
        "note": decision.note if decision else "",
        "evidence_known": list(known.evidence),
        "checks_known": list(known.checks),
        "postscripts": [
            {"written_on": each.written_on, "body": each.body, "by": name(each.author_id) or None}
            for each in known.proposal.postscripts
        ],
    }


def _event(line: DossierEntry) -> dict[str, object]:
    entry, sealed, described = line.entry, line.sealed, line.described
    found: dict[str, object] = {"type": "event", "seq": entry.seq, "at": entry.at, "actor": entry.actor, "kind": entry.kind}
    if described is None:
        found["withheld"] = True
    else:
        found |= {"who": described.who, "what": described.what, "why": described.why}
        found["changes"] = [{"field": c.label, "before": c.before, "after": c.after} for c in described.changes]
    found |= {"sealed": json.loads(sealed.canonical), "prev_hash": sealed.prev_hash, "hash": sealed.hash}
    if described is not None and sealed.texts:
        found["texts"] = sealed.texts
    return found


def _plain(value: object) -> object:
    if isinstance(value, Message):
        return i18n.translate(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {value!r}")
