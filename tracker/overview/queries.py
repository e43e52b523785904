"""The figures of the overview, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median, quantiles
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor
from tracker.articles.models import Article
from tracker.claims.enums import Decision, Outcome, ProposalKind, Status, VerdictKind
from tracker.claims.models import Claim, ClaimTopic, ClaimTranslation, Verdict, VerdictDecision
from tracker.pagination import Head
from tracker.scores import queries as scores
from tracker.scores.cards import CountTotals, Selection
from tracker.sql import AnySelect

WEEKS: Final = 12
MONTHS_OFFERED: Final = (6, 12, 24)
LATEST: Final = 10
BUSIEST: Final = 10
# Days from review date to signature are of so many verdicts at most, the latest.
DELAYS: Final = 500
# Below this many verdicts a median means little.
MEDIAN_MIN: Final = 10
_WAITING: Final = (Status.OPEN, Status.DUE, Status.PROPOSED)


@dataclass(frozen=True)
class Scope:
    """Which claims the figures are about, and how many months back the verdicts go."""

    topic_id: int | None = None
    owner_id: int | None = None
    months: int = 6

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on claims."""
        found: list[ColumnElement[bool]] = []
        if self.topic_id is not None:
            found.append(exists().where(ClaimTopic.claim_id == Claim.id, ClaimTopic.topic_id == self.topic_id))
        if self.owner_id is not None:
            found.append(Claim.owner_id == self.owner_id)
        return found


@dataclass(frozen=True)
class Upcoming:
    """How many reviews are overdue, and how many come due in each of the next weeks (by its Monday)."""

    overdue: int
    weeks: Sequence[tuple[date, int]]


@dataclass(frozen=True)
class Month:
    """How many verdicts of each outcome were signed in a month (by its first day)."""

    first: date
    outcomes: dict[Outcome, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())


@dataclass(frozen=True)
class Delays:
    """Days from the review date to the signature of first verdicts, ascending; negative ones were signed early and count as 0."""

    days: Sequence[int]
    has_more: bool = False  # verdicts of the period beyond the newest DELAYS

    @property
    def median(self) -> float | None:
        return median(self.days) if len(self.days) >= MEDIAN_MIN else None

    @property
    def middle_half(self) -> tuple[int, int] | None:
        if len(self.days) < MEDIAN_MIN:
            return None
        low, _, high = quantiles(self.days, n=4, method="inclusive")
        return round(low), round(high)


@dataclass(frozen=True)
class SignedVerdict:
    """One of the latest signed verdicts."""

    claim_id: int
    statement: str
    language: str
    outcome: Outcome
    signed_on: date


@dataclass(frozen=True)
class BusyArticle:
    """An article with open claims."""

    id: int
    title: str
    language: str
    open: int
    overdue: int


@dataclass(frozen=True)
class OwnerLoad:
    """What waits on one owner; None means claims without an owner."""

    owner_id: int | None
    name: str
    open: int
    overdue: int
    proposed: int


@dataclass(frozen=True)
class Overview:
    """Everything on the page. `counts` is None before claims are counted for scorecards."""

    upcoming: Upcoming
    months: Sequence[Month]
    delays: Delays
    latest: Sequence[SignedVerdict]
    busiest: Head[BusyArticle]
    counts: CountTotals | None


def load_overview(
    session: Session, scope: Scope, today: date, zone: ZoneInfo, *, with_sample: bool, language: str = ""
) -> Overview:
    """Return all figures, with statements in a reader's language where they are translated. Claims of the sample are left out
    unless asked for."""
    conditions = scope.conditions()
    if not with_sample:
        conditions.append(Claim.is_sample.is_(False))
    card = scores.load_card(session, Selection(topic_id=scope.topic_id, owner_id=scope.owner_id)) if _is_counted(scope) else None
    return Overview(
        upcoming=load_upcoming(session, conditions, today),
        months=load_months(session, conditions, scope.months, today, zone),
        delays=load_delays(session, conditions, scope.months, today, zone),
        latest=load_latest(session, conditions, zone, language),
        busiest=load_busiest(session, conditions, today),
        counts=card.counts if card else None,
    )


def _is_counted(scope: Scope) -> bool:
    # A topic and an owner are not counted together.
    return scope.topic_id is None or scope.owner_id is None


def load_upcoming(session: Session, conditions: Sequence[ColumnElement[bool]], today: date) -> Upcoming:
    """Return the reviews that wait: overdue ones, and this week's and later ones by week."""
    monday = today - timedelta(days=today.weekday())
    starts = [monday + timedelta(weeks=number) for number in range(WEEKS)]
    overdue = (Claim.status == Status.DUE) & (Claim.review_on < today)
    week = case((overdue, -1), *((Claim.review_on < start + timedelta(weeks=1), number) for number, start in enumerate(starts)))
    query = (
        select(week.label("week"), func.count().label("number"))
        .where(Claim.status.in_((Status.OPEN, Status.DUE)), Claim.review_on < starts[-1] + timedelta(weeks=1), *conditions)
        .group_by(week)
    )
    counted: dict[int, int] = {row.week: row.number for row in session.execute(query)}
    return Upcoming(counted.get(-1, 0), [(start, counted.get(number, 0)) for number, start in enumerate(starts)])


