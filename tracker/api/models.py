"""The table of requests that were answered, so that the same one sent again is answered and not done again."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class ApiRequest(Base):
    """A request that did its work, by its token and `Idempotency-Key`. `body`, its answer, holds numbers and keys alone."""

    __tablename__ = "api_request"

    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    body_sha256: Mapped[str] = mapped_column(String(64))  # of method, path and body of the request
    status: Mapped[int]
    location: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
