"""How the queue is read: by its indexes, and in as many queries for a thousand claims as for one."""

import re
from collections.abc import Callable, Generator
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.claims import crowd
from tests.claims.crowd import TODAY, Crowd, plans, watched, whole_table_reads
from tests.support.databases import BACKENDS, Databases
from tracker.claims.queries import article_claims, queue, speakers, topics
from tracker.claims.queries.queue_groups import NO_DESK, Asked, Filters, View
from tracker.db import Database


@pytest.fixture(scope="module", params=BACKENDS)
def crowded(request: pytest.FixtureRequest, databases: Databases) -> Generator[tuple[Database, Crowd]]:
    """A database with many claims; only read here, so that it is filled once."""
    own = databases.create(request.param, fresh=True)
    database = own.open()
    yield database, crowd.fill(database, 4_000)
    own.remove()


@pytest.fixture
def filled(crowded: tuple[Database, Crowd]) -> Crowd:
    return crowded[1]


@pytest.fixture
def session(crowded: tuple[Database, Crowd]) -> Generator[Session]:
    with crowded[0].reading() as session:
        yield session


def filters_of(crowd: Crowd) -> dict[str, Filters]:
    one = crowd.speakers[3].id
    return {
        "nothing": Filters(),
        "owner": Filters(owner=crowd.editors[1].id),
        "nobody": Filters(unowned=True),
        "desk": Filters(desk=crowd.desk),
        "few of a desk": Filters(desk=crowd.desk, by_owner=True),
        "few of no desk": Filters(desk=NO_DESK, by_owner=True),
        "desk and topic": Filters(desk=crowd.desk, topic=crowd.topics[2].id),
        "owner and desk": Filters(owner=crowd.editors[1].id, desk=crowd.desk, by_owner=True),
        "topic": Filters(topic=crowd.topics[2].id),
        "speaker": Filters(speakers=(one,)),
        "merged speakers": Filters(speakers=(one, crowd.speakers[4].id)),
        "article": Filters(article=crowd.articles[5].id),
        "owner and topic": Filters(owner=crowd.editors[1].id, topic=crowd.topics[2].id),
    }


def use_the_queue(session: Session, asked: Asked) -> None:
    """Look at everything that the queue has, and turn one page of each group."""
    queue.counts(session, asked)
    queue.read(session, asked, "fr")
    for view in View:
        group = queue.read(session, asked, "fr", view).groups[view]
        if group.after:
            queue.read(session, asked, "fr", view, after=str(group.after))
    queue.next_review(session, asked)


def test_no_filter_or_order_of_the_queue_reads_all_claims(filled: Crowd, session: Session):
    bad = []
    for name, filters in filters_of(filled).items():
        for with_sample, newest in ((True, False), (False, True)):
            asked = Asked(TODAY, filters, filled.editors[0].id, False, with_sample, newest)
            found = plans(session, lambda asked=asked: use_the_queue(session, asked))
            bad += [f"{name}: {plan}" for table in ("claim", "claim_topic") for plan in whole_table_reads(found, table)]
    assert bad == []


@pytest.mark.parametrize(
    ("view", "index"),
    [
        (View.OVERDUE, "ix_claim_queue"),
        (View.DUE, "ix_claim_queue"),
        (View.UPCOMING, "ix_claim_queue"),
        (View.SIGNOFF, "ix_claim_proposed"),
    ],
)
def test_each_group_walks_the_index_made_for_it(filled: Crowd, session: Session, view: View, index: str):
    found = plans(session, lambda: queue.read(session, Asked(TODAY), "en", view))
    assert re.search(rf"\b{index}\b", found[0])
    if session.get_bind().dialect.name == "sqlite":
        # PostgreSQL may sort the few rows of a short range.
        assert "TEMP B-TREE" not in found[0]


@pytest.mark.parametrize(
    ("name", "index"),
    [("owner", "ix_claim_queue_owner"), ("speaker", "ix_claim_queue_speaker"), ("topic", "ix_claim_topic_queue")],
)
def test_a_filter_walks_the_index_made_for_it(filled: Crowd, session: Session, name: str, index: str):
    asked = Asked(TODAY, filters_of(filled)[name])
    assert index in plans(session, lambda: queue.read(session, asked, "en", View.UPCOMING))[0]


