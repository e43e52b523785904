"""The words of claims, and the names of speakers, folded for searching."""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class ClaimSearch(Base):
    """One claim's folded words. SQLite indexes them in `claim_fts` (FTS5, kept in step by triggers), PostgreSQL by GIN."""

    __tablename__ = "claim_search"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True, autoincrement=False)
    folded: Mapped[str] = mapped_column(Text)


class SpeakerSearch(Base):
    """A speaker's name, affiliation and other names, folded; in `speaker_fts` on SQLite."""

    __tablename__ = "speaker_search"

    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"), primary_key=True, autoincrement=False)
    folded: Mapped[str] = mapped_column(Text)
