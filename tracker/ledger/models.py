"""Tables of the history. Triggers of the migrations refuse every change to `event`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, BigId


class Event(Base):
    """One line of the history. `canonical` is the RFC 8785 text that was hashed, byte for byte; the columns help to find it."""

    __tablename__ = "event"

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    canonical: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    __table_args__ = (
        Index("ix_event_subject_seq", "subject", "seq"),  # the history of one claim
        Index("ix_event_actor_seq", "actor", "seq"),  # what one editor did
        Index("ix_event_kind_seq", "kind", "seq"),  # the newsroom log, by kind
        Index("ix_event_at", "at"),  # the newsroom log, by day
    )


class EventTexts(Base):
    """The free texts of one event with their salts, as JSON: the one part of the history that can be erased, field by field."""

    __tablename__ = "event_texts"

    seq: Mapped[int] = mapped_column(ForeignKey("event.seq"), primary_key=True, autoincrement=False)
    texts: Mapped[str] = mapped_column(Text)


class ChainHead(Base):
    """The single row that sealing locks: the last sequence number and hash."""

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigId, server_default=text("0"))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
