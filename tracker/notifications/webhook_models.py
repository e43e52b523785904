"""The tables of webhooks."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker import clock
from tracker.db import Base, BigId, enum_column, partial_index


class Format(enum.StrEnum):
    """What is sent: JSON of our own, a message for a chat program's incoming webhook, or words for a service of Apprise."""

    STANDARD = "standard"
    SLACK = "slack"
    MATTERMOST = "mattermost"
    APPRISE = "apprise"


class Paused(enum.StrEnum):
    """Why a webhook is paused."""

    BY_HAND = "by_hand"
    FAILING = "failing"  # for seven days
    GONE = "gone"  # the receiver answered that it is gone
    OWNER_LEFT = "owner_left"


class Webhook(Base):
    """An address that receives events. Removed, never deleted: messages of the outbox refer to it.

    Its secret is derived from the installation's key and `salt`; a copy of the database alone signs nothing.
    """

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(Text)  # empty once it is removed: an address can be a secret
    format: Mapped[Format] = mapped_column(enum_column(Format))
    owner_id: Mapped[int] = mapped_column(ForeignKey("editor.id"))
    salt: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_seq: Mapped[int] = mapped_column(BigId)  # the last line of the history that was looked at for it
    paused_at: Mapped[datetime | None]
    paused_because: Mapped[Paused | None] = mapped_column(enum_column(Paused))
    removed_at: Mapped[datetime | None]

    tried_at: Mapped[datetime | None]
    worked_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]  # the first failure since it last worked
    said: Mapped[str] = mapped_column(Text, server_default="", default="")  # the last answer

    event_rows: Mapped[list["WebhookEvent"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="WebhookEvent.event"
    )
    events: AssociationProxy[list[str]] = association_proxy(  # keys of `webhook_events.Event`
        "event_rows", "event", creator=lambda event: WebhookEvent(event=event)
    )

    __table_args__ = (
        # Those that are there, and the few of one owner.
        partial_index("ix_webhook_there", "id", where="removed_at IS NULL"),
    )


class WebhookEvent(Base):
    """One event that a webhook has subscribed to."""

    __tablename__ = "webhook_event"

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), primary_key=True)
    event: Mapped[str] = mapped_column(String(32), primary_key=True)
