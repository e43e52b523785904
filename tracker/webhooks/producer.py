"""Enqueue webhook messages: about proposals, verdicts and withdrawals, read from the ledger, and about what is published.

The ledger is numbered in the order of its commits, so a webhook that has seen event 400 has missed nothing before it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.claims.enums import VerdictKind
from tracker.claims.models import Claim, Verdict
from tracker.ledger.models import Event as Line
from tracker.notifications import outbox, recipients, webhook_events
from tracker.notifications.models import Webhook
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.recipients import Directory
from tracker.notifications.steps import Kind, Request
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


# Given the ids of claims, those whose verdict readers can see; the package of public pages is above this one.
FindPublished = Callable[[Session, set[int]], set[int]]
_SIGNED = frozenset({"claim.sign", "claim.decide", "verdict.released"})
_PUBLISHED = "publication.published"
_ANY: Final = select(Webhook.id).where(Webhook.removed_at.is_(None), Webhook.paused_at.is_(None)).limit(1)


def announce(session: Session, sealed: Iterable[tuple[str, str]], *, find_published: FindPublished) -> None:
    """Enqueue the verdicts that a transaction publishes; called with the kind and subject of every event about to be sealed."""
    signed = {_number(subject) for kind, subject in sealed if kind in _SIGNED}
    articles = {_number(subject) for kind, subject in sealed if kind == _PUBLISHED}
    if (not signed and not articles) or session.connection().execute(_ANY).first() is None:
        return
    directory = recipients.load_directory(session)
    wanted = (webhook_events.Event.VERDICT_PUBLISHED, webhook_events.Event.CORRECTION_PUBLISHED)
    webhooks = [each for each in directory.webhooks.values() if each.works and any(map(each.wants, wanted))]
    if not webhooks:
        return
    query = select(Claim.id, Claim.signed_verdict_id, Verdict.verdict_kind).join(Verdict, Verdict.id == Claim.signed_verdict_id)
    found = session.execute(query.where(Claim.id.in_(signed) | Claim.article_id.in_(articles))).all()
    visible = find_published(session, {row.id for row in found})
    at = clock.now()
    messages = []
    for row in found:
        step = (
            webhook_events.CORRECTED
            if row.id in signed and row.verdict_kind is VerdictKind.CORRECTION
            else webhook_events.PUBLISHED
        )
        for webhook in webhooks if row.id in visible else ():
            if webhook.wants(webhook_events.event_for(Kind.VERDICT, step)):
                subject = f"verdict:{row.signed_verdict_id}"
                messages.append(PendingMessage(Kind.VERDICT, subject, webhook.key, "webhook", 0, step, at, claim_id=row.id))
    outbox.enqueue(session, messages, at)


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])
