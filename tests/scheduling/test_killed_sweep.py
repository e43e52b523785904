"""A sweep that is killed, at whatever point, leaves each claim flagged once or not at all."""

import signal
from datetime import date, timedelta
from itertools import count

from sqlalchemy import func, select

from tests.factories import make_claim, make_topic
from tests.scheduling.sweeps import sweep
from tests.scheduling.test_flagging import assert_history_verifies, flags_of, status_of
from tests.support.processes import process, wait_until
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.scheduling.jobs import flag_due

DAY = date(2024, 3, 11)


def test_killed_at_each_point_of_the_sweep_every_claim_is_flagged_once(database: Database, database_url: str):
    topic = make_topic(database)
    all_claims = []
    for point in count(1):
        # Two in the first transaction and one in the second, so that a sweep can die between them, too.
        claims = [make_claim(database, "open", review_on=DAY - timedelta(days=n), topics=[topic]) for n in range(3)]
        all_claims += claims
        with process(sweep, database_url, DAY, 2, point) as sweeping:
            code = sweeping.wait()
        for claim in claims:
            is_due = status_of(database, claim) is Status.DUE
            assert len(flags_of(database, claim)) == int(is_due), f"half done when killed at point {point}"
        # Again, as the next tick would. PostgreSQL takes a moment to notice that a client died and to let go of its rows.
        wait_until(lambda: _all_flagged(database))
        if code == 0:
            break
        assert code == -signal.SIGKILL, sweeping.said
    # Two transactions of eight statements or so, with a point before and after each.
    assert point > 30
    assert [len(flags_of(database, claim)) for claim in all_claims] == [1] * len(all_claims)
    assert_history_verifies(database)


def _all_flagged(database: Database) -> bool:
    flag_due(database, DAY)
    with database.reading() as session:
        return not session.scalar(select(func.count()).where(Claim.status == Status.OPEN))
