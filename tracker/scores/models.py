"""Counts of claims per article, from which every scorecard is added up."""

import enum
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, BigId

NO_BAND = -1
NO_ONE = 0
HEDGE_MAX = 200


class Counts:
    """What is counted in a cell. `ripe` is the sum of judged, unresolvable, void, overdue and uncounted claims."""

    tracked: Mapped[int]
    ripe: Mapped[int]
    confirmed: Mapped[int]
    partly: Mapped[int]
    refuted: Mapped[int]
    late: Mapped[int]  # of the refuted: happened after the deadline
    unresolvable: Mapped[int]
    void: Mapped[int]
    overdue: Mapped[int]  # ripe, without a signed verdict
    uncounted: Mapped[int]  # ripe, with a verdict that no rate counts
    early: Mapped[int]  # a verdict was signed, but the deadline has not passed
    under_review: Mapped[int]  # reopened; the verdict that was signed counts
    retrospective: Mapped[int]  # of the judged: criteria set after the review date
    retrospective_confirmed: Mapped[int]


COUNTS = (
    "tracked", "ripe", "confirmed", "partly", "refuted", "late", "unresolvable", "void", "overdue", "uncounted", "early",
    "under_review", "retrospective", "retrospective_confirmed",
)  # fmt: skip


class ScoreCell(Counts, Base):
    """Counts of one article's claims that agree in everything that scorecards are split by."""

    __tablename__ = "score_cell"

    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("article.id"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(BigId, primary_key=True)  # into which it is merged; NO_ONE: the article's own voice
    owner_id: Mapped[int] = mapped_column(BigId, primary_key=True)  # NO_ONE: no owner
    desk_id: Mapped[int] = mapped_column(BigId, primary_key=True)  # to which the owner belongs now; NO_ONE: none
    certainty: Mapped[str] = mapped_column(String(32), primary_key=True)
    low: Mapped[int] = mapped_column(primary_key=True)  # per cent; NO_BAND without one
    high: Mapped[int] = mapped_column(primary_key=True)
    hedge: Mapped[str] = mapped_column(String(HEDGE_MAX), primary_key=True)  # folded
    year: Mapped[int] = mapped_column(primary_key=True)  # in which the prediction was made

    __table_args__ = (
        # Holds every column that a speaker's scorecard adds up, so that it is read without the table.
        Index("ix_score_cell_speaker", "speaker_id", "article_id", *COUNTS),
        {"sqlite_with_rowid": False},
    )


class TopicCell(Counts, Base):
    """The same for one topic of one article; a claim of two topics is in both."""

    __tablename__ = "topic_cell"

    topic_id: Mapped[int] = mapped_column(BigId, ForeignKey("topic.id"), primary_key=True)
    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("article.id"), primary_key=True)
    certainty: Mapped[str] = mapped_column(String(32), primary_key=True)
    low: Mapped[int] = mapped_column(primary_key=True)
    high: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_topic_cell_article", "article_id"), {"sqlite_with_rowid": False})


class Dimension(enum.StrEnum):
    """What sums are kept for: all claims, each speaker, topic, owner, desk, hedge, year, and year and hedge of a speaker."""

    ALL = "all"
    SPEAKER = "speaker"
    TOPIC = "topic"
    OWNER = "owner"  # for the overview
    DESK = "desk"
    HEDGE = "hedge"
    YEAR = "year"
    SPEAKER_YEAR = "speaker_year"
    SPEAKER_HEDGE = "speaker_hedge"


class Part(enum.StrEnum):
    """Which of the claims of a speaker, topic … a sum is over."""

    RATES = "rates"  # all that rates count
    BAND = "band"  # of those, the ones with a stated band
    EVENTS = "events"  # those of a certainty that no rate counts


# Sums over articles, of 1 where a claim is judged, and of products of judged claims n and hits k: n², k², nk; of both rates.
PRODUCTS = ("articles", "squared", "full_squared", "full_product", "partly_squared", "partly_product")


class ScoreTotal(Counts, Base):
    """What the cells of all articles add up to. Bands take their products from claims with criteria set in time alone."""

    __tablename__ = "score_total"

    dimension: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)  # of the speaker, topic …; the year; 0
    text: Mapped[str] = mapped_column(String(HEDGE_MAX), primary_key=True)  # the folded hedge; a speaker’s year; "" elsewhere
    part: Mapped[str] = mapped_column(String(16), primary_key=True)
    certainty: Mapped[str] = mapped_column(String(32), primary_key=True)  # "" but for events
    low: Mapped[int] = mapped_column(primary_key=True)  # per cent; NO_BAND but for bands
    high: Mapped[int] = mapped_column(primary_key=True)
    articles: Mapped[int]
    squared: Mapped[int] = mapped_column(BigInteger)
    full_squared: Mapped[int] = mapped_column(BigInteger)
    full_product: Mapped[int] = mapped_column(BigInteger)
    partly_squared: Mapped[int] = mapped_column(BigInteger)
    partly_product: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_score_total_tracked", "dimension", "part", "tracked", "number", "text"),  # tables of scores, the largest first
        {"sqlite_with_rowid": False},
    )


class ScoreState(Base):
    """The day for which the cells are counted. `recount_from`: claims that ripened since that day are still to be counted."""

    __tablename__ = "score_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    recount_from: Mapped[date | None]

    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
