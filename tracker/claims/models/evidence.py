"""What editors gather on a claim: evidence, checks and private notes."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.claims.enums import EvidenceAbout, SourceKind, Stance, Visibility
from tracker.db import Base, BigId, enum_column
from tracker.ledger.rows import Tracked


class Evidence(Base):
    """Something that speaks for or against a claim. Withdrawn with a reason, never deleted."""

    __tablename__ = "evidence"
    __history__ = Tracked(
        "evidence",
        plain=("claim_id", "about", "published_on", "source_kind", "stance", "visibility", "withdrawn_at"),
        texts=("url", "archive_url", "document", "title", "publisher", "locator", "note", "withdrawn_because"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    about: Mapped[EvidenceAbout] = mapped_column(enum_column(EvidenceAbout), default=EvidenceAbout.CLAIM)
    url: Mapped[str | None] = mapped_column(Text)
    archive_url: Mapped[str | None] = mapped_column(Text)  # a copy of the page in an archive
    document: Mapped[str | None] = mapped_column(Text)  # what and where, when there is no address
    title: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(Text, server_default="", default="")
    published_on: Mapped[date | None]
    locator: Mapped[str] = mapped_column(Text, server_default="", default="")  # page, minute, paragraph
    source_kind: Mapped[SourceKind] = mapped_column(enum_column(SourceKind), default=SourceKind.OTHER)
    stance: Mapped[Stance] = mapped_column(enum_column(Stance))
    visibility: Mapped[Visibility] = mapped_column(enum_column(Visibility), default=Visibility.PUBLIC)
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    withdrawn_because: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("url IS NOT NULL OR document IS NOT NULL", name="has_a_source"),
        Index("ix_evidence_claim_id", "claim_id", "id"),
    )


class Check(Base):
    """One look for the outcome: where, with what words, over which period, and what was or was not found."""

    __tablename__ = "claim_check"
    __history__ = Tracked(
        "check",
        plain=("claim_id", "checked_on", "editor_id", "period_from", "period_to", "exhaustive", "visibility"),
        texts=("where_looked", "queries", "found"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    checked_on: Mapped[date]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    where_looked: Mapped[str] = mapped_column(Text)
    queries: Mapped[str] = mapped_column(Text, server_default="", default="")
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    found: Mapped[str] = mapped_column(Text)
    exhaustive: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    visibility: Mapped[Visibility | None] = mapped_column(
        enum_column(Visibility), default=Visibility.INTERNAL
    )  # none: internal, older
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_claim_check_claim_id", "claim_id", "id"),)


class Note(Base):
    """Private talk between editors on a claim; it never leaves the desk."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_note_claim_id", "claim_id", "id"),)
