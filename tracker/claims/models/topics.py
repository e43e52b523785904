"""Topics: what claims are about."""

from sqlalchemy import Boolean, String, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from tracker.db import Base, BigId
from tracker.ledger.rows import Tracked
from tracker.search.name_keys import KEY_MAX, name_key


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
