"""Read an editor's digest: claims to check and verdicts to sign off, urgent first, and a count of what comes after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, TextClause, false, func, or_, select, text
from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.claims.labels import WEEK
from tracker.claims.models import Claim, Verdict
from tracker.claims.queries import claim_rows as rows
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.notifications.recipients import Directory, Person
from tracker.notifications.revalidation import WAITING

SHOWN: Final = 50  # claims of a group that are named; the rest is a number
COUNTED: Final = 1_000
AHEAD: Final = timedelta(days=30)

# Word for word as in the indexes.
_QUEUE: Final = text("claim.status IN ('open', 'due', 'proposed')")
_PROPOSED: Final = text("claim.status = 'proposed'")

Condition = ColumnElement[bool] | TextClause


@dataclass(frozen=True)
class Group:
    """Claims of one kind: "overdue", "due" or "signoff". `total` counts those that are not among `rows`, too, up to COUNTED."""

    key: str
    rows: Sequence[ClaimRow]
    total: int


@dataclass(frozen=True)
class Digest:
    """An editor's digest.

    `ahead`: how many claims have their review in the 30 days after this week, the first on `ahead_from`. `absent_owners`: the
    names of the owners on leave whose stand-in the editor is, by claim.
    """

    person: Person
    today: date
    groups: tuple[Group, ...]
    ahead: int
    ahead_from: date | None
    absent_owners: dict[int, str]

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.groups)

    @property
    def named(self) -> frozenset[int]:
        """The claims that stand in it by name."""
        return frozenset(row.id for group in self.groups for row in group.rows)

    def total(self, key: str) -> int:
        """How many claims a group has."""
        return next((group.total for group in self.groups if group.key == key), 0)


def read(session: Session, person: Person, now: Directory) -> Digest:
    """An editor's digest as things stand."""
    today, mine = now.today, _mine(person, now)
    conditions: dict[str, list[Condition]] = {
        "overdue": [_QUEUE, Claim.status.in_(WAITING), Claim.review_on < today, mine],
        "due": [_QUEUE, Claim.status.in_(WAITING), Claim.review_on >= today, Claim.review_on <= today + WEEK, mine],
        "signoff": [_PROPOSED, *_to_sign(person, now)],
    }
    groups = tuple(group for key, which in conditions.items() if (group := _group(session, key, which, person, now)).rows)
    ahead, ahead_from = _ahead(session, mine, now) if person.preferences.look_ahead else (0, None)
    return Digest(person, today, groups, ahead, ahead_from, _instead_of(groups, person, now))


def _mine(person: Person, now: Directory) -> ColumnElement[bool]:
    preferences = person.preferences
    owners = [person.id, *(each.id for each in now.absent_colleagues_of(person))] if preferences.own else []
    found: list[ColumnElement[bool]] = [Claim.owner_id.in_(owners)] if owners else []
    if preferences.unowned:
        gone = [each.id for each in now.people.values() if not each.works]
        found += [Claim.owner_id.is_(None), *([Claim.owner_id.in_(gone)] if gone else [])]
    return or_(false(), *found)


def _to_sign(person: Person, now: Directory) -> list[ColumnElement[bool]]:
    """Proposals for this editor or any signer, without their own and those of articles that they may not judge."""
    if not person.preferences.signoffs:
        return [false()]
    asked = [person.id, *(each.id for each in now.absent_colleagues_of(person))]
    proposer = select(Verdict.proposed_by_id).where(Verdict.id == Claim.proposal_id).scalar_subquery()
    found: list[ColumnElement[bool]] = [
        or_(Claim.requested_signer_id.is_(None), Claim.requested_signer_id.in_(asked)),
        proposer.is_distinct_from(person.id),
    ]
    if not now.newsroom.author_may_judge:
        author = select(Article.author_editor_id).where(Article.id == Claim.article_id).scalar_subquery()
        found.append(author.is_distinct_from(person.id))
    return found


def _group(session: Session, key: str, conditions: list[Condition], person: Person, now: Directory) -> Group:
    conditions = conditions if now.with_sample else [*conditions, Claim.is_sample.is_(False)]
    query = select(Claim.id).where(*conditions)
    ids = session.scalars(query.order_by(Claim.review_on, Claim.id).limit(SHOWN)).all()
    total = len(ids)
    if total == SHOWN:
        total = session.scalar(select(func.count()).select_from(query.limit(COUNTED).subquery())) or 0
    return Group(key, rows.in_order(session, ids, person.language), total)


def _ahead(session: Session, mine: ColumnElement[bool], now: Directory) -> tuple[int, date | None]:
    first = now.today + WEEK
    conditions = [] if now.with_sample else [Claim.is_sample.is_(False)]
    query = select(Claim.review_on).where(
        *conditions, _QUEUE, Claim.status.in_(WAITING), Claim.review_on > first, Claim.review_on <= now.today + AHEAD, mine
    )
    some = query.order_by(Claim.review_on).limit(COUNTED).subquery()
    count, earliest = session.execute(select(func.count(), func.min(some.c.review_on))).one()
    return count, earliest


def _instead_of(groups: Sequence[Group], person: Person, now: Directory) -> dict[int, str]:
    away = {each.id: each.name for each in now.absent_colleagues_of(person)}
    found = {}
    for group in groups:
        for row in group.rows:
            whose = row.asked if group.key == "signoff" else row.owner
            if whose is not None and whose.id in away:
                found[row.id] = away[whose.id]
    return found
