"""What an editor's own desk keeps: filters with a name, and the last step on many claims, which can be taken back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.db import Base, BigId


class SavedView(Base):
    """Filters and order of the queue under a name. `query` is what the address has, with known keys alone."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("editor_id", "name"),)


class BulkStep(Base):
    """One action on many claims, which its editor can undo for a few minutes."""

    __tablename__ = "bulk_step"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editor.id"))
    done_at: Mapped[datetime] = mapped_column(default=clock.now)
    undone_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_bulk_step_editor_id", "editor_id", "id"),)


class BulkStepClaim(Base):
    """A claim changed by a bulk step, with the version that the change led to."""

    __tablename__ = "bulk_step_claim"

    step_id: Mapped[int] = mapped_column(ForeignKey("bulk_step.id", ondelete="CASCADE"), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    version: Mapped[int]
