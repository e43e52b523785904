"""The table of forms that were sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class FormToken(Base):
    """A form that has done its work, and where it led, so that a second click is answered and not done again."""

    __tablename__ = "form_token"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    used_at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str | None] = mapped_column(Text)
