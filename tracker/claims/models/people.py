"""Speakers and topics: whom claims are from and what they are about."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.claims.models.columns import words
from tracker.claims.words import SpeakerKind
from tracker.db import Base, BigId
from tracker.ledger.rows import Tracked


class Speaker(Base):
    """A person or organisation that claims are from. Merged speakers keep their row and point at the one that stands."""

    __tablename__ = "speaker"
    __history__ = Tracked("speaker", plain=("kind", "merged_into_id"), texts=("name", "affiliation"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[SpeakerKind] = mapped_column(words(SpeakerKind))
    name: Mapped[str] = mapped_column(String(200), index=True)
    affiliation: Mapped[str] = mapped_column(Text, server_default="", default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id"), index=True)
    is_sample: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class SpeakerAlias(Base):
    """Another name a speaker is known by."""

    __tablename__ = "speaker_alias"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"))
    name: Mapped[str] = mapped_column(String(200), index=True)

    __table_args__ = (UniqueConstraint("speaker_id", "name"),)


class Topic(Base):
    """What claims are about, with its label in both languages."""

    __tablename__ = "topic"
    __history__ = Tracked("topic", plain=("key",), texts=("label_en", "label_fr"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    label_en: Mapped[str] = mapped_column(String(120))
    label_fr: Mapped[str] = mapped_column(String(120))
    is_sample: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)

    def label(self, language: str) -> str:
        return self.label_fr if language == "fr" else self.label_en
