"""The cells follow the claims, in the transaction of each change and as days pass."""

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import (
    DEADLINE_ON,
    DESK,
    REVIEW_ON,
    make_article,
    make_claim,
    make_editor,
    make_speaker,
    make_topic,
    on,
)
from tests.ledger.support import CHIEF
from tests.scores.support import count_all, differences
from tracker.claims.enums import Attribution, Certainty, Outcome, RelationKind, VerdictKind, WithdrawReason
from tracker.claims.models import Claim, Speaker
from tracker.claims.services import editing, evidence, moves, speakers
from tracker.db import Database
from tracker.scores import cells, jobs, queries
from tracker.scores.cards import CountTotals, Selection
from tracker.scores.models import ScoreCell, TopicCell


def totals(database: Database, selection: Selection | None = None) -> CountTotals:
    with database.reading() as session:
        card = queries.load_card(session, selection or Selection())
    assert card is not None
    return card.counts


def test_first_count_fills_the_cells(database: Database):
    make_claim(database, "resolved", topics=[make_topic(database)])
    assert differences(database) == []  # nothing is counted yet, so nothing is compared
    count_all(database)
    assert totals(database) == CountTotals(tracked=1, ripe=1, confirmed=1)
    assert differences(database) == []


@pytest.mark.parametrize(
    ("status", "counted"),
    [
        ("draft", CountTotals()),
        ("withdrawn", CountTotals()),
        ("open", CountTotals(tracked=1, ripe=1, overdue=1)),
        ("due", CountTotals(tracked=1, ripe=1, overdue=1)),
        ("proposed", CountTotals(tracked=1, ripe=1, overdue=1)),
        ("resolved", CountTotals(tracked=1, ripe=1, confirmed=1)),
        ("under_review", CountTotals(tracked=1, ripe=1, confirmed=1, under_review=1)),
    ],
)
def test_status_decides_how_a_claim_counts(database: Database, status: str, counted: CountTotals):
    make_claim(database, status)
    count_all(database)
    assert totals(database) == counted


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [
        (Outcome.PARTLY_CONFIRMED, CountTotals(tracked=1, ripe=1, partly=1)),
        (Outcome.REFUTED, CountTotals(tracked=1, ripe=1, refuted=1)),
        (Outcome.UNRESOLVABLE, CountTotals(tracked=1, ripe=1, unresolvable=1)),
        (Outcome.VOID, CountTotals(tracked=1, ripe=1, void=1)),
    ],
)
def test_outcome_decides_how_a_claim_counts(database: Database, outcome: Outcome, counted: CountTotals):
    make_claim(database, "resolved", outcome=outcome)
    count_all(database)
    assert totals(database) == counted


def test_verdict_before_the_deadline_is_early_until_the_deadline_passes(database: Database):
    make_claim(database, "resolved")
    count_all(database, DEADLINE_ON - timedelta(days=1))
    assert totals(database) == CountTotals(tracked=1, early=1)
    count_all(database, DEADLINE_ON)
    assert totals(database) == CountTotals(tracked=1, ripe=1, confirmed=1)


def test_review_date_counts_where_there_is_no_deadline(database: Database):
    make_claim(database, "open", deadline_on=None)
    count_all(database, REVIEW_ON - timedelta(days=1))
    assert totals(database) == CountTotals(tracked=1)
    count_all(database, REVIEW_ON)
    assert totals(database) == CountTotals(tracked=1, ripe=1, overdue=1)


def test_implied_claim_counts_nowhere(database: Database):
    speaker = make_speaker(database)
    make_claim(database, "resolved", speaker_id=speaker.id, attribution=Attribution.IMPLIED)
    count_all(database)
    assert totals(database) == CountTotals()
    assert totals(database, Selection(speaker_id=speaker.id)) == CountTotals()


def test_duplicate_claim_counts_nowhere(database: Database):
    count_all(database)
    first = make_claim(database, "resolved")
    second = make_claim(database, "resolved")
    assert totals(database).confirmed == 2
    with database.writing() as session:
        own = session.get_one(Claim, second.id)
        evidence.relate(session, own, first.id, RelationKind.DUPLICATE_OF, actor=DESK)
    assert totals(database).confirmed == 1
    assert differences(database) == []


@pytest.mark.parametrize("certainty", [Certainty.POSSIBLE_ONLY, Certainty.COMPARATIVE, Certainty.NOT_A_PROBABILITY])
def test_claim_without_probability_is_an_event_and_never_in_a_rate(database: Database, certainty: Certainty):
    make_claim(database, "resolved", certainty=certainty)
    count_all(database)
    with database.reading() as session:
        card = queries.load_card(session, Selection())
    assert card is not None
    assert card.counts == CountTotals()
    assert (card.in_full, card.bands, card.brier) == (None, [], None)
    assert [(row.certainty, row.counts.confirmed) for row in card.events] == [(certainty, 1)]