def load_months(
    session: Session, conditions: Sequence[ColumnElement[bool]], months: int, today: date, zone: ZoneInfo
) -> list[Month]:
    """Return the verdicts signed in each of the last months of the newsroom's calendar, oldest first."""
    firsts = list_months(today, months)
    starts = [_start_of(first, zone) for first in firsts]
    which = case(*((VerdictDecision.decided_at < start, number) for number, start in enumerate(starts[1:])), else_=months - 1)
    query = (
        _signed(conditions)
        .with_only_columns(which.label("month"), Verdict.outcome, func.count().label("number"))
        .where(VerdictDecision.decided_at >= starts[0])
        .group_by(which, Verdict.outcome)
    )
    found: list[Month] = [Month(first, {}) for first in firsts]
    for row in session.execute(query):
        found[row.month].outcomes[row.outcome] = row.number
    return found


def list_months(today: date, months: int) -> list[date]:
    """Return the first days of the last months, the current one last."""
    last = today.year * 12 + today.month - 1
    return [date((last - back) // 12, (last - back) % 12 + 1, 1) for back in reversed(range(months))]


def load_delays(session: Session, conditions: Sequence[ColumnElement[bool]], months: int, today: date, zone: ZoneInfo) -> Delays:
    """Return how long the latest first verdicts took after their review date."""
    query = (
        _signed(conditions)
        .with_only_columns(Claim.review_on, VerdictDecision.decided_at)
        .where(
            VerdictDecision.decided_at >= _start_of(list_months(today, months)[0], zone),
            Verdict.verdict_kind == VerdictKind.FIRST,
            # Reopening sets a new review date; the one that the first verdict answered is gone.
            Claim.signed_verdict_id == Verdict.id,
            Claim.status == Status.RESOLVED,
        )
        .order_by(VerdictDecision.decided_at.desc())
        .limit(DELAYS + 1)
    )
    found = Head.of(session.execute(query), DELAYS)
    days = sorted(max(0, (at.astimezone(zone).date() - day).days) for day, at in found.rows if day is not None)
    return Delays(days, found.has_more)


def load_latest(
    session: Session, conditions: Sequence[ColumnElement[bool]], zone: ZoneInfo, language: str
) -> list[SignedVerdict]:
    """Return the latest signed verdicts, newest first."""
    translation = select(ClaimTranslation.statement).where(
        ClaimTranslation.claim_id == Claim.id, ClaimTranslation.language == language
    )
    query = (
        _signed(conditions)
        .with_only_columns(
            Claim.id,
            Claim.statement,
            Claim.language,
            translation.scalar_subquery().label("translated"),
            Verdict.outcome,
            VerdictDecision.decided_at,
        )
        .order_by(VerdictDecision.decided_at.desc(), VerdictDecision.id.desc())
        .limit(LATEST)
    )
    return [
        SignedVerdict(
            row.id,
            row.translated or row.statement,
            language if row.translated else row.language,
            row.outcome,
            row.decided_at.astimezone(zone).date(),
        )
        for row in session.execute(query)
    ]


def load_busiest(session: Session, conditions: Sequence[ColumnElement[bool]], today: date) -> Head[BusyArticle]:
    """Return the BUSIEST articles with most claims that wait for a verdict."""
    overdue = func.sum(case(((Claim.status == Status.DUE) & (Claim.review_on < today), 1), else_=0))
    per_article = (
        select(Claim.article_id, func.count().label("open"), overdue.label("overdue"))
        .where(Claim.status.in_(_WAITING), *conditions)
        .group_by(Claim.article_id)
        .order_by(func.count().desc(), Claim.article_id)
        .limit(BUSIEST + 1)
        .subquery()
    )
    query = (
        select(Article.id, Article.title, Article.language, per_article.c.open, per_article.c.overdue)
        .join(per_article, per_article.c.article_id == Article.id)
        .order_by(per_article.c.open.desc(), Article.id)
    )
    found = (BusyArticle(row.id, row.title, row.language, row.open, int(row.overdue)) for row in session.execute(query))
    return Head.of(found, BUSIEST)


def load_owners(session: Session, scope: Scope, today: date, *, with_sample: bool) -> list[OwnerLoad]:
    """Return what waits on each owner, by name. A load, no ranking: verdicts are not counted here."""
    overdue = func.sum(case(((Claim.status == Status.DUE) & (Claim.review_on < today), 1), else_=0)).label("overdue")
    proposed = func.sum(case((Claim.status == Status.PROPOSED, 1), else_=0)).label("proposed")
    conditions = scope.conditions()
    if not with_sample:
        conditions.append(Claim.is_sample.is_(False))
    query = (
        select(Claim.owner_id, Editor.name, func.count().label("open"), overdue, proposed)
        .outerjoin(Editor, Editor.id == Claim.owner_id)
        .where(Claim.status.in_(_WAITING), *conditions)
        .group_by(Claim.owner_id, Editor.name)
        .order_by(Editor.name, Claim.owner_id)
    )
    return [
        OwnerLoad(row.owner_id, row.name or "", row.open, int(row.overdue), int(row.proposed)) for row in session.execute(query)
    ]


def _signed(conditions: Sequence[ColumnElement[bool]]) -> AnySelect:
    return (
        select(Verdict.id)
        .join(VerdictDecision, VerdictDecision.verdict_id == Verdict.id)
        .join(Claim, Claim.id == Verdict.claim_id)
        .where(VerdictDecision.decision == Decision.SIGNED, Verdict.proposal_kind == ProposalKind.VERDICT, *conditions)
    )


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
