"""Reads of topics: the list, one with its claims, what filters offer."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.claims.models import ClaimTopic, Topic
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.queries.name_lists import choices_of, claims_page, unless_sample
from tracker.pagination import Order, Page, Place
from tracker.search.name_keys import sort_key
from tracker.sql import among, require_row

SIZE: Final = 100
COUNTED: Final = 1_000


@dataclass(frozen=True)
class TopicRow:
    """A topic in the list. `claims` is counted up to COUNTED + 1."""

    id: int
    label_en: str
    label_fr: str
    claims: int
    is_sample: bool

    def label(self, language: str) -> str:
        """The label in a language."""
        return self.label_fr if language == "fr" else self.label_en


def get_topic(session: Session, topic_id: int) -> Topic:
    """One topic. Raises NotFound."""
    return require_row(session, Topic, topic_id)


def list_topics(
    session: Session, language: str, *, with_sample: bool, after: str | None = None, before: str | None = None
) -> Page[TopicRow]:
    """One page of the topics by label, as people sort them, after or before the topic that a place names.

    No column sorts as people do, so the labels of all topics are read, and the rest for the topics of the page alone.
    """
    labels = select(Topic.id, Topic.label_fr if language == "fr" else Topic.label_en)
    found = session.execute(labels.where(*unless_sample(with_sample, Topic.is_sample)))
    ids = [row[0] for row in sorted(found, key=lambda row: (sort_key(row[1]), row[0]))]
    start = _start(ids, after, before)
    shown = ids[start : start + SIZE]
    rows = _rows(session, shown)
    return Page(
        [rows[id_] for id_ in shown],
        Place(None, shown[0]) if start > 0 else None,
        Place(None, shown[-1]) if start + SIZE < len(ids) else None,
    )


def _start(ids: list[int], after: str | None, before: str | None) -> int:
    """The index at which a page starts; 0 for a place that there is not."""
    places = {str(id_): index for index, id_ in enumerate(ids)} if after or before else {}
    if before in places:
        return max(0, places[before] - SIZE)
    start = places[after] + 1 if after in places else 0
    return start if start < len(ids) else 0


def _rows(session: Session, ids: list[int]) -> dict[int, TopicRow]:
    some = select(ClaimTopic.claim_id).where(ClaimTopic.topic_id == Topic.id).limit(COUNTED + 1).correlate(Topic).subquery()
    count = select(func.count()).select_from(some).scalar_subquery().label("claims")
    query = select(Topic.id, Topic.label_en, Topic.label_fr, count, Topic.is_sample).where(among(session, Topic.id, ids))
    return {row.id: TopicRow(*row) for row in session.execute(query)}


def claims_of_topic(
    session: Session, topic_id: int, language: str, *, after: str | None = None, before: str | None = None
) -> Page[ClaimRow]:
    """The claims on a topic, newest first."""
    query = select(ClaimTopic.claim_id).where(ClaimTopic.topic_id == topic_id)
    return claims_page(session, query, Order(ClaimTopic.claim_id, descending=True), language, after, before)


def topic_choices(
    session: Session, language: str, *, with_sample: bool, chosen: int | None = None, most: int | None = None
) -> list[tuple[int, str]]:
    """Topics to choose from, by label; the first `most` (OFFERED), and the chosen one."""
    label = Topic.label_fr if language == "fr" else Topic.label_en
    return choices_of(session, Topic.id, label, lambda: unless_sample(with_sample, Topic.is_sample), chosen, most)