def test_change_updates_the_cells_in_its_transaction(database: Database):
    count_all(database)
    claim = make_claim(database, "resolved")
    assert totals(database) == CountTotals(tracked=1, ripe=1, confirmed=1)
    editor = make_editor(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        moves.reopen(session, own, VerdictKind.CORRECTION, "The text was read wrongly.", actor=editor.actor, version=own.version)
    assert totals(database).under_review == 1
    assert differences(database) == []


def test_rollback_leaves_the_cells(database: Database):
    claim = make_claim(database, "due")
    count_all(database)
    with contextlib.suppress(ZeroDivisionError), database.writing() as session:
        own = session.get_one(Claim, claim.id)
        moves.withdraw(session, own, WithdrawReason.MISTAKE, "", actor=DESK, version=own.version)
        raise ZeroDivisionError
    assert totals(database) == CountTotals(tracked=1, ripe=1, overdue=1)
    assert differences(database) == []


def test_changed_terms_move_a_claim_to_other_cells(database: Database):
    speaker, topic = make_speaker(database), make_topic(database)
    claim = make_claim(database, "open", hedge="probably", certainty=Certainty.HEDGED)
    count_all(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        given = {"speaker_id": speaker.id, "attribution": Attribution.STATED, "hedge": "May"}
        editing.edit(session, own, given, actor=DESK, version=own.version)
        editing.set_topics(session, own, (topic.id,), actor=DESK)
    with database.reading() as session:
        assert session.scalars(select(ScoreCell.hedge)).all() == ["may"]
        assert session.scalars(select(TopicCell.topic_id)).all() == [topic.id]
    assert totals(database, Selection(speaker_id=speaker.id)).overdue == 1
    assert totals(database, Selection(speaker_id=0)) == CountTotals()
    assert differences(database) == []


def test_samples_count_in_a_demonstration_alone(database: Database):
    make_claim(database, "resolved", article=make_article(database, is_sample=True))
    count_all(database)
    assert totals(database) == CountTotals()


def test_job_counts_each_day_once(database: Database, clock_at):
    make_claim(database, "open")
    clock_at(on(DEADLINE_ON - timedelta(days=1)))
    assert jobs.count_ripe(database, lambda: False)["articles"] == 1
    assert jobs.count_ripe(database, lambda: False)["articles"] == 0
    assert totals(database).overdue == 0
    clock_at(on(DEADLINE_ON))
    assert jobs.count_ripe(database, lambda: False)["articles"] == 1
    assert totals(database).overdue == 1
    clock_at(on(DEADLINE_ON + timedelta(days=9)))
    assert jobs.count_ripe(database, lambda: False)["articles"] == 0  # nothing ripened since
    assert differences(database) == []


def test_job_catches_up_after_an_interrupted_day(database: Database, clock_at):
    make_claim(database, "open")
    clock_at(on(DEADLINE_ON - timedelta(days=3)))
    jobs.count_ripe(database, lambda: False)
    clock_at(on(DEADLINE_ON))
    jobs.count_ripe(database, lambda: True)  # stopped before it counted anything
    clock_at(on(DEADLINE_ON + timedelta(days=1)))
    jobs.count_ripe(database, lambda: False)
    assert totals(database).overdue == 1
    assert differences(database) == []


def test_job_counts_again_when_the_day_goes_back(database: Database, clock_at):
    make_claim(database, "open")
    clock_at(on(DEADLINE_ON))
    jobs.count_ripe(database, lambda: False)
    clock_at(on(DEADLINE_ON - timedelta(days=1)))
    jobs.count_ripe(database, lambda: False)
    assert totals(database).overdue == 0
    assert differences(database) == []


def test_differences_name_a_cell_that_was_tampered_with(database: Database):
    make_claim(database, "resolved")
    count_all(database)
    with database.writing() as session:
        session.scalars(select(ScoreCell)).one().confirmed = 5
    [(table, key)] = differences(database)
    assert (table, key[4]) == ("score_cell", "flat")


def test_speakers_merged_while_a_day_is_being_counted_are_counted_once(database: Database):
    one, other = make_speaker(database), make_speaker(database)
    articles = [make_article(database) for _ in range(3)]
    for place, speaker in enumerate((one, other, one, other)):
        given = {"speaker_id": speaker.id, "attribution": Attribution.STATED}
        make_claim(database, "resolved" if place % 2 else "due", article=articles[place * 2 // 3], **given)
    count_all(database, DEADLINE_ON - timedelta(days=1))
    assert totals(database, Selection(speaker_id=one.id)).ripe == 0
    with database.writing() as session:
        assert cells.start_day(session, DEADLINE_ON)
    with database.writing() as session:
        speakers.merge(session, session.get_one(Speaker, other.id), one.id, actor=CHIEF)
    jobs.count_as_of(database, DEADLINE_ON)
    assert totals(database, Selection(speaker_id=one.id)) == CountTotals(tracked=4, ripe=4, confirmed=2, overdue=2)
    assert totals(database, Selection(speaker_id=other.id)) == CountTotals()
    assert differences(database) == []
