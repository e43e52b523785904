"""The groups of the review queue: which claims are in each, by which filters, and from which index their ids are read."""

import enum
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, and_, or_, select, text, true, union_all

from tracker.accounts.models import Editor
from tracker.articles.models import Article
from tracker.claims.enums import Status
from tracker.claims.models import Claim, ClaimTopic, Verdict
from tracker.claims.visibility import names_speaker
from tracker.pagination import Order
from tracker.sql import AnySelect

WEEK: Final = timedelta(days=6)  # today and the six days after it
MONTH: Final = timedelta(days=30)
# Literal, word for word as in the indexes: a database uses a partial index only where it can see that the condition implies it.
WAITING: Final = {
    "claim": text("claim.status IN ('open', 'due', 'proposed')"),
    "claim_topic": text("claim_topic.status IN ('open', 'due', 'proposed')"),
}
_PROPOSED: Final = {"claim": text("claim.status = 'proposed'"), "claim_topic": text("claim_topic.status = 'proposed'")}


NO_DESK: Final = 0


class View(enum.StrEnum):
    """The groups of the queue. Keys stand in addresses."""

    OVERDUE = "overdue"
    DUE = "due"
    SIGNOFF = "signoff"
    UPCOMING = "upcoming"


@dataclass(frozen=True)
class Filters:
    """Filters of the queue; None does not filter. `unowned`: claims without owner. `desk`: to which the owner belongs;
    NO_DESK: owners of none, and claims without owner. `speakers`: one, with those merged into it.
    """

    owner: int | None = None
    unowned: bool = False
    desk: int | None = None
    topic: int | None = None
    speakers: tuple[int, ...] = ()
    with_implied: bool = True  # whether claims that are only implied to be theirs count as a speaker's
    article: int | None = None
    by_owner: bool = (
        False  # whether the list is that of the owner, or of the desk's owners, and the rest is looked up; see `planned`
    )

    def __bool__(self) -> bool:
        # What a role may not see is not counted as a chosen filter.
        return replace(self, with_implied=True) != Filters()


@dataclass(frozen=True)
class Asked:
    """For whom the queue is read, and on which day. `signer`: the editor who could sign, None for one whose role may not."""

    today: date
    filters: Filters = Filters()
    signer: int | None = None
    author_may_judge: bool = True
    with_sample: bool = True
    newest_first: bool = False


def select_ids(asked: Asked, view: View, *more: ColumnElement[bool]) -> tuple[AnySelect, Order]:
    """The ids and review days of a group, and their order; `more` narrows it further."""
    filters = asked.filters
    narrowing = [*sample_conditions(asked), *owner_conditions(filters), *_speaker_conditions(filters), *more]
    if filters.topic is not None and filters.article is None and not filters.speakers and not filters.by_owner:
        conditions = [ClaimTopic.topic_id == filters.topic, *_in_group(view, asked.today, ClaimTopic)]
        if narrowing:
            # Looked up for each, like all that is not in the index. A join would let the planner read every claim beforehand.
            conditions.append(select(Claim.id).where(Claim.id == ClaimTopic.claim_id, *narrowing).scalar_subquery().is_not(None))
        index = "ix_claim_topic_proposed" if view is View.SIGNOFF else "ix_claim_topic_queue"
        return _listed(asked, ClaimTopic, ClaimTopic.claim_id, conditions, index)
    if filters.article is not None:
        narrowing.append(Claim.article_id == filters.article)
    if filters.topic is not None:
        # What an article, a speaker or such an owner has is little, so it is the list, and the topic is looked up for each.
        in_topic = select(ClaimTopic.claim_id).where(ClaimTopic.topic_id == filters.topic, ClaimTopic.claim_id == Claim.id)
        narrowing.append(in_topic.scalar_subquery().is_not(None))
    conditions = [*_in_group(view, asked.today, Claim), *narrowing]
    index = _index(filters, view)
    if filters.desk == NO_DESK and filters.by_owner and filters.article is None and not filters.speakers:
        found = select_of_owners(filters, select(Claim.id, Claim.review_on).where(*conditions), index).subquery()
        return select(found.c.id, found.c.review_on), Order(found.c.id, found.c.review_on, descending=asked.newest_first)
    return _listed(asked, Claim, Claim.id, conditions, index)


