"""What must hold of every claim and of the history at any moment, worked out without the code that is to keep it so."""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.claims.models import Check, Claim, ClaimTopic, Evidence, Relation, Verdict, VerdictDecision
from tracker.ledger.models import ChainHead, Event, EventTexts

STARTS_A_WAIT = {"claim.track", "claim.postpone", "claim.return", "claim.reopen", "claim.restore"}


def illegal(session: Session, claim: Claim) -> list[str]:
    """Everything about a claim that must not be, in words; empty if all is well."""
    proposals = list(session.scalars(select(Verdict).where(Verdict.claim_id == claim.id).order_by(Verdict.number)))
    decisions = {
        decision.verdict_id: decision
        for decision in session.scalars(
            select(VerdictDecision).join(Verdict, Verdict.id == VerdictDecision.verdict_id).where(Verdict.claim_id == claim.id)
        )
    }
    lines = [json.loads(text) for text in _events(session, claim)]
    events = [line["data"] | {"kind": line["kind"]} for line in lines]
    kinds = {line["seq"]: line["kind"] for line in lines}
    signed = [p for p in proposals if p.outcome is not None and p.id in decisions and decisions[p.id].decision == "signed"]
    waiting = [p.id for p in proposals if p.id not in decisions]
    rules = {
        "proposed means that one proposal waits": (claim.status == "proposed") == (len(waiting) == 1),
        "no more than one proposal waits": len(waiting) <= 1,
        "the claim points at what waits": claim.proposal_id == (waiting[0] if waiting else None),
        "it is known where a recall leads, while one is possible": (claim.recall_to is not None) == bool(waiting),
        "a recall leads to where proposals are made": claim.recall_to in (None, "open", "due", "resolved"),
        "what waits is the newest": not waiting or waiting == [proposals[-1].id],
        "proposals are numbered without a gap": [p.number for p in proposals] == list(range(1, len(proposals) + 1)),
        "the claim points at the newest signed verdict": claim.signed_verdict_id == (signed[-1].id if signed else None),
        "resolved has a signed verdict": claim.status != "resolved" or bool(signed),
        "what was never signed was never reopened": claim.reopened_as is None or bool(signed),
        "resolved is not under review": claim.status != "resolved" or claim.reopened_as is None,
        "withdrawn has a reason": (claim.status == "withdrawn") == (claim.withdraw_reason is not None),
        "withdrawn knows the way back": (claim.status == "withdrawn") == (claim.restore_to is not None),
        "nobody withdrew a signed verdict alone": claim.status != "withdrawn"
        or not signed
        or decisions[proposals[-1].id].decision == "signed",
        "a signer is asked only while something waits": claim.requested_signer_id is None or claim.status == "proposed",
        "what is tracked has a review day": claim.status in ("draft", "withdrawn") or claim.review_on is not None,
        "the version counts the changes": [e["version"] for e in events if "version" in e] == list(range(1, claim.version + 1)),
        "the cycle counts the waits": claim.due_cycle == sum(_starts_a_wait(e, kinds) for e in events),
        "there is one event for each decision": sum(
            e["kind"] in ("claim.sign", "claim.return", "claim.recall", "claim.decide") for e in events
        )
        == len(decisions),
        "nobody signed or returned their own": not any(
            _decided_own(e, proposals, decisions) for e in events if e["kind"] in ("claim.sign", "claim.return")
        ),
        "only proposers recalled": all(_decided_own(e, proposals, decisions) for e in events if e["kind"] == "claim.recall"),
        "each verdict follows the one that stood": _chain_of_verdicts(proposals, decisions),
        "topics agree with the claim": all(
            (row.status, row.review_on) == (claim.status, claim.review_on)
            for row in session.execute(select(ClaimTopic.status, ClaimTopic.review_on).where(ClaimTopic.claim_id == claim.id))
        ),
    }
    return [name for name, holds in rules.items() if not holds]


def _events(session: Session, claim: Claim) -> list[str]:
    return list(session.scalars(select(Event.canonical).where(Event.subject == f"claim:{claim.id}").order_by(Event.seq)))


