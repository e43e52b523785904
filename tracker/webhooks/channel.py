"""Webhooks: one message a row, signed as Standard Webhooks has it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from standardwebhooks import Webhook as Signer

import tracker
from tracker import clock
from tracker.claims import visibility
from tracker.claims.models import Claim, Verdict, VerdictDecision
from tracker.claims.queries import claim_rows
from tracker.config import Settings
from tracker.net import http
from tracker.net.attempts import Attempt, Permanent
from tracker.net.ssrf_guard import Guard
from tracker.notifications import outbox, revalidation, webhook_events
from tracker.notifications.channels.base import Prepared
from tracker.notifications.links import Links
from tracker.notifications.models import Format, Paused, Reminder, State, Webhook
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.recipients import Directory
from tracker.notifications.steps import Kind
from tracker.notifications.webhook_targets import WebhookTarget
from tracker.sql import update_rows
from tracker.web.i18n import use_language
from tracker.webhooks import chat_services, payloads
from tracker.webhooks.payloads import News
from tracker.webhooks.services import secret_of

NAME: Final = "webhook"
DEADLINE: Final = 15.0  # seconds for one message: receivers are to take it and think later
PAUSE_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True)
class Post:
    """One message, ready to go."""

    webhook_id: int
    message_id: str
    form: Format
    body: str
    url: str = field(repr=False)
    secret: str = field(repr=False)


class WebhookChannel:
    """The channel "webhook"."""

    name = NAME
    one_by_one = True  # a silent receiver blocks one of our threads only

    def __init__(self, secret_key: str, guard: Guard, links: Links) -> None:
        self._secret_key, self._guard, self._links = secret_key, guard, links

    @classmethod
    def from_settings(cls, settings: Settings) -> "WebhookChannel":
        """That of an installation."""
        return cls(settings.secret_key, Guard(settings.webhook_private), Links.from_settings(settings))

    def together(self, session: Session, first: Reminder, now: Directory) -> tuple[Reminder, list[Reminder]]:
        """See `Channel`: each is a message of its own."""
        return first, []

    def prepare(self, session: Session, leader: Reminder, rows: list[Reminder], now: Directory) -> Prepared:
        """See `Channel`. Raises ValueError for a row that no message can be made of."""
        decisions = revalidation.revalidate(session, rows, now)
        decision = decisions[leader.id]
        if decision.broken:
            raise ValueError(decision.broken)
        if decision.delivery is None:
            return Prepared(decisions=decisions)
        webhook = now.webhook(leader.recipient)
        assert webhook is not None
        language = "en" if webhook.format is Format.STANDARD else decision.delivery.language
        with use_language(language):
            body = payloads.write(_news(session, leader, now, self._links, language), webhook.format)
        return Prepared(message=self._post(webhook, leader, body), included=(leader.id,), decisions=decisions)

    def _post(self, webhook: WebhookTarget, leader: Reminder, body: str) -> Post:
        secret = secret_of(self._secret_key, webhook.id, webhook.salt)
        return Post(webhook.id, leader.message_id, webhook.format, body, webhook.url, secret)

    def send(self, message: Post, attempt: Attempt) -> None:
        """See `Channel`."""
        if message.form is Format.APPRISE:
            chat_services.send(message.url, message.body, self._guard, attempt)
            return
        at = clock.now()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"Tracker/{tracker.__version__}",
            "webhook-id": message.message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Signer(message.secret).sign(message.message_id, at, message.body),
        }
        http.post(message.url, message.body.encode(), headers, self._guard, attempt)

    def note(self, session: Session, message: Post, at: datetime, error: Exception | None) -> None:
        """See `Channel`: store the webhook's health. After a failure its other messages wait as well."""
        webhook = session.scalar(select(Webhook).where(Webhook.id == message.webhook_id).with_for_update())
        if webhook is None or webhook.removed_at is not None:
            return
        webhook.tried_at = at
        if error is None:
            if webhook.failing_since is not None:
                _let_go(session, webhook, at)
            webhook.worked_at, webhook.failing_since, webhook.said = at, None, ""
            return
        webhook.said = str(error)[: outbox.DETAIL_MAX]
        webhook.failing_since = webhook.failing_since or at
        if webhook.paused_at is not None:
            return
        if isinstance(error, Permanent) or at - webhook.failing_since >= PAUSE_AFTER:
            _pause(session, webhook, at, Paused.GONE if isinstance(error, Permanent) else Paused.FAILING)
        else:
            _hold_back(session, webhook, message.message_id)


def _pause(session: Session, webhook: Webhook, at: datetime, why: Paused) -> None:
    """Tell it nothing more, and its owner why."""
    webhook.paused_at, webhook.paused_because = at, why
    key = f"editor:{webhook.owner_id}"
    step = f"{at:%Y-%m-%dT%H:%M}"
    outbox.enqueue(session, [PendingMessage(Kind.HOOK, f"hook:{webhook.id}", key, "email", 0, step, at)], at)


def _hold_back(session: Session, webhook: Webhook, message_id: str) -> None:
    """Postpone its other messages until the failed one is retried, which shows whether the receiver is back."""
    tried = select(Reminder.next_try_at).where(Reminder.message_id == message_id, *_waiting(webhook))
    later = session.scalar(tried)
    if later is not None:
        update_rows(session, Reminder, *_waiting(webhook), Reminder.next_try_at < later, next_try_at=later)


def _let_go(session: Session, webhook: Webhook, at: datetime) -> None:
    """It works again: what was held back goes now."""
    update_rows(session, Reminder, *_waiting(webhook), Reminder.next_try_at > at, Reminder.due_at <= at, next_try_at=at)


def _waiting(webhook: Webhook) -> list[ColumnElement[bool]]:
    return [Reminder.recipient == f"hook:{webhook.id}", Reminder.channel == NAME, Reminder.state == State.PLANNED]


def is_decided_alone(session: Session, verdict_id: int | None) -> bool:
    """Whether a signed verdict has no second signature."""
    return session.scalar(select(VerdictDecision.id).where(*visibility.decided_alone(verdict_id))) is not None


def _news(session: Session, row: Reminder, now: Directory, links: Links, language: str) -> News:
    event = webhook_events.event_for(row.kind, row.step)
    assert event is not None
    claim = claim_rows.fetch(session, [row.claim_id], language).get(row.claim_id) if row.claim_id is not None else None
    if claim is None:
        return News(event, now.at, now.newsroom.name)
    verdict, is_held, decided_alone = None, False, False
    if row.kind == Kind.VERDICT and row.step != webhook_events.WITHDRAWN:
        signed = session.scalar(select(Claim.signed_verdict_id).where(Claim.id == claim.id))
        verdict = session.get(Verdict, signed)
        is_held = session.scalar(select(Verdict.id).where(Verdict.id == signed, visibility.is_not_held())) is None
        decided_alone = is_decided_alone(session, signed)
    days = (now.today - claim.review_on).days if claim.review_on is not None else 0
    return News(event, now.at, now.newsroom.name, claim, links.claim(claim.id), max(days, 0), verdict, is_held, decided_alone)
