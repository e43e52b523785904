"""Tables of the machinery that brings claims back to the desk."""

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Tick(Base):
    """The last run of one job, by whichever process ran it."""

    __tablename__ = "tick"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    result: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
