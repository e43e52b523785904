"""Enqueue webhook messages about proposals, verdicts, withdrawals and reopened claims, read from the ledger.

The ledger is numbered in the order of its commits, so a webhook that has seen event 400 has missed nothing before it.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.ledger.models import Event as Line
from tracker.notifications import outbox, webhook_events
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.recipients import Directory
from tracker.notifications.steps import Kind, Request
from tracker.notifications.webhook_models import Webhook
from tracker.sql import AnyRow, AnySelect, update_rows

# Kinds of the ledger and what they are sent as; whether a signature was for a withdrawal is part of the event.
_SENT: Final = {
    "claim.propose": (Kind.SIGNOFF, Request.ASKED),
    "claim.propose_withdrawal": (Kind.SIGNOFF, Request.ASKED),
    "claim.sign": (Kind.VERDICT, webhook_events.SIGNED),
    "claim.decide": (Kind.VERDICT, webhook_events.SIGNED),
    "claim.reopen": (Kind.VERDICT, webhook_events.REOPENED),
}


def are_due(session: Session, directory: Directory, channels: tuple[str, ...]) -> bool:
    """Whether the ledger holds events that some webhook has not seen."""
    return bool(directory.webhooks) and session.execute(_lines(directory).limit(1)).first() is not None


def plan(session: Session, directory: Directory, channels: tuple[str, ...], batch: int) -> tuple[int, bool]:
    """Enqueue what happened since the event that each webhook has seen."""
    lines = session.execute(_lines(directory).limit(batch)).all()
    if not lines:
        return 0, False
    reopened = [int(line.subject.partition(":")[2]) for line in lines if line.kind == "claim.reopen"]
    query = select(Claim.id, Claim.signed_verdict_id).where(Claim.id.in_(reopened))
    verdicts = {row.id: row.signed_verdict_id for row in session.execute(query)}
    found = [each for line in lines for each in _build_messages(line, directory, verdicts)]
    if not directory.with_sample:
        samples = set(session.scalars(select(Claim.id).where(Claim.id.in_({each.claim_id for each in found}), Claim.is_sample)))
        found = [each for each in found if each.claim_id not in samples]
    planned = outbox.enqueue(session, found, directory.at)
    last = lines[-1].seq
    update_rows(session, Webhook, Webhook.id.in_(list(directory.webhooks)), Webhook.seen_seq < last, seen_seq=last)
    return planned, len(lines) == batch


def _lines(directory: Directory) -> AnySelect:
    since = min((webhook.seen_seq for webhook in directory.webhooks.values()), default=0)
    lines = select(Line.seq, Line.subject, Line.kind, Line.canonical)
    return lines.where(Line.kind.in_(list(_SENT)), Line.seq > since).order_by(Line.seq)


def _build_messages(line: AnyRow, directory: Directory, reopened: dict[int, int | None]) -> Iterator[PendingMessage]:
    data = json.loads(line.canonical)["data"]
    kind, step = _SENT[line.kind]
    if kind is Kind.VERDICT and data.get("proposal") == "withdrawal":
        step = webhook_events.WITHDRAWN
    event = webhook_events.event_for(kind, step)
    claim_id = int(line.subject.partition(":")[2])
    subject = f"verdict:{reopened.get(claim_id)}" if step == webhook_events.REOPENED else _verdict(data)
    for webhook in directory.webhooks.values():
        if webhook.works and webhook.wants(event) and line.seq > webhook.seen_seq:
            yield PendingMessage(kind, subject, webhook.key, "webhook", 0, step, directory.at, claim_id=claim_id)


def _verdict(data: dict[str, Any]) -> str:
    named = next((row for row in data.get("also", ()) if row.startswith("verdict:")), None)
    return named or f"verdict:{data['verdict']}"
