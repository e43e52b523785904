"""Verdicts and what became of them. All three tables are insert-only; triggers refuse any change."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.claims.enums import Decision, Outcome, OutcomeReason, ProposalKind, VerdictKind, WithdrawReason
from tracker.db import Base, BigId, enum_column, partial_index
from tracker.ledger.rows import Tracked

_WAITING = "released_at IS NULL"


class Verdict(Base):
    """A proposal: a verdict, or the withdrawal of a resolved claim. What became of it is its decision."""

    __tablename__ = "verdict"
    __history__ = Tracked(
        "verdict",
        plain=(
            "claim_id", "number", "proposal_kind", "outcome", "reason", "verdict_kind", "supersedes_id", "known_on",
            "occurred_from", "occurred_to", "occurred_after_deadline", "is_scored", "withdraw_reason",
            "proposed_by_id", "proposed_at", "language",
        ),
        texts=("rationale", "missing"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    number: Mapped[int]  # of the claim's proposals, from 1
    proposal_kind: Mapped[ProposalKind] = mapped_column(enum_column(ProposalKind), default=ProposalKind.VERDICT)
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    reason: Mapped[OutcomeReason | None] = mapped_column(enum_column(OutcomeReason))
    verdict_kind: Mapped[VerdictKind] = mapped_column(enum_column(VerdictKind), default=VerdictKind.FIRST)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("verdict.id"))
    rationale: Mapped[str] = mapped_column(Text)  # readers see it
    language: Mapped[str | None] = mapped_column(String(8))  # of rationale and missing; none in verdicts older than revision 0017
    missing: Mapped[str] = mapped_column(Text, server_default="", default="")  # partly confirmed: what did not happen
    known_on: Mapped[date | None]
    occurred_from: Mapped[date | None]
    occurred_to: Mapped[date | None]
    occurred_after_deadline: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    is_scored: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    withdraw_reason: Mapped[WithdrawReason | None] = mapped_column(enum_column(WithdrawReason))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        CheckConstraint("(proposal_kind = 'verdict') = (outcome IS NOT NULL)", name="verdict_has_outcome"),
        CheckConstraint("occurred_from <= occurred_to", name="occurred_in_order"),
    )


class VerdictDecision(Base):
    """What the second editor (or, recalling, the proposer) did with a proposal. One each."""

    __tablename__ = "verdict_decision"
    __history__ = Tracked("decision", plain=("verdict_id", "decision", "decided_by_id", "decided_at"), texts=("note",))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"), unique=True)
    decision: Mapped[Decision] = mapped_column(enum_column(Decision))
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_verdict_decision_decided_at", "decided_at", "id"),)  # verdicts signed since a day


class Postscript(Base):
    """A dated line added under a signed verdict that does not change it."""

    __tablename__ = "postscript"
    __history__ = Tracked("postscript", plain=("verdict_id", "written_on", "author_id", "language"), texts=("body",))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))  # of the body; none in those older than revision 0017
    written_on: Mapped[date]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))


class Hold(Base):
    """An embargo on one verdict: until it is released, readers see what was public before. Kept afterwards, with the moment."""

    __tablename__ = "hold"

    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"), primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    until: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    set_at: Mapped[datetime] = mapped_column(default=clock.now)
    released_at: Mapped[datetime | None]

    __table_args__ = (partial_index("ix_hold_waiting", "until", where=_WAITING),)


class NameClearance(Base):
    """A chief's decision that the name of an implied speaker may be read in these fields of a claim's public texts."""

    __tablename__ = "name_clearance"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    field: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))

    __table_args__ = (UniqueConstraint("claim_id", "field"),)
