"""The claim itself, its translations, topics and relations."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker import clock
from tracker.accounts.models import Editor
from tracker.articles.models import Article
from tracker.claims.enums import (
    Attribution,
    Certainty,
    ConditionStatus,
    DeadlineSource,
    QuoteKind,
    RelationKind,
    Status,
    VerdictKind,
    WithdrawReason,
)
from tracker.claims.models.names import Speaker
from tracker.db import Base, BigId, enum_column, partial_index
from tracker.ledger.rows import Tracked
from tracker.validation import LANGUAGE_MAX

WAITING = "status IN ('open', 'due', 'proposed')"
PROPOSED = "status = 'proposed'"
REQUESTED = f"{PROPOSED} AND requested_signer_id IS NOT NULL"


class Claim(Base):
    """One checkable statement about the future. `status` changes through `lifecycle.move` alone."""

    __tablename__ = "claim"
    __history__ = Tracked(
        "claim",
        plain=(
            "article_id", "language", "quote_kind", "quote_language", "text_number", "paragraph", "quote_start",
            "quote_end", "speaker_id", "attribution", "certainty", "likelihood_low", "likelihood_high",
            "condition_status", "criteria_set_on", "criteria_retrospective", "made_on", "deadline_on",
            "deadline_source", "review_on", "status", "due_cycle", "owner_id", "requested_signer_id",
            "signed_verdict_id", "proposal_id", "withdraw_reason", "reopened_as", "recall_to", "restore_to",
        ),
        texts=("statement", "quote", "hedge", "condition", "confirmed_if", "refuted_if"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    is_sample: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)  # copied from the article

    statement: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(LANGUAGE_MAX))

    quote: Mapped[str] = mapped_column(Text, server_default="", default="")
    quote_kind: Mapped[QuoteKind | None] = mapped_column(enum_column(QuoteKind))
    quote_language: Mapped[str | None] = mapped_column(String(LANGUAGE_MAX))
    text_number: Mapped[int | None]  # the text of the article that the quote is anchored to
    paragraph: Mapped[int | None]  # from 1, headings count
    quote_start: Mapped[int | None]  # code points into that text, half open
    quote_end: Mapped[int | None]

    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id"))
    attribution: Mapped[Attribution] = mapped_column(enum_column(Attribution), default=Attribution.ARTICLE)
    hedge: Mapped[str] = mapped_column(Text, server_default="", default="")
    certainty: Mapped[Certainty] = mapped_column(enum_column(Certainty), default=Certainty.NOT_RECORDED)
    likelihood_low: Mapped[int | None]  # per cent
    likelihood_high: Mapped[int | None]
    condition: Mapped[str] = mapped_column(Text, server_default="", default="")
    condition_status: Mapped[ConditionStatus | None] = mapped_column(enum_column(ConditionStatus))

    confirmed_if: Mapped[str] = mapped_column(Text, server_default="", default="")
    refuted_if: Mapped[str] = mapped_column(Text, server_default="", default="")
    criteria_set_on: Mapped[date | None]
    criteria_retrospective: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)

    made_on: Mapped[date]
    deadline_on: Mapped[date | None]
    deadline_source: Mapped[DeadlineSource | None] = mapped_column(enum_column(DeadlineSource))
    review_on: Mapped[date | None]  # none only in a draft

    status: Mapped[Status] = mapped_column(enum_column(Status), default=Status.DRAFT)
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    due_cycle: Mapped[int] = mapped_column(server_default="0", default=0)
    # The day on which reminders are planned for it next, and the wait that day was found for; both are the planner's alone.
    remind_on: Mapped[date] = mapped_column(server_default="1970-01-01", default=date(1970, 1, 1))
    remind_cycle: Mapped[int] = mapped_column(server_default="-1", default=-1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    requested_signer_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    # `use_alter`: verdict points here as well, and one of the two keys has to wait until both tables exist.
    signed_verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdict.id", use_alter=True))  # the latest signed one
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("verdict.id", use_alter=True))  # waits for a second signature
    reopened_as: Mapped[VerdictKind | None] = mapped_column(enum_column(VerdictKind))
    recall_to: Mapped[Status | None] = mapped_column(String(32))
    restore_to: Mapped[Status | None] = mapped_column(String(32))
    withdraw_reason: Mapped[WithdrawReason | None] = mapped_column(enum_column(WithdrawReason))

    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)

    # Loaded explicitly (joinedload); lazy loading would run queries from templates.
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    speaker: Mapped[Speaker | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[Editor | None] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
    requested_signer: Mapped[Editor | None] = relationship(lazy="raise_on_sql", foreign_keys=[requested_signer_id])

    __table_args__ = (
        CheckConstraint("likelihood_low BETWEEN 0 AND 100", name="likelihood_low_percent"),
        CheckConstraint("likelihood_high BETWEEN 0 AND 100", name="likelihood_high_percent"),
        CheckConstraint("likelihood_low <= likelihood_high", name="likelihood_in_order"),
        CheckConstraint("quote_start < quote_end", name="quote_in_order"),
        CheckConstraint("recall_to IN ('open', 'due', 'resolved')", name="recall_to_status"),
        CheckConstraint("restore_to IN ('draft', 'open', 'due', 'resolved')", name="restore_to_status"),
        CheckConstraint("status IN ('draft', 'withdrawn') OR review_on IS NOT NULL", name="tracked_has_review_on"),
        # The sweep: open claims whose day has come.
        partial_index("ix_claim_sweep", "review_on", "id", where="status = 'open'"),
        # What reminders are to be planned for: the next step has come, or a new review cycle started.
        partial_index("ix_claim_remind", "remind_on", "id", where="status IN ('open', 'due')"),
        partial_index("ix_claim_rearmed", "id", where="status IN ('open', 'due') AND remind_cycle <> due_cycle"),
        # The queue: everything that waits, oldest review first; alone, by owner and by speaker.
        *(
            # `status` and `is_sample` make it a covering index: groups are counted without reading the claims.
            partial_index(f"ix_claim_queue{suffix}", *columns, "review_on", "id", "status", "is_sample", where=WAITING)
            for suffix, columns in (("", ()), ("_owner", ("owner_id",)), ("_speaker", ("speaker_id",)))
        ),
        # What waits for a second signature; alone, by owner and by speaker.
        *(
            partial_index(f"ix_claim_proposed{suffix}", *columns, "review_on", "id", where=PROPOSED)
            for suffix, columns in (("", ()), ("_owner", ("owner_id",)), ("_speaker", ("speaker_id",)))
        ),
        # What waits for one editor's signature.
        partial_index("ix_claim_requested_signer", "requested_signer_id", "id", where=REQUESTED),
        Index("ix_claim_article_id", "article_id", "paragraph", "id"),  # an article's claims in reading order
        Index("ix_claim_speaker_id", "speaker_id", "id"),  # a speaker's claims
        Index("ix_claim_owner_id", "owner_id", "id", "status", "is_sample"),  # the list of claims by desk: of each of its owners
        Index("ix_claim_status_id", "status", "id"),  # the list of claims by status
        Index("ix_claim_updated_at", "updated_at", "id"),  # what changed since a moment, for programs
        # The export of verdicts: claims that have one, in order of id; and from a signed verdict to its claim.
        partial_index("ix_claim_signed", "id", where="signed_verdict_id IS NOT NULL"),
        partial_index("ix_claim_signed_verdict_id", "signed_verdict_id", where="signed_verdict_id IS NOT NULL"),
    )


class ClaimTranslation(Base):
    """Our words of a claim in another language. Fetched for the rows shown, never joined into a list."""

    __tablename__ = "claim_translation"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(LANGUAGE_MAX), primary_key=True)
    statement: Mapped[str] = mapped_column(Text)
    confirmed_if: Mapped[str] = mapped_column(Text, server_default="", default="")
    refuted_if: Mapped[str] = mapped_column(Text, server_default="", default="")
    condition: Mapped[str] = mapped_column(Text, server_default="", default="")


class ClaimTopic(Base):
    """A claim's topic, with the columns that lists by topic filter and sort on copied from the claim."""

    __tablename__ = "claim_topic"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    status: Mapped[Status] = mapped_column(String(32))
    review_on: Mapped[date | None]

    __table_args__ = (
        Index("ix_claim_topic_claim_id", "claim_id"),
        # The queue by topic, and what waits there for a second signature.
        *(
            partial_index(f"ix_claim_topic_{group}", "topic_id", "review_on", "claim_id", where=condition)
            for group, condition in (("queue", WAITING), ("proposed", PROPOSED))
        ),
    )


class Relation(Base):
    """A relation between two claims: `claim_id` is a duplicate of, split from, alternative to or part of `other_id`."""

    __tablename__ = "relation"
    __history__ = Tracked("relation", plain=("claim_id", "other_id", "kind"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    kind: Mapped[RelationKind] = mapped_column(enum_column(RelationKind))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))

    __table_args__ = (
        UniqueConstraint("claim_id", "other_id", "kind"),
        CheckConstraint("claim_id <> other_id", name="not_itself"),
    )
