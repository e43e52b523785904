"""The webhooks as a piece of work sees them: read once, together with the people they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.notifications.models import Format, Webhook
from tracker.notifications.webhook_events import Event

MAY_OWN = frozenset({Role.CHIEF, Role.ADMIN})


@dataclass(frozen=True)
class WebhookTarget:
    """A webhook that is there. `works`: it is not paused, and its owner may still own webhooks."""

    id: int
    name: str
    format: Format
    events: frozenset[str]
    owner_id: int
    works: bool
    is_paused: bool
    seen_seq: int
    said: str
    url: str = field(repr=False)
    salt: str = field(repr=False)

    @property
    def key(self) -> str:
        """How the outbox names it."""
        return f"hook:{self.id}"

    def wants(self, event: Event | None) -> bool:
        """Whether it has subscribed to such an event."""
        return event is Event.TEST or (event is not None and event in self.events)


def load(session: Session, editors: Mapping[int, Editor]) -> dict[int, WebhookTarget]:
    """Every webhook that is there, by its id."""
    query = select(Webhook).where(Webhook.removed_at.is_(None)).order_by(Webhook.id).options(joinedload(Webhook.event_rows))
    return {row.id: _hook(row, editors[row.owner_id]) for row in session.scalars(query).unique()}


def can_own(editor: Editor) -> bool:
    """Whether an editor may own webhooks."""
    return editor.active and bool(editor.role_names & MAY_OWN)


def _hook(row: Webhook, owner: Editor) -> WebhookTarget:
    return WebhookTarget(
        id=row.id,
        name=row.name,
        format=row.format,
        events=frozenset(row.events),
        owner_id=row.owner_id,
        works=row.paused_at is None and can_own(owner),
        is_paused=row.paused_at is not None,
        seen_seq=row.seen_seq,
        said=row.said,
        url=row.url,
        salt=row.salt,
    )
