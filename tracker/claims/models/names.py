"""Tables of speakers and topics."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from tracker import clock
from tracker.claims.enums import SpeakerKind
from tracker.db import Base, BigId, enum_column
from tracker.ledger.rows import Tracked
from tracker.search.name_keys import KEY_MAX, name_key


class Speaker(Base):
    """A person or organisation that claims are from. A merged speaker keeps its row and points at the remaining one.

    `name_key` follows `name`: speakers whose names have the same key are namesakes.
    """

    __tablename__ = "speaker"
    __history__ = Tracked("speaker", plain=("kind", "merged_into_id"), texts=("name", "affiliation"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[SpeakerKind] = mapped_column(enum_column(SpeakerKind))
    name: Mapped[str] = mapped_column(String(200), index=True)
    name_key: Mapped[str] = mapped_column(String(KEY_MAX), index=True, server_default="")
    affiliation: Mapped[str] = mapped_column(Text, server_default="", default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id"), index=True)
    is_sample: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @validates("name")
    def _set_name_key(self, _field: str, name: str) -> str:
        self.name_key = name_key(name)
        return name


class SpeakerAlias(Base):
    """Another name a speaker is known by."""

    __tablename__ = "speaker_alias"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"))
    name: Mapped[str] = mapped_column(String(200), index=True)

    __table_args__ = (UniqueConstraint("speaker_id", "name"),)


class Topic(Base):
    """What claims are about, with its label in both languages. No two topics have the same label in one language.

    `key` names the topic in files and stays the same when its labels change; the keys of its labels follow them.
    """

    __tablename__ = "topic"
    __history__ = Tracked("topic", texts=("key", "label_en", "label_fr"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    label_en: Mapped[str] = mapped_column(String(120))
    label_fr: Mapped[str] = mapped_column(String(120))
    label_en_key: Mapped[str] = mapped_column(String(KEY_MAX), unique=True, index=True, server_default="")
    label_fr_key: Mapped[str] = mapped_column(String(KEY_MAX), unique=True, index=True, server_default="")
    is_sample: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)

    @validates("label_en", "label_fr")
    def _set_label_key(self, field: str, label: str) -> str:
        setattr(self, f"{field}_key", name_key(label))
        return label

    def label(self, language: str) -> str:
        return self.label_fr if language == "fr" else self.label_en
