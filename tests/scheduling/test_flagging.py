"""The sweep: which claims it flags, when, and how often."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from tests.factories import change_settings, events_of, fresh, make_claim
from tests.scheduling.sweeps import sweep
from tests.support.processes import Process
from tracker import ledger
from tracker.claims.enums import Attribution, Certainty, Status
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.services import moves
from tracker.db import Database
from tracker.ledger.models import Event
from tracker.ledger.reading import one_moment
from tracker.ledger.verify import verify
from tracker.scheduling import jobs
from tracker.scheduling.jobs import flag_due

DAY = date(2024, 3, 11)


def never() -> bool:
    return False


def status_of(database: Database, claim: Claim) -> Status:
    return fresh(database, claim).status


def flags_of(database: Database, claim: Claim) -> list[dict[str, Any]]:
    return [json.loads(e.canonical)["data"] for e in events_of(database, claim) if e.kind == "claim.flag"]


def assert_history_verifies(database: Database) -> None:
    with one_moment(database) as session:
        assert verify(session).findings == []


def make_many(database: Database, count: int, **fields: Any) -> list[int]:
    """Open claims in bulk, for tests that need more than the desk's own moves would make in a second."""
    article = make_claim(database).article_id
    row = {
        "article_id": article, "statement": "It will rain.", "language": "en", "attribution": Attribution.ARTICLE,
        "certainty": Certainty.FLAT, "made_on": DAY, "review_on": DAY, "status": Status.OPEN, "due_cycle": 1, **fields,
    }  # fmt: skip
    with database.writing() as session:
        return list(session.scalars(insert(Claim).returning(Claim.id), [row] * count))


def test_flags_a_claim_on_its_day_and_not_before(database: Database):
    due = make_claim(database, "open", review_on=DAY)
    later = make_claim(database, "open", review_on=DAY + timedelta(days=1))

    assert flag_due(database, DAY - timedelta(days=1)) == 0
    assert flag_due(database, DAY) == 1

    assert status_of(database, due) is Status.DUE
    assert status_of(database, later) is Status.OPEN
    assert events_of(database, due)[-1].kind == "claim.flag"
    assert events_of(database, due)[-1].actor == "system"
    assert flag_due(database, DAY) == 0


@pytest.mark.parametrize("status", ["draft", "due", "proposed", "resolved", "withdrawn", "under_review"])
def test_flags_open_claims_alone(database: Database, status: str):
    claim = make_claim(database, status, review_on=DAY)
    before = fresh(database, claim)

    assert flag_due(database, DAY + timedelta(days=400)) == 0

    after = fresh(database, claim)
    assert (after.status, after.version, after.updated_at) == (before.status, before.version, before.updated_at)


def test_an_event_tells_what_was_set_and_in_which_cycle(database: Database):
    claim = make_claim(database, "open", review_on=DAY)

    flag_due(database, DAY)

    assert flags_of(database, claim) == [{"set": {"status": "due"}, "was": {"status": "open"}, "cycle": claim.due_cycle}]
    assert_history_verifies(database)


def test_leaves_the_version_alone_so_that_no_page_turns_stale(database: Database):
    claim = make_claim(database, "open", review_on=DAY)

    flag_due(database, DAY)

    assert fresh(database, claim).version == claim.version


def test_the_copies_that_topic_lists_sort_on_follow(database: Database, make_topic: Callable[..., Any]):
    topic = make_topic()
    claim = make_claim(database, "open", review_on=DAY, topics=[topic])

    flag_due(database, DAY)

    with database.reading() as session:
        assert session.scalars(select(ClaimTopic.status).where(ClaimTopic.claim_id == claim.id)).all() == ["due"]


def test_a_postponed_claim_is_flagged_again_in_its_next_cycle(database: Database):
    claim = make_claim(database, "open", review_on=DAY)
    flag_due(database, DAY)
    actor = ledger.Actor(None, frozenset({"system", "editor"}))
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        at = datetime(2024, 3, 11, 12, tzinfo=UTC)
        moves.postpone(session, own, DAY + timedelta(days=30), "Too early.", actor=actor, version=own.version, at=at)

    assert flag_due(database, DAY + timedelta(days=29)) == 0
    assert flag_due(database, DAY + timedelta(days=30)) == 1

    cycles = [data["cycle"] for data in flags_of(database, claim)]
    assert cycles == [claim.due_cycle, claim.due_cycle + 1]


