"""Enqueue webhook messages about verdicts that readers can see from now on, in the transaction that publishes them."""

from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.claims.enums import VerdictKind
from tracker.claims.models import Claim, Verdict
from tracker.notifications import outbox, recipients, webhook_events
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.steps import Kind
from tracker.notifications.webhook_models import Webhook

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
