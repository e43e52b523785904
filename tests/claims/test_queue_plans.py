"""How the queue is read: by its indexes, in as many queries for a thousand claims as for one."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.claims import crowd
from tests.claims.crowd import TODAY, Crowd, plans, watched, whole_table_reads
from tracker.claims.queries import people, queue
from tracker.claims.queries.queue import Asked, Filters, View
from tracker.db import Database


@pytest.fixture
def filled(database: Database) -> Crowd:
    return crowd.fill(database)


def filters_of(crowd: Crowd) -> dict[str, Filters]:
    one = crowd.speakers[3].id
    return {
        "nothing": Filters(),
        "owner": Filters(owner=crowd.editors[1].id),
        "nobody": Filters(unowned=True),
        "topic": Filters(topic=crowd.topics[2].id),
        "speaker": Filters(speakers=(one,)),
        "merged speakers": Filters(speakers=(one, crowd.speakers[4].id)),
        "article": Filters(article=crowd.articles[5].id),
        "owner and topic": Filters(owner=crowd.editors[1].id, topic=crowd.topics[2].id),
    }


def test_no_filter_view_or_order_of_the_queue_reads_all_claims(filled: Crowd, session: Session):
    bad = []
    for name, filters in filters_of(filled).items():
        for with_sample in (True, False):
            for newest in (False, True):
                asked = Asked(TODAY, filters, filled.editors[0].id, author_may_judge=False, with_sample=with_sample, newest_first=newest)

                def ask(asked: Asked = asked) -> None:
                    queue.counts(session, asked)
                    queue.read(session, asked, "fr")
                    for view in View:
                        first = queue.read(session, asked, "fr", view)
                        if first.groups[view].after:
                            queue.read(session, asked, "fr", view, after=str(first.groups[view].after))
                    queue.next_review(session, asked)

                found = plans(session, ask)
                bad += [(name, plan) for table in ("claim", "claim_topic", "verdict", "evidence") for plan in whole_table_reads(found, table)]
    assert [f"{name}: {plan}" for name, plan in bad] == []
