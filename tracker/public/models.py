"""Tables of the public side. What readers see lies in them and nowhere else; `tracker.publishing` writes them."""

import enum
from datetime import date, datetime
from typing import Final

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.db import Base, BigId, partial_index

_LISTED: Final = "state <> 'offline'"
_VERDICTS: Final = "kind IN ('signed', 'update', 'correction')"
_CORRECTIONS: Final = "kind <> 'signed'"


class PublicationState(enum.StrEnum):
    PRIVATE = "private"
    SCHEDULED = "scheduled"
    PUBLIC = "public"
    OFFLINE = "offline"


class Publication(Base):
    """Whether an article is public, under which address, and what readers see of the article itself (`body`, JSON)."""

    __tablename__ = "publication"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(16), server_default="private", default=PublicationState.PRIVATE)
    slug: Mapped[str] = mapped_column(String(80), server_default="", default="")  # frozen once public
    go_live_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]  # since when readers have seen it
    offline_at: Mapped[datetime | None]
    offline_line: Mapped[str] = mapped_column(Text, server_default="", default="")
    noindex: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    body: Mapped[str] = mapped_column(Text, server_default="{}", default="{}")
    etag: Mapped[str] = mapped_column(String(16), server_default="", default="")

    __table_args__ = (
        CheckConstraint("state IN ('private', 'scheduled', 'public', 'offline')", name="state_known"),
        CheckConstraint("state <> 'scheduled' OR go_live_at IS NOT NULL", name="scheduled_has_time"),
        Index("ix_publication_slug", "slug", "article_id"),
        partial_index("ix_publication_scheduled", "go_live_at", where="state = 'scheduled'"),
    )


class PublicClaim(Base):
    """One claim of a public article as readers see it. `body` is JSON by `claim.schema.json`."""

    __tablename__ = "public_claim"

    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("publication.article_id"))
    position: Mapped[int] = mapped_column(BigInteger)
    speaker_id: Mapped[int | None] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(String(32))
    outcome: Mapped[str | None] = mapped_column(String(32))
    changed_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(String(16))

    __table_args__ = (
        # With the state, so that the counts of an article are read from the index alone.
        Index("ix_public_claim_article", "article_id", "position", "claim_id", "state"),
        Index("ix_public_claim_speaker", "speaker_id", "claim_id"),
        partial_index("ix_public_claim_newest", "changed_at", "claim_id", where=_LISTED),
    )


class PublicTopic(Base):
    """Which public claims are about a topic."""

    __tablename__ = "public_topic"

    topic_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey("public_claim.claim_id"), primary_key=True, autoincrement=False)

    __table_args__ = (Index("ix_public_topic_claim_id", "claim_id"),)


class PublicSearch(Base):
    """A public claim's folded words. SQLite indexes them in `public_fts` (FTS5, kept in step by triggers), PostgreSQL by GIN."""

    __tablename__ = "public_search"

    claim_id: Mapped[int] = mapped_column(ForeignKey("public_claim.claim_id"), primary_key=True, autoincrement=False)
    folded: Mapped[str] = mapped_column(Text)


class PublicChange(Base):
    """One thing that happened in public, for feeds and the corrections page. `ref` never changes, so feed ids are stable."""

    __tablename__ = "public_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    article_id: Mapped[int] = mapped_column(ForeignKey("publication.article_id"))
    claim_id: Mapped[int | None] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(String(80))
    line: Mapped[str] = mapped_column(Text, server_default="", default="")

    __table_args__ = (
        UniqueConstraint("ref", "kind"),
        Index("ix_public_change_claim_id", "claim_id"),
        Index("ix_public_change_article_id", "article_id"),
        partial_index("ix_public_change_verdicts", "at", "id", where=_VERDICTS),
        partial_index("ix_public_change_corrections", "at", "id", where=_CORRECTIONS),
    )


class PublicHead(Base):
    """One row that rises with every public change: the ETag of lists and feeds."""

    __tablename__ = "public_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    changed_at: Mapped[datetime | None]
    # The newsroom's ledger before that change, for those who cite a page: its last entry and that entry's hash.
    ledger_seq: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    ledger_hash: Mapped[str] = mapped_column(String(64), server_default="", default="")
    names_editors: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)  # as last projected

    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)


class ReportKind(enum.StrEnum):
    ERROR = "error"
    REPLY = "reply"  # the right of reply of a person who is named
    OTHER = "other"


class ReportState(enum.StrEnum):
    NEW = "new"
    ANSWERED = "answered"
    PUBLISHED = "published"
    DISMISSED = "dismissed"


class Report(Base):
    """What a reader reported. Name, e-mail and network are forgotten 12 months after it came in; a published reply stays."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    claim_id: Mapped[int | None] = mapped_column(BigId)
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200), server_default="", default="")
    email: Mapped[str] = mapped_column(String(320), server_default="", default="")
    body: Mapped[str] = mapped_column(Text)
    network: Mapped[str] = mapped_column(String(64), server_default="", default="")  # hashed
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(16), server_default="new", default=ReportState.NEW)
    answer: Mapped[str] = mapped_column(Text, server_default="", default="")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    published_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('error', 'reply', 'other')", name="kind_known"),
        CheckConstraint("state IN ('new', 'answered', 'published', 'dismissed')", name="state_known"),
        Index("ix_report_state", "state", "due_on", "id"),
        Index("ix_report_claim_id", "claim_id"),
        Index("ix_report_network", "network", "received_at"),
        partial_index("ix_report_kept", "received_at", where="forgotten_at IS NULL"),
    )
