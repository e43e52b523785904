"""Table of the sources of texts: a file or an address, on its way to becoming an article."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.db import Base, BigId


class SourceState(enum.StrEnum):
    """Where a source is on its way."""

    QUEUED = "queued"
    RUNNING = "running"
    READ = "read"
    FAILED = "failed"


class ArticleSource(Base):
    """A file or an address that a text is read from, with the bytes as they came and what was found in them."""

    __tablename__ = "article_source"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(Text, server_default="", default="")
    host: Mapped[str] = mapped_column(String(255), server_default="", default="")  # asked at most once in so many seconds
    file_name: Mapped[str] = mapped_column(String(200), server_default="", default="")
    problem: Mapped[str] = mapped_column(String(32), server_default="", default="")
    http_status: Mapped[int | None]
    final_url: Mapped[str] = mapped_column(Text, server_default="", default="")
    media_type: Mapped[str] = mapped_column(String(120), server_default="", default="")
    charset: Mapped[str] = mapped_column(String(40), server_default="", default="")
    size: Mapped[int] = mapped_column(server_default="0", default=0)
    sha256: Mapped[str] = mapped_column(String(64), server_default="", default="")  # of the bytes as they came, unpacked
    packed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # the bytes, by zlib
    title: Mapped[str] = mapped_column(Text, server_default="", default="")
    author: Mapped[str] = mapped_column(Text, server_default="", default="")
    outlet: Mapped[str] = mapped_column(Text, server_default="", default="")
    published_on: Mapped[date | None]
    body: Mapped[str] = mapped_column(Text, server_default="", default="")
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    started_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_article_source_state_id", "state", "id"),  # what the job does next
        Index("ix_article_source_host_started_at", "host", "started_at"),  # when a host was asked last
    )
