"""Tables of the machinery that brings claims back to the desk."""

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class JobRun(Base):
    """The last run of one job, by whichever process ran it."""

    __tablename__ = "tick"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    result: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)


class SchedulerInstance(Base):
    """A scheduler that is running, or was lately."""

    __tablename__ = "scheduler"

    name: Mapped[str] = mapped_column(String(128), primary_key=True)  # machine, process and the moment it started
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    leads: Mapped[bool]
