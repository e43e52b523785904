"""What webhooks are told beside the steps of claims: proposals, verdicts and withdrawals, as the history has them.

The history is numbered in the order of its commits, so a webhook that has seen line 400 has missed nothing before it.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.ledger.models import Event as Line
from tracker.notifications import outbox
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.recipients import Directory
from tracker.notifications.steps import Kind, Request
from tracker.webhooks import events
from tracker.webhooks.models import Webhook

# The lines that tell of something, and what; whether a signature was a withdrawal's, the line itself says.
_TOLD: Final = {
    "claim.propose": (Kind.SIGNOFF, Request.ASKED),
    "claim.propose_withdrawal": (Kind.SIGNOFF, Request.ASKED),
    "claim.sign": (Kind.VERDICT, events.SIGNED),
    "claim.decide": (Kind.VERDICT, events.SIGNED),
}


def are_due(session: Session, directory: Directory, channels: tuple[str, ...]) -> bool:
    """Whether something happened that no webhook was told of."""
    return bool(directory.webhooks) and session.execute(_lines(directory).limit(1)).first() is not None


def plan(session: Session, directory: Directory, channels: tuple[str, ...], batch: int) -> tuple[int, bool]:
    """Write down what happened since the line that each webhook has seen."""
    lines = session.execute(_lines(directory).limit(batch)).all()
    if not lines:
        return 0, False
    owed = [each for line in lines for each in _owed(line, directory)]
    if not directory.with_sample:
        samples = _samples(session, {each.claim_id for each in owed})
        owed = [each for each in owed if each.claim_id not in samples]
    planned = outbox.enqueue(session, owed, directory.at)
    last = lines[-1].seq
    session.execute(
        update(Webhook)
        .where(Webhook.id.in_(list(directory.webhooks)), Webhook.seen_seq < last)
        .values(seen_seq=last)
        .execution_options(synchronize_session=False)
    )
    return planned, len(lines) == batch


def _lines(directory: Directory) -> Any:
    since = min((webhook.seen_seq for webhook in directory.webhooks.values()), default=0)
    lines = select(Line.seq, Line.subject, Line.kind, Line.canonical)
    return lines.where(Line.kind.in_(list(_TOLD)), Line.seq > since).order_by(Line.seq)


def _owed(line: Any, directory: Directory) -> Iterator[PendingMessage]:
    data = json.loads(line.canonical)["data"]
    kind, step = _TOLD[line.kind]
    if kind is Kind.VERDICT and data.get("proposal") == "withdrawal":
        step = events.WITHDRAWN
    event = events.event_for(kind, step)
    for webhook in directory.webhooks.values():
        if webhook.works and webhook.wants(event) and line.seq > webhook.seen_seq:
            claim_id = int(line.subject.partition(":")[2])
            yield PendingMessage(kind, _verdict(data), webhook.key, "webhook", 0, step, directory.at, claim_id=claim_id)


def _samples(session: Session, claim_ids: set[int | None]) -> set[int]:
    return set(session.scalars(select(Claim.id).where(Claim.id.in_(claim_ids), Claim.is_sample)))


def _verdict(data: dict[str, Any]) -> str:
    named = next((row for row in data.get("also", ()) if row.startswith("verdict:")), None)
    return named or f"verdict:{data['verdict']}"
