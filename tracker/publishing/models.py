"""Tables of the newsroom's side of publication that readers' pages do not need."""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.db import Base, BigId, partial_index

RECEIVED: Final = "received"
ANSWER: Final = "answer"


class ReportMail(Base):
    """One mail about a report: that it came in, or its answer. `due_at` is also the lease of the process that sends it."""

    __tablename__ = "report_mail"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    purpose: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    tries: Mapped[int] = mapped_column(server_default="0", default=0)
    sent_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(Text, server_default="", default="")

    __table_args__ = (
        UniqueConstraint("report_id", "purpose", "address"),
        CheckConstraint("purpose IN ('received', 'answer')", name="purpose_known"),
        partial_index("ix_report_mail_waiting", "due_at", "id", where="sent_at IS NULL AND fault = ''"),
    )
