"""Tables of notifications: the outbox and its reasons, what each editor wants to be sent, the tokens of feeds, webhooks."""

import enum
from datetime import date, datetime
from typing import Final

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker import clock
from tracker.db import Base, BigId, enum_column, partial_index
from tracker.errors import N_
from tracker.labelled_enum import LabelledEnum


class State(enum.StrEnum):
    """The state of a message. `FAILED` (stored as "set_aside"): an administrator has to look at it."""

    PLANNED = "planned"
    LEASED = "leased"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "set_aside"


class Frequency(LabelledEnum):
    """How often an editor gets the digest. `WEEKDAYS`: on working days; `WEEKLY`: on the first of them in a week."""

    OFF = "off", N_("Off")
    WEEKLY = "weekly", N_("Weekly")
    WEEKDAYS = "weekdays", N_("Working days")
    DAILY = "daily", N_("Every day")


_BELL: Final = "channel = 'bell' AND state = 'sent'"


class Reminder(Base):
    """One message to one recipient over one channel. The first six columns are its key: for one reason there is one row.

    `subject` is what it is about ("claim:147", "verdict:12", "desk"), `recipient` whom it is for ("editor:3", "desk"); who
    got it, when that one was on leave, is `delivered_to_id`. `leader_id` is the row in whose message this one travels.
    """

    __tablename__ = "reminder"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    recipient: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    due_cycle: Mapped[int]
    step: Mapped[str] = mapped_column(String(32))

    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"))
    state: Mapped[State] = mapped_column(enum_column(State), default=State.PLANNED)
    planned_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime]  # not sent before
    next_try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    first_try_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    leader_id: Mapped[int | None] = mapped_column("carrier_id", ForeignKey("reminder.id"), key="leader_id")
    message_id: Mapped[str] = mapped_column(String(64))  # of e-mail the part before the @; the same for every copy
    delivered_to_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    ended_at: Mapped[datetime | None]  # when it was sent, cancelled or set aside
    reason: Mapped[str] = mapped_column(String(32), server_default="", default="")
    detail: Mapped[str] = mapped_column(Text, server_default="", default="")  # the last answer
    read_at: Mapped[datetime | None]  # of the bell

    __table_args__ = (
        UniqueConstraint("kind", "subject", "recipient", "channel", "due_cycle", "step", name="uq_reminder_key"),
        # What a channel can send now: rows that travel in another's message are looked up by that.
        partial_index("ix_reminder_waiting", "channel", "next_try_at", "id", where="state = 'planned' AND carrier_id IS NULL"),
        partial_index("ix_reminder_planned", "id", where="state = 'planned'"),  # what the planner looks at again
        partial_index("ix_reminder_leased", "lease_until", where="state = 'leased'"),  # leases of processes that died
        partial_index("ix_reminder_carrier_id", "leader_id", where="carrier_id IS NOT NULL"),
        partial_index("ix_reminder_set_aside", "ended_at", "id", where="state = 'set_aside'"),  # failed messages
        Index("ix_reminder_claim_id", "claim_id", "id"),
        Index("ix_reminder_recipient", "recipient", "channel", "ended_at"),  # the last result of a recipient
        partial_index("ix_reminder_sent", "channel", "ended_at", where="state = 'sent'"),  # what went out lately over a channel
        # The bell of one editor, and how much of it is unread.
        partial_index("ix_reminder_bell", "delivered_to_id", "id", where=_BELL),
        partial_index(
            "ix_reminder_unread", "delivered_to_id", "id", where="channel = 'bell' AND state = 'sent' AND read_at IS NULL"
        ),
    )

    @property
    def key(self) -> tuple[str, str, str, str, int, str]:
        """The reason for which there is one row."""
        return (self.kind, self.subject, self.recipient, self.channel, self.due_cycle, self.step)


class ReminderPreference(Base):
    """What an editor wants to be sent by e-mail; without a row, the defaults hold."""

    __tablename__ = "reminder_preference"

    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id"), primary_key=True)
    digest: Mapped[Frequency] = mapped_column(enum_column(Frequency), default=Frequency.WEEKDAYS)
    hour: Mapped[int | None]  # 0 to 23; none: the newsroom's
    own: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    signoffs: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    unowned: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    look_ahead: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    before: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    on_the_day: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    late: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    requests: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    escalations: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    since: Mapped[datetime]  # digests of before are not made up for


# Of a claim that the planner need not look at again.
NEVER_AGAIN = date(9999, 12, 31)


class Feed(enum.StrEnum):
    CALENDAR = "calendar"
    ATOM = "atom"


class FeedToken(Base):
    """What opens one feed of one editor; the token itself is nowhere but in the address that was shown once."""

    __tablename__ = "feed_token"

    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id"), primary_key=True)
    feed: Mapped[Feed] = mapped_column(enum_column(Feed), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]  # to the hour


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


class Reason(LabelledEnum):
    # Cancelled: it is not so any more.
    NOT_WAITING = "not_waiting", N_("The claim was no longer waiting for a review.")
    NEW_WAIT = "new_wait", N_("The review date was moved, or the claim was reopened.")
    PASSED = "passed", N_("Replaced by a later reminder.")
    TOO_EARLY = "too_early", N_("The review date had not come yet.")
    HANDED_OVER = "handed_over", N_("The claim had another owner by then.")
    DECIDED = "decided", N_("The proposal was no longer waiting for sign-off.")
    NOBODY = "nobody", N_("There was no recipient.")
    AWAY = "away", N_("The recipient was away.")
    SWITCHED_OFF = "switched_off", N_("The recipient has turned these messages off.")
    NOTHING_DUE = "nothing_due", N_("There was nothing to do.")
    SAMPLE = "sample", N_("The claim is sample data.")
    HOOK_OFF = "hook_off", N_("The webhook was paused or removed.")
    # Set aside: it cannot be sent as it is.
    REFUSED = "refused", N_("The recipient’s server refused it.")
    FAILED = "failed", N_("It could not be sent for a whole day.")
    BROKEN = "broken", N_("The message could not be written.")
    RESTORED = "restored", N_("The database was restored from a backup; this may have been sent before.")
