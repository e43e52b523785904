"""Scorecards for readers, counted from public claims alone; `tracker.publishing` writes them."""

import enum
from datetime import date

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, BigId, partial_index
from tracker.scores.models import Counts


class CardKind(enum.StrEnum):
    """What readers get a scorecard of; of a person only where a chief editor shows it (`PublicScorePerson`)."""

    NEWSROOM = "newsroom"
    OWN_VOICE = "own-voice"
    TOPIC = "topic"
    ORGANISATION = "organisation"
    PERSON = "person"


class PublicScoreCell(Counts, Base):
    """Counts of one public article's claims that belong to a card and agree in certainty and band."""

    __tablename__ = "public_score_cell"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)  # of the topic or speaker; 0 elsewhere
    article_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    certainty: Mapped[str] = mapped_column(String(32), primary_key=True)
    low: Mapped[int] = mapped_column(primary_key=True)  # per cent; NO_BAND without one
    high: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_public_score_cell_article_id", "article_id"), {"sqlite_with_rowid": False})


class PublicScoreArticle(Base):
    """An article whose cells are there: the ETag that it had when they were counted, and the day that they are of."""

    __tablename__ = "public_score_article"

    article_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    etag: Mapped[str] = mapped_column(String(16))
    as_of: Mapped[date]


class PublicScore(Base):
    """A card: its numbers as JSON, as of the day on which they last changed. Names are not in it; pages read them from claims."""

    __tablename__ = "public_score"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    tracked: Mapped[int]  # claims that rates count
    as_of: Mapped[date]
    body: Mapped[str] = mapped_column(Text)  # "" before it was written for the first time
    is_stale: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)  # its cells changed since

    __table_args__ = (
        Index("ix_public_score_tracked", "kind", "tracked", "number"),
        partial_index("ix_public_score_stale", "kind", "number", where="is_stale"),
    )


class PublicScorePerson(Base):
    """Whether readers see the scorecard of a person; no row where that was never decided. What is hidden again keeps its row."""

    __tablename__ = "public_score_person"

    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"), primary_key=True, autoincrement=False)
    is_shown: Mapped[bool]


class PublicScoreState(Base):
    """What was counted last: the version of the public side, and the day."""

    __tablename__ = "public_score_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)
    as_of: Mapped[date]

    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
