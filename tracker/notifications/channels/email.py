"""E-mail: which reminders travel together, what they say, and to whom."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.claims.queries import claim_rows
from tracker.config import Settings
from tracker.net.attempts import Attempt
from tracker.notifications import digests, messages, outbox, revalidation
from tracker.notifications.channels.base import Prepared
from tracker.notifications.channels.mime import Outgoing, Sender, compose
from tracker.notifications.channels.smtp import Server
from tracker.notifications.links import Links
from tracker.notifications.messages import MessageContent
from tracker.notifications.models import Reason, Reminder, State
from tracker.notifications.recipients import DESK, Delivery, Directory
from tracker.notifications.revalidation import Decision
from tracker.notifications.steps import Kind, Request, Step
from tracker.notifications.subjects import Notice
from tracker.notifications.webhook_targets import WebhookTarget
from tracker.web.i18n import use_language

FEW: Final = 3  # messages to one recipient at one time; more become one
TOGETHER_MOST: Final = 200

# What may stand in a digest anyhow; where it does not, it goes out by itself.
_IN_A_DIGEST: Final = frozenset(
    {
        (Kind.REVIEW, Step.BEFORE),
        (Kind.REVIEW, Step.ON_THE_DAY),
        (Kind.REVIEW, Step.LATE_7),
        (Kind.REVIEW, Step.LATE_30),
        (Kind.SIGNOFF, Request.AGAIN),
    }
)


class EmailChannel:
    """The channel "email"."""

    name = "email"
    one_by_one = False

    def __init__(self, server: Server, sender: Sender, links: Links) -> None:
        self._server, self._sender, self._links = server, sender, links

    @classmethod
    def from_settings(cls, settings: Settings) -> "EmailChannel":
        """The channel of an installation; `Settings.sends_mail` tells whether it has one."""
        assert settings.smtp_url is not None
        return cls(Server.from_url(settings.smtp_url), Sender.from_settings(settings), Links.from_settings(settings))

    def together(self, session: Session, first: Reminder, now: Directory) -> tuple[Reminder, list[Reminder]]:
        """See `Channel`. What was tried before stays as it was: it may have arrived, and must arrive again under the same id."""
        batched = self._locked(session, [Reminder.leader_id == first.id, Reminder.state == State.PLANNED])
        if batched or first.attempts or first.kind in (Kind.TEST, Kind.HOOK):
            return first, batched
        can_go = [outbox.can_be_sent(self.name, now.at), Reminder.attempts == 0, Reminder.id != first.id]
        others = [first, *self._locked(session, [*can_go, Reminder.recipient.in_(_same_person(first.recipient, now))])]
        digest = next((row for row in others if row.kind == Kind.DIGEST), None)
        fitting = [row for row in others if (row.kind, row.step) in _IN_A_DIGEST]
        if digest is not None and (first is digest or first in fitting):
            return digest, fitting
        alike = [row for row in others if _scope(row) == _scope(first) and row not in (fitting if digest else ())]
        if len(alike) > FEW:
            return min(alike, key=lambda row: row.id), [row for row in alike if row.id != min(each.id for each in alike)]
        return first, []

    @staticmethod
    def _locked(session: Session, which: list[object]) -> list[Reminder]:
        query = select(Reminder).where(*which).order_by(Reminder.id).limit(TOGETHER_MOST)  # type: ignore[arg-type]
        return list(session.scalars(query.with_for_update(skip_locked=True)))

    def prepare(self, session: Session, leader: Reminder, rows: list[Reminder], now: Directory) -> Prepared:
        """See `Channel`. Raises ValueError for a row that no message can be made of."""
        decisions = revalidation.revalidate(session, rows, now)
        broken = next((decision.broken for decision in decisions.values() if decision.broken), "")
        if broken:
            raise ValueError(broken)
        if leader.kind == Kind.DIGEST:
            return self._digest(session, leader, rows, decisions, now)
        alive = [row for row in rows if decisions[row.id].delivery is not None]
        if not alive:
            return Prepared(decisions=decisions)
        delivery = decisions[alive[0].id].delivery
        assert delivery is not None
        fit = [row for row in alive if decisions[row.id].delivery == delivery]
        with use_language(delivery.language):
            if leader.kind == Kind.TEST:
                content = messages.build_test(delivery, now, self._links)
            elif leader.kind == Kind.HOOK:
                content = messages.build_paused_webhook(_hook(leader, now), delivery, now, self._links)
            else:
                content = messages.build_notices(_notices(session, fit, delivery, now), delivery, now, self._links)
            message = self._compose(content, delivery, leader, now)
        return Prepared(
            message=message,
            included=tuple(row.id for row in fit),
            delivered_to_id=delivery.editor_id,
            decisions=decisions,
            released=tuple(row.id for row in alive if row not in fit),
        )

    def _digest(
        self, session: Session, leader: Reminder, rows: Sequence[Reminder], decisions: dict[int, Decision], now: Directory
    ) -> Prepared:
        batched = [row for row in rows if row.id != leader.id and decisions[row.id].delivery is not None]
        delivery = decisions[leader.id].delivery
        if delivery is None or delivery.person is None:
            return Prepared(decisions=decisions, released=tuple(row.id for row in batched))
        digest = digests.read(session, delivery.person, now)
        if not digest:
            decisions = {**decisions, leader.id: Decision(reason=Reason.NOTHING_DUE)}
            return Prepared(decisions=decisions, released=tuple(row.id for row in batched))
        with use_language(delivery.language):
            content = messages.build_digest(digest, date.fromisoformat(leader.step), now, self._links)
            message = self._compose(content, delivery, leader, now)
        named = [row.id for row in batched if row.claim_id in digest.named]
        return Prepared(
            message=message,
            included=(leader.id, *named),
            delivered_to_id=delivery.editor_id,
            decisions=decisions,
            released=tuple(row.id for row in batched if row.id not in named),
        )

    def _compose(self, content: MessageContent, delivery: Delivery, leader: Reminder, now: Directory) -> Outgoing:
        return compose(content, self._sender, delivery.address, delivery.name, leader.message_id, now.at)

    def send(self, message: Outgoing, attempt: Attempt) -> None:
        """See `Channel`."""
        self._server.hand_over(message, attempt, self._sender.domain)

    def note(self, session: Session, message: Outgoing, at: datetime, error: Exception | None) -> None:
        """See `Channel`: a mail address has no state of its own."""


def _same_person(recipient: str, now: Directory) -> list[str]:
    """Every recipient of the outbox whose messages go to the same person or address as this one's."""
    delivery = now.delivery(recipient)
    if delivery is None or delivery.person is None:
        return [DESK, recipient]
    return [recipient, delivery.person.key, *(each.key for each in now.absent_colleagues_of(delivery.person))]


def _hook(row: Reminder, now: Directory) -> WebhookTarget:
    found = now.webhook(row.subject)
    assert found is not None
    return found


def _scope(row: Reminder) -> str:
    """What is alike enough to stand in one message, which can be stopped as one."""
    return "escalation" if row.step == Step.ESCALATION else row.kind


def _notices(session: Session, rows: Sequence[Reminder], delivery: Delivery, now: Directory) -> list[Notice]:
    fetched = claim_rows.fetch(session, [row.claim_id for row in rows if row.claim_id is not None], delivery.language)
    return [Notice(row.kind, row.step, fetched[row.claim_id or 0], _request_of(row, delivery, now)) for row in rows]


def _request_of(row: Reminder, delivery: Delivery, now: Directory) -> str:
    person = now.person(row.recipient)
    return person.name if person is not None and person != delivery.person else ""
