"""The list of webhooks with their states, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Editor
from tracker.notifications import webhook_targets
from tracker.notifications.models import Paused, Reminder, State, Webhook


@dataclass(frozen=True)
class HookLine:
    """A webhook in the list: its row, who answers for it, whether it works, and how much waits for it."""

    row: Webhook
    owner: str
    state: str  # works, retrying, paused, owner_left
    waiting: int
    next_try_at: datetime | None


def hooks(session: Session) -> list[HookLine]:
    """Every webhook, those that do not work first."""
    waiting = aliased(Reminder)
    counts = (
        select(waiting.recipient, func.count().label("number"), func.min(waiting.next_try_at).label("next"))
        .where(waiting.channel == "webhook", waiting.state.in_((State.PLANNED, State.LEASED)))
        .group_by(waiting.recipient)
    )
    found = {row.recipient: (row.number, row.next) for row in session.execute(counts)}
    query = select(Webhook, Editor).join(Editor, Editor.id == Webhook.owner_id).where(Webhook.removed_at.is_(None))
    lines = []
    for row in session.execute(query.order_by(Webhook.id)):
        count, next_try = found.get(f"hook:{row.Webhook.id}", (0, None))
        lines.append(HookLine(row.Webhook, row.Editor.name, _state(row.Webhook, row.Editor), count, next_try))
    return sorted(lines, key=lambda line: (line.state == "works", line.row.id))


def _state(webhook: Webhook, owner: Editor) -> str:
    if not webhook_targets.can_own(owner) or webhook.paused_because is Paused.OWNER_LEFT:
        return "owner_left"
    if webhook.paused_at is not None:
        return "paused"
    return "retrying" if webhook.failing_since is not None else "works"