@pytest.mark.parametrize(
    ("zone", "moment", "flagged"),
    [
        # The first zone of the world to reach a day, and the last.
        ("Pacific/Kiritimati", datetime(2024, 3, 10, 9, 59, 59, tzinfo=UTC), 0),
        ("Pacific/Kiritimati", datetime(2024, 3, 10, 10, 0, 0, tzinfo=UTC), 1),
        ("Pacific/Niue", datetime(2024, 3, 11, 10, 59, 59, tzinfo=UTC), 0),
        ("Pacific/Niue", datetime(2024, 3, 11, 11, 0, 0, tzinfo=UTC), 1),
        # The night the clocks go forward in Paris: 31 March begins in winter time.
        ("Europe/Paris", datetime(2024, 3, 10, 22, 59, 59, tzinfo=UTC), 0),
        ("Europe/Paris", datetime(2024, 3, 10, 23, 0, 0, tzinfo=UTC), 1),
    ],
)
def test_the_day_is_that_of_the_newsroom(
    database: Database, clock_at: Callable[[datetime], None], zone: str, moment: datetime, flagged: int
):
    make_claim(database, "open", review_on=DAY)
    change_settings(database, timezone=zone)
    clock_at(moment)

    assert jobs.flag(database, never)["flagged"] == flagged


def test_the_night_the_clocks_change_is_a_day_like_others(database: Database, clock_at: Callable[[datetime], None]):
    make_claim(database, "open", review_on=date(2024, 3, 31), deadline_on=date(2024, 3, 30))
    make_claim(database, "open", review_on=date(2024, 4, 1), deadline_on=date(2024, 3, 30))
    change_settings(database, timezone="Europe/Paris")

    clock_at(datetime(2024, 3, 30, 23, 0, tzinfo=UTC))
    assert jobs.flag(database, never) == {"day": "2024-03-31", "flagged": 1}
    clock_at(datetime(2024, 3, 31, 21, 59, 59, tzinfo=UTC))
    assert jobs.flag(database, never) == {"day": "2024-03-31", "flagged": 0}
    clock_at(datetime(2024, 3, 31, 22, 0, tzinfo=UTC))
    assert jobs.flag(database, never) == {"day": "2024-04-01", "flagged": 1}


def test_one_sweep_makes_up_for_a_week_off(database: Database):
    claims = [make_claim(database, "open", review_on=DAY + timedelta(days=n)) for n in range(7)]

    assert flag_due(database, DAY + timedelta(days=7)) == 7

    assert [len(flags_of(database, claim)) for claim in claims] == [1] * 7
    assert_history_verifies(database)


def test_works_through_more_than_one_batch(database: Database):
    ids = make_many(database, 23)

    assert flag_due(database, DAY, batch=5) == 23

    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Claim.id.in_(ids), Claim.status == Status.DUE)) == 23


def test_stops_between_two_batches_when_asked(database: Database):
    make_many(database, 20)
    answers = iter([False, False, True])

    assert flag_due(database, DAY, batch=5, stopping=lambda: next(answers)) == 10
    assert flag_due(database, DAY) == 10


def test_a_claim_in_another_hand_is_left_for_the_next_sweep(postgres_database: Database):
    held, free = make_many(postgres_database, 2)
    with postgres_database.writing() as session:
        session.execute(select(Claim.id).where(Claim.id == held).with_for_update())

        assert flag_due(postgres_database, DAY) == 1

    with postgres_database.reading() as session:
        assert session.get_one(Claim, free).status is Status.DUE
        assert session.get_one(Claim, held).status is Status.OPEN
    assert flag_due(postgres_database, DAY) == 1


def test_sweeps_of_several_processes_at_once_flag_each_claim_once(database: Database, database_url: str):
    ids = make_many(database, 300)

    sweeps = [Process(sweep, database_url, DAY, 20) for _ in range(4)]
    assert [each.wait() for each in sweeps] == [0] * 4, [each.said for each in sweeps]
    for each in sweeps:
        each.close()
    flag_due(database, DAY)

    with database.reading() as session:
        flags = session.scalars(select(Event.subject).where(Event.kind == "claim.flag")).all()
        assert sorted(flags) == sorted(f"claim:{number}" for number in ids)
        assert verify(session).findings == []
