"""The figures of the overview count what is there, by week, month and owner."""

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.claims.crowd import watched
from tests.factories import REVIEW_ON, make_article, make_claim, make_editor, make_topic
from tracker.claims.enums import Outcome
from tracker.db import Database
from tracker.overview import queries
from tracker.overview.queries import Delays, Overview, Scope, list_months
from tracker.scores import jobs

TODAY = date(2024, 3, 20)  # a Wednesday
PARIS = ZoneInfo("Europe/Paris")


def load(database: Database, *, today: date = TODAY, **scope: object) -> Overview:
    with database.reading() as session:
        return queries.load_overview(session, Scope(**scope), today, PARIS, with_sample=False)


def test_upcoming_separates_the_backlog_from_the_weeks(database: Database):
    make_claim(database, "due", review_on=TODAY - timedelta(days=1), deadline_on=None)
    make_claim(database, "due", review_on=TODAY, deadline_on=None)
    make_claim(database, "open", review_on=TODAY + timedelta(days=5), deadline_on=None)
    make_claim(database, "open", review_on=TODAY + timedelta(weeks=20), deadline_on=None)
    make_claim(database, "draft", review_on=TODAY)
    upcoming = load(database).upcoming
    assert upcoming.overdue == 1
    assert upcoming.weeks[0] == (date(2024, 3, 18), 1)
    assert upcoming.weeks[1] == (date(2024, 3, 25), 1)
    assert sum(count for _, count in upcoming.weeks) == 2
    assert len(upcoming.weeks) == queries.WEEKS


def test_months_count_signed_verdicts_by_outcome(database: Database):
    make_claim(database, "resolved")
    make_claim(database, "resolved", outcome=Outcome.REFUTED)
    make_claim(database, "proposed")
    months = load(database, months=6).months
    assert [month.first for month in months] == list_months(TODAY, 6)
    assert months[-1].outcomes == {Outcome.CONFIRMED: 1, Outcome.REFUTED: 1}
    assert sum(month.total for month in months[:-1]) == 0


def test_delay_runs_from_the_review_date_to_the_signature(database: Database):
    make_claim(database, "resolved")
    make_claim(database, "resolved", deadline_on=REVIEW_ON + timedelta(days=3))
    make_claim(database, "under_review")
    assert load(database).delays.days == [0, 4]


def test_busiest_articles_come_first(database: Database):
    busy, quiet = make_article(database, "Busy"), make_article(database, "Quiet")
    for _ in range(2):
        make_claim(database, "due", article=busy)
    make_claim(database, "open", article=quiet, review_on=TODAY + timedelta(days=9))
    make_claim(database, "resolved", article=quiet)
    assert [(a.title, a.open, a.overdue) for a in load(database).busiest.rows] == [("Busy", 2, 2), ("Quiet", 1, 0)]


def test_latest_verdicts_are_signed_ones(database: Database):
    claim = make_claim(database, "resolved")
    make_claim(database, "proposed")
    assert [verdict.claim_id for verdict in load(database).latest] == [claim.id]


def test_scope_narrows_every_figure(database: Database):
    topic, owner = make_topic(database), make_editor(database)
    make_claim(database, "due", topics=[topic], owner=owner)
    make_claim(database, "due")
    make_claim(database, "resolved")
    assert load(database).upcoming.overdue == 2
    for scope in ({"topic_id": topic.id}, {"owner_id": owner.id}):
        narrowed = load(database, **scope)
        assert narrowed.upcoming.overdue == 1
        assert narrowed.latest == []
        assert len(narrowed.busiest.rows) == 1


def test_judged_counts_come_from_the_scorecards(database: Database):
    make_claim(database, "resolved")
    assert load(database).counts is None
    jobs.count_as_of(database, TODAY)
    counts = load(database).counts
    assert counts is not None
    assert (counts.ripe, counts.judged) == (1, 1)


def test_sample_is_left_out_unless_asked_for(database: Database):
    make_claim(database, "due", article=make_article(database, is_sample=True))
    assert load(database).upcoming.overdue == 0
    with database.reading() as session:
        assert queries.load_overview(session, Scope(), TODAY, PARIS, with_sample=True).upcoming.overdue == 1


def test_owners_are_listed_by_name_with_their_load(database: Database):
    zoe, ada = make_editor(database, "Zoé"), make_editor(database, "Ada")
    make_claim(database, "due", owner=zoe)
    make_claim(database, "due", owner=ada)
    make_claim(database, "proposed", owner=ada)
    make_claim(database, "due")
    with database.reading() as session:
        found = queries.load_owners(session, Scope(), TODAY, with_sample=False)
    assert sorted((o.name, o.open, o.overdue, o.proposed) for o in found) == [("", 1, 1, 0), ("Ada", 2, 1, 1), ("Zoé", 1, 1, 0)]


def test_number_of_queries_does_not_depend_on_claims(database: Database):
    def count() -> int:
        with database.reading() as session, watched(session) as seen:
            queries.load_overview(session, Scope(), TODAY, PARIS, with_sample=False)
        return len(seen)

    few = count()
    for _ in range(5):
        make_claim(database, "resolved", article=make_article(database))
    assert count() == few


@pytest.mark.parametrize(("days", "median", "half"), [([1] * 9, None, None), (list(range(11)), 5, (2, 8))])
def test_few_delays_have_no_median(days, median, half):
    assert (Delays(days).median, Delays(days).middle_half) == (median, half)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 40))
def test_months_are_consecutive_first_days(today, months):
    firsts = list_months(today, months)
    assert firsts[-1] == today.replace(day=1)
    assert all((later - earlier).days in (28, 29, 30, 31) and later.day == 1 for earlier, later in pairwise(firsts))