@pytest.mark.parametrize("desk", [NO_DESK, 1])
def test_few_claims_of_a_desk_are_read_by_their_owners_and_many_in_order(
    filled: Crowd, session: Session, monkeypatch: pytest.MonkeyPatch, desk: int
):
    few = queue.planned(session, Filters(desk=desk))
    monkeypatch.setattr(queue, "LONG", 5)
    many = queue.planned(session, Filters(desk=desk))
    assert (few.by_owner, many.by_owner) == (True, False)

    def shown(filters: Filters) -> list[int]:
        return [row.id for row in queue.read(session, Asked(TODAY, filters), "en", View.OVERDUE).groups[View.OVERDUE].rows]

    assert shown(few) == shown(many) != []
    if session.get_bind().dialect.name == "sqlite":
        asked = Asked(TODAY, few)
        plan = plans(session, lambda: queue.read(session, asked, "en", View.OVERDUE))[0]
        assert "SEARCH claim USING INDEX ix_claim_queue_owner (owner_id" in plan.replace("COVERING ", "")
        assert "SCAN claim" not in plan


def test_desk_and_topic_are_read_from_the_shorter_list(filled: Crowd, session: Session):
    both = Filters(desk=filled.desk, topic=filled.topics[1].id)
    assert not queue.planned(session, both).by_owner
    assert queue.planned(session, replace(both, desk=2**40)).by_owner


def test_with_an_owner_and_a_topic_the_shorter_list_is_read(filled: Crowd, session: Session, monkeypatch: pytest.MonkeyPatch):
    long, short = Filters(owner=filled.editors[1].id, topic=filled.topics[1].id), Filters(owner=2**40, topic=filled.topics[1].id)
    assert queue.planned(session, long) == long
    assert queue.planned(session, short).by_owner
    monkeypatch.setattr(queue, "LONG", 0)
    assert queue.planned(session, short) == short

    def shown(filters: Filters) -> list[int]:
        return [row.id for row in queue.read(session, Asked(TODAY, filters), "en", View.OVERDUE).groups[View.OVERDUE].rows]

    few = replace(long, by_owner=True)
    assert shown(few) == shown(long) != []
    if session.get_bind().dialect.name == "sqlite":
        asked = Asked(TODAY, few)
        assert "ix_claim_queue_owner" in plans(session, lambda: queue.read(session, asked, "en", View.OVERDUE))[0]


@pytest.mark.parametrize(
    ("name", "index"),
    [("owner", "ix_claim_proposed_owner"), ("speaker", "ix_claim_proposed_speaker"), ("topic", "ix_claim_topic_proposed")],
)
def test_what_waits_for_a_signature_has_an_index_for_each_filter(filled: Crowd, session: Session, name: str, index: str):
    asked = Asked(TODAY, filters_of(filled)[name], signer=filled.editors[0].id)
    assert index in plans(session, lambda: queue.read(session, asked, "en", View.SIGNOFF))[0]


def test_pages_of_speakers_topics_and_articles_do_not_read_all_claims(filled: Crowd, session: Session):
    def ask() -> None:
        speakers.list_speakers(session, "", with_sample=True)
        topics.list_topics(session, "en", with_sample=True)
        first = speakers.claims_of_speaker(session, filled.speakers[3].id, "en")
        speakers.claims_of_speaker(session, filled.speakers[3].id, "en", after=str(first.after))
        first = topics.claims_of_topic(session, filled.topics[3].id, "en")
        topics.claims_of_topic(session, filled.topics[3].id, "en", after=str(first.after))
        first = article_claims.list_article_claims(session, filled.articles[7].id, "en")
        article_claims.list_article_claims(session, filled.articles[7].id, "en", after=str(first.rows[9].id))
        article_claims.count_by_state(session, filled.articles[7].id, TODAY)
        article_claims.placed_claims(session, filled.articles[7].id, 1, TODAY, first=1, last=200)
        article_claims.counts_of_articles(session, [article.id for article in filled.articles[:3]])

    found = plans(session, ask)
    assert [plan for table in ("claim", "claim_topic") for plan in whole_table_reads(found, table)] == []


def queries_of(session: Session, ask: Callable[[], object]) -> int:
    with watched(session) as seen:
        ask()
    return len(seen)


def test_the_queue_takes_as_many_queries_for_a_thousand_rows_as_for_a_few(filled: Crowd, session: Session):
    many = Asked(TODAY, signer=filled.editors[0].id)
    few = replace(many, filters=Filters(article=filled.articles[5].id))
    shown = queue.read(session, few, "fr")
    assert 0 < sum(len(group.rows) for group in shown.groups.values()) < 40
    assert queries_of(session, lambda: queue.read(session, many, "fr")) == queries_of(
        session, lambda: queue.read(session, few, "fr")
    )
    assert queries_of(session, lambda: queue.read(session, many, "fr")) <= 10
    assert queries_of(session, lambda: queue.counts(session, many)) == 1
