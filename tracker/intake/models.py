"""Tables of the sources of texts, of readings of articles, and of the candidate predictions that they found."""

import enum
from datetime import date, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.claims.enums import Attribution, Certainty, DeadlineSource, SpeakerKind
from tracker.db import Base, BigId, enum_column, partial_index
from tracker.validation import LANGUAGE_MAX


class SourceState(enum.StrEnum):
    """Where a source is on its way."""

    QUEUED = "queued"
    RUNNING = "running"
    READ = "read"
    FAILED = "failed"


class ArticleSource(Base):
    """A file or an address that a text is read from, with the bytes as they came and what was found in them."""

    __tablename__ = "article_source"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(Text, server_default="", default="")
    host: Mapped[str] = mapped_column(String(255), server_default="", default="")  # asked at most once in so many seconds
    file_name: Mapped[str] = mapped_column(String(200), server_default="", default="")
    problem: Mapped[str] = mapped_column(String(32), server_default="", default="")
    http_status: Mapped[int | None]
    final_url: Mapped[str] = mapped_column(Text, server_default="", default="")
    media_type: Mapped[str] = mapped_column(String(120), server_default="", default="")
    charset: Mapped[str] = mapped_column(String(40), server_default="", default="")
    size: Mapped[int] = mapped_column(server_default="0", default=0)
    sha256: Mapped[str] = mapped_column(String(64), server_default="", default="")  # of the bytes as they came, unpacked
    packed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # the bytes, by zlib
    title: Mapped[str] = mapped_column(Text, server_default="", default="")
    author: Mapped[str] = mapped_column(Text, server_default="", default="")
    outlet: Mapped[str] = mapped_column(Text, server_default="", default="")
    published_on: Mapped[date | None]
    body: Mapped[str] = mapped_column(Text, server_default="", default="")
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    started_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_article_source_state_id", "state", "id"),  # what the job does next
        Index("ix_article_source_host_started_at", "host", "started_at"),  # when a host was asked last
    )


class CandidateKind(enum.StrEnum):
    """How strongly a passage was marked, or that an editor marked it."""

    LIKELY = "likely"
    PERHAPS = "perhaps"
    INTENTION = "intention"  # not counted among those to sort
    OWN = "own"


class CandidateState(enum.StrEnum):
    """What was decided on a candidate. `later`: put off; it comes back after those that wait."""

    WAITING = "waiting"
    LATER = "later"
    KEPT = "kept"
    REJECTED = "rejected"


class ArticleReading(Base):
    """One text of an article that was read for predictions, and the editor who sorts what was found in it."""

    __tablename__ = "article_reading"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    text_number: Mapped[int]
    language: Mapped[str] = mapped_column(String(LANGUAGE_MAX))  # that it was read in
    sorter_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"), index=True)
    note: Mapped[str] = mapped_column(Text, server_default="", default="")  # what the reading has to tell, an English key
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))

    __table_args__ = (UniqueConstraint("article_id", "text_number"),)


class ReadingRequest(Base):
    """A text of an article that waits to be read with a language model. The row goes when the reading is stored.

    `started_at`: when its reader took it; none: it waits. `parts`: in how many calls the model is asked.
    """

    __tablename__ = "reading_request"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    text_number: Mapped[int]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    parts: Mapped[int] = mapped_column(server_default="0", default=0)
    parts_read: Mapped[int] = mapped_column(server_default="0", default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    started_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("article_id", "text_number"),)


class Candidate(Base):
    """A passage that may be a prediction, with what is proposed for its claim, and what was decided on it.

    `is_edited`: an editor changed what was proposed. `version` rises with each decision, so that the second of two editors
    learns of the first.
    """

    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("article_reading.id"))
    quote_start: Mapped[int]  # code points into the text, half open
    quote_end: Mapped[int]
    paragraph: Mapped[int]
    kind: Mapped[CandidateKind] = mapped_column(enum_column(CandidateKind))
    score: Mapped[float] = mapped_column(Float, server_default="0", default=0.0)

    statement: Mapped[str] = mapped_column(Text)
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id"))
    speaker_name: Mapped[str] = mapped_column(Text, server_default="", default="")  # of one who is not on file yet
    speaker_kind: Mapped[SpeakerKind] = mapped_column(enum_column(SpeakerKind), default=SpeakerKind.PERSON)
    attribution: Mapped[Attribution | None] = mapped_column(enum_column(Attribution))  # none: to be asked
    hedge: Mapped[str] = mapped_column(Text, server_default="", default="")
    certainty: Mapped[Certainty] = mapped_column(enum_column(Certainty), default=Certainty.NOT_RECORDED)
    likelihood_low: Mapped[int | None]
    likelihood_high: Mapped[int | None]
    deadline_on: Mapped[date | None]
    deadline_source: Mapped[DeadlineSource | None] = mapped_column(enum_column(DeadlineSource))
    deadline_start: Mapped[int | None]  # the words that state it, code points into the text
    deadline_end: Mapped[int | None]
    review_on: Mapped[date | None]
    criteria_kind: Mapped[str] = mapped_column(String(16), server_default="", default="")
    confirmed_if: Mapped[str] = mapped_column(Text, server_default="", default="")
    refuted_if: Mapped[str] = mapped_column(Text, server_default="", default="")
    topic_ids: Mapped[list[int]] = mapped_column(JSON, default=list)

    state: Mapped[CandidateState] = mapped_column(enum_column(CandidateState), default=CandidateState.WAITING)
    is_edited: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"), unique=True)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    version: Mapped[int] = mapped_column(server_default="1", default=1)

    __table_args__ = (
        UniqueConstraint("reading_id", "quote_start", "quote_end"),
        CheckConstraint("quote_start < quote_end", name="quote_in_order"),
        CheckConstraint("(state = 'kept') = (claim_id IS NOT NULL)", name="kept_has_claim"),
        # What is still to be sorted, by article.
        partial_index("ix_candidate_unsorted", "reading_id", where="state IN ('waiting', 'later') AND kind <> 'intention'"),
    )


class CandidateCue(Base):
    """A cue of a candidate at its place in the text. Counts by name and language of the reading show how good a cue is."""

    __tablename__ = "candidate_cue"

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, in the order of the text
    name: Mapped[str] = mapped_column(String(64), index=True)
    cue_start: Mapped[int]
    cue_end: Mapped[int]
    weight: Mapped[float] = mapped_column(Float)
