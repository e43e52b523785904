"""The table of the feeds' tokens."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.db import Base, enum_column


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