def _starts_a_wait(event: dict[str, Any], kinds: dict[int, str]) -> bool:
    # With a postponement undone, the claim waits for its old day once more.
    return event["kind"] in STARTS_A_WAIT or (event["kind"] == "claim.undo" and kinds[event["undoes"]] == "claim.postpone")


def _decided_own(event: dict[str, Any], proposals: list[Verdict], decisions: dict[int, VerdictDecision]) -> bool:
    proposal = next(p for p in proposals if p.id == event["verdict"])
    return decisions[proposal.id].decided_by_id == proposal.proposed_by_id


def _chain_of_verdicts(proposals: list[Verdict], decisions: dict[int, VerdictDecision]) -> bool:
    stood: int | None = None
    for proposal in proposals:
        if proposal.supersedes_id != stood or (proposal.verdict_kind == "first") != (stood is None):
            return False
        if proposal.outcome is not None and proposal.id in decisions and decisions[proposal.id].decision == "signed":
            stood = proposal.id
    return True


def chain_faults(session: Session) -> list[str]:
    """What is wrong with the chain of all events, recomputed from the texts as they are stored."""
    faults, tip, number = [], "0" * 64, 0
    query = select(Event, EventTexts.texts).outerjoin(EventTexts, EventTexts.seq == Event.seq).order_by(Event.seq)
    for event, texts in session.execute(query):
        number += 1
        link = hashlib.sha256(f"tracker-history-1\n{tip}\n{event.canonical}".encode()).hexdigest()
        if (event.seq, event.prev_hash, event.hash) != (number, tip, link):
            faults.append(f"line {event.seq} does not follow")
        said = json.loads(event.canonical)
        if json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != event.canonical:
            faults.append(f"line {event.seq} is not canonical")
        if (said["seq"], said["kind"], said["subject"], said["actor"]) != (number, event.kind, event.subject, event.actor):
            faults.append(f"line {event.seq} contradicts its columns")
        for path, side in json.loads(texts or "{}").items():
            if _at(said["data"], path) != {"sha256": hashlib.sha256((side["salt"] + side["text"]).encode()).hexdigest()}:
                faults.append(f"line {event.seq}: the text at {path} is not the one that was hashed")
        tip = event.hash
    head = session.execute(select(ChainHead.seq, ChainHead.hash)).one()
    if (head.seq, head.hash) != (number, tip):
        faults.append("the head is not the last line")
    return faults


def _at(data: Any, path: str) -> Any:
    # Names of rows ("verdict:12") hold no dots, so a path can be walked as it is.
    for key in path.split("."):
        data = data[int(key) if isinstance(data, list) else key]
    return data


ROWS = {
    "claim": Claim,
    "verdict": Verdict,
    "decision": VerdictDecision,
    "evidence": Evidence,
    "check": Check,
    "relation": Relation,
}


def replay_faults(session: Session) -> list[str]:
    """Where the rows differ from what the events say they hold: every `set` applied in order."""
    rows: dict[str, dict[str, Any]] = defaultdict(dict)
    query = select(Event.canonical, EventTexts.texts).outerjoin(EventTexts, EventTexts.seq == Event.seq).order_by(Event.seq)
    for canonical, texts in session.execute(query):
        said, words = json.loads(canonical), json.loads(texts or "{}")
        data = said["data"]
        parts = {data.get("row", said["subject"]): (data, "set"), **{
            name: (part, f"also.{name}.set") for name, part in data.get("also", {}).items()
        }}  # fmt: skip
        for name, (part, path) in parts.items():
            for field, value in part.get("set", {}).items():
                place = words.get(f"{path}.{field}")
                rows[name][field] = place["text"] if place else value
    faults = []
    for kind, model in ROWS.items():
        found = {f"{kind}:{row.id}": row for row in session.scalars(select(model))}
        if set(found) != {name for name in rows if name.startswith(f"{kind}:")}:
            faults.append(f"the rows of {kind} are not those of the history")
        faults += [
            f"{name}.{field} is {getattr(row, field)!r}, the history says {rows[name].get(field)!r}"
            for name, row in found.items()
            for field in model.__history__.plain + model.__history__.texts
            if (rows[name].get(field) or None) != (_plain(getattr(row, field)) or None)
        ]
    return faults


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else value