def may_sign(asked: Asked) -> ColumnElement[bool]:
    """Of proposals: whether the reader may sign them. Looked up for each row that the index gives, never joined."""
    if asked.signer is None:
        return true()
    proposer = select(Verdict.proposed_by_id).where(Verdict.id == Claim.proposal_id).scalar_subquery()
    may = proposer.is_distinct_from(asked.signer)
    if asked.author_may_judge:
        return may
    author = select(Article.author_editor_id).where(Article.id == Claim.article_id).scalar_subquery()
    return and_(may, author.is_distinct_from(asked.signer))


def by_index(query: AnySelect, table: type[Claim | ClaimTopic], index: str) -> AnySelect:
    """The query, read from this index."""
    # SQLite knows little of how values are spread and takes the index on the bare status instead, which it then has to sort.
    return query.with_hint(table, f"INDEXED BY {index}", "sqlite")


def sample_conditions(asked: Asked) -> list[ColumnElement[bool]]:
    """What leaves the sample article out, where it is not shown."""
    return [] if asked.with_sample else [Claim.is_sample.is_(False)]


def owner_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """What narrows the queue to one owner, to claims without one, and to those of a desk."""
    conditions: list[ColumnElement[bool]] = []
    if filters.unowned:
        conditions.append(Claim.owner_id.is_(None))
    elif filters.owner is not None:
        conditions.append(Claim.owner_id == filters.owner)
    if filters.desk is not None:
        conditions.append(is_of_desk(filters.desk))
    return conditions


def select_of_owners(filters: Filters, query: AnySelect, index: str) -> AnySelect | CompoundSelect[*tuple[Any, ...]]:
    """The query of claims narrowed to those of the owners, and read from this index, which has the owner first."""
    narrowed = by_index(query.where(*owner_conditions(filters)), Claim, index)
    if filters.desk != NO_DESK:
        return narrowed
    # SQLite would go through the whole index for either of two conditions.
    return union_all(*(narrowed.where(condition) for condition in _desk_conditions(NO_DESK)))


def is_of_desk(desk: int) -> ColumnElement[bool]:
    """The condition for claims of a desk; of NO_DESK, for those without an owner, too."""
    return or_(*_desk_conditions(desk))


def _desk_conditions(desk: int) -> list[ColumnElement[bool]]:
    """Conditions of which one holds of each claim of a desk, and only one."""
    if desk == NO_DESK:
        return [Claim.owner_id.is_(None), Claim.owner_id.in_(select(Editor.id).where(Editor.desk_id.is_(None)))]
    return [Claim.owner_id.in_(select(Editor.id).where(Editor.desk_id == desk))]


def _speaker_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    if not filters.speakers:
        return []
    one = len(filters.speakers) == 1
    theirs = Claim.speaker_id == filters.speakers[0] if one else Claim.speaker_id.in_(filters.speakers)
    return [theirs] if filters.with_implied else [theirs, names_speaker()]


def _listed(
    asked: Asked, table: type[Claim | ClaimTopic], id_: Any, conditions: list[ColumnElement[bool]], index: str
) -> tuple[AnySelect, Order]:
    query = select(id_.label("id"), table.review_on.label("review_on")).where(*conditions)
    return by_index(query, table, index), Order(id_, table.review_on, descending=asked.newest_first)


def _index(filters: Filters, view: View) -> str:
    """The index that leaves the least to look at."""
    if filters.article is not None:
        return "ix_claim_article_id"
    group = "ix_claim_proposed" if view is View.SIGNOFF else "ix_claim_queue"
    if filters.speakers:
        return f"{group}_speaker"
    return f"{group}_owner" if filters.owner is not None or filters.unowned or filters.by_owner else group


def _in_group(view: View, today: date, table: type[Claim | ClaimTopic]) -> list[Any]:
    if view is View.SIGNOFF:
        return [_PROPOSED[table.__tablename__]]
    # Open or due alike: overdue claims are shown even if the scheduler has not flagged them.
    group: list[Any] = [WAITING[table.__tablename__], table.status.in_((Status.OPEN, Status.DUE))]
    day: Any = table.review_on
    if view is View.OVERDUE:
        return [*group, day < today]
    if view is View.DUE:
        return [*group, day >= today, day <= today + WEEK]
    return [*group, day > today + WEEK, day <= today + MONTH]
