"""Scorecards agree with the worked example, however they are split."""

import pytest
from sqlalchemy import select

from tests.factories import PUBLISHED_ON, make_article, make_claim, make_editor, make_speaker, make_topic
from tests.scores.support import count_all, make_worked_example
from tracker.accounts.roles import Role
from tracker.claims.enums import Attribution, Certainty, Outcome
from tracker.claims.models import Claim, Speaker
from tracker.claims.services import speakers
from tracker.db import Database
from tracker.errors import Invalid
from tracker.ledger import Actor
from tracker.scores import queries
from tracker.scores.cards import CountTotals, Grouping, Selection
from tracker.scores.rates import BandFit, SampleSize

CHIEF = Actor(None, frozenset({Role.SYSTEM, Role.CHIEF, Role.EDITOR}))


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-4)


def load(database: Database, **selection: object) -> queries.Card:
    with database.reading() as session:
        card = queries.load_card(session, Selection(**selection))
    assert card is not None
    return card


def groups(database: Database, by: Grouping, **selection: object) -> list[queries.GroupRow]:
    with database.reading() as session:
        return list(queries.load_groups(session, by, Selection(**selection)).rows)


def test_card_agrees_with_the_worked_example(database: Database):
    make_worked_example(database)
    count_all(database)
    card = load(database)
    assert card.counts == CountTotals(tracked=30, ripe=30, confirmed=12, partly=2, refuted=10, unresolvable=2, void=1, overdue=3)
    full, partly = card.in_full, card.at_least_partly
    assert full is not None
    assert (full.effective_claims, full.value, full.low, full.high) == (near(8.8889), near(0.5), near(0.2253), near(0.7747))
    assert partly is not None
    assert (partly.effective_claims, partly.value) == (near(14.2574), near(0.5833))
    assert (partly.low, partly.high) == (near(0.3378), near(0.7935))
    assert card.limits == (near(12 / 27), near(15 / 27))
    assert (card.judged_share, card.overdue_share) == (near(0.8), near(0.1))
    assert full.size is SampleSize.SMALL


def test_bands_leave_out_retrospective_criteria(database: Database):
    judged = make_worked_example(database)
    late = {claim.id for claim in judged[::2]}
    with database.writing() as session:
        for claim in session.scalars(select(Claim).where(Claim.id.in_(late))):
            claim.criteria_retrospective = True
    count_all(database)
    card = load(database)
    assert card.counts.retrospective == len(late)
    [band] = card.bands
    assert band.rate.claims == len(judged) - len(late)
    assert card.in_full is not None
    assert card.in_full.claims == 24  # the rate itself keeps them


def test_brier_comes_with_its_reference(database: Database):
    article = make_article(database)
    stated = {"certainty": Certainty.HEDGED, "hedge": "likely", "likelihood_low": 55, "likelihood_high": 75}
    for outcome in (Outcome.CONFIRMED, Outcome.REFUTED):
        make_claim(database, "resolved", article=article, outcome=outcome, **stated)
    count_all(database)
    card = load(database)
    assert card.brier == (near((0.25**2 + 0.55**2) / 2), near((0.45**2 + 0.75**2) / 2))
    assert card.brier_reference == near(0.25)
    assert [band.fit for band in card.bands] == [BandFit.TOO_FEW]


def test_card_before_the_first_count_is_none(database: Database):
    with database.reading() as session:
        assert queries.load_card(session, Selection()) is None


def test_nothing_judged_has_no_rate(database: Database):
    make_claim(database, "due")
    count_all(database)
    card = load(database)
    assert (card.in_full, card.limits) == (None, (0.0, 1.0))


def test_own_voice_is_a_speaker_of_its_own(database: Database):
    speaker = make_speaker(database, "Ada Vane")
    make_claim(database, "resolved", speaker_id=speaker.id, attribution=Attribution.STATED)
    make_claim(database, "due")
    count_all(database)
    found = [(row.key, row.label, row.counts.tracked) for row in groups(database, Grouping.SPEAKER)]
    assert found == [("0", "", 1), (str(speaker.id), "Ada Vane", 1)]
    assert load(database, speaker_id=0).counts.overdue == 1
    assert load(database, speaker_id=speaker.id).counts.confirmed == 1


def test_merged_speakers_are_one_until_unmerged(database: Database):
    one, other = make_speaker(database, "Ada Vane"), make_speaker(database, "A. Vane")
    for speaker in (one, other):
        make_claim(database, "resolved", speaker_id=speaker.id, attribution=Attribution.STATED)
    count_all(database)
    with database.writing() as session:
        speakers.merge(session, session.get_one(Speaker, other.id), one.id, actor=CHIEF)
    assert load(database, speaker_id=one.id).counts.confirmed == 2
    assert [row.counts.confirmed for row in groups(database, Grouping.SPEAKER)] == [2]
    with database.writing() as session:
        speakers.unmerge(session, session.get_one(Speaker, other.id), actor=CHIEF)
    assert load(database, speaker_id=one.id).counts.confirmed == 1
    assert len(groups(database, Grouping.SPEAKER)) == 2


def test_claim_of_two_topics_counts_in_both(database: Database):
    trade, labour = make_topic(database, "Trade", "Commerce"), make_topic(database, "Labour", "Travail")
    make_claim(database, "resolved", topics=[trade, labour])
    make_claim(database, "due", topics=[trade])
    count_all(database)
    assert [(row.label, row.counts.tracked) for row in groups(database, Grouping.TOPIC)] == [("Trade", 2), ("Labour", 1)]
    assert load(database, topic_id=labour.id).counts == CountTotals(tracked=1, ripe=1, confirmed=1)
    assert load(database).counts.tracked == 2


def test_years_come_newest_first(database: Database):
    for year in (2022, 2023):
        make_claim(database, "due", article=make_article(database, published_on=PUBLISHED_ON.replace(year=year)))
    count_all(database)
    assert [row.key for row in groups(database, Grouping.YEAR)] == ["2023", "2022"]
    assert load(database, year=2022).counts.tracked == 1
    assert groups(database, Grouping.SPEAKER, year=2021) == []


def test_hedges_are_compared_without_case(database: Database):
    for hedge in ("Probably", "probably "):
        make_claim(database, "due", hedge=hedge, certainty=Certainty.HEDGED)
    count_all(database)
    assert [(row.key, row.counts.tracked) for row in groups(database, Grouping.HEDGE)] == [("probably", 2)]
    assert load(database, hedge="PROBABLY").counts.tracked == 2


def test_owner_selects_claims(database: Database):
    owner = make_editor(database)
    make_claim(database, "due", owner=owner)
    make_claim(database, "due")
    count_all(database)
    assert load(database, owner_id=owner.id).counts.tracked == 1


@pytest.mark.parametrize("other", [{"speaker_id": 0}, {"owner_id": 0}, {"desk_id": 0}, {"hedge": "may"}])
def test_topic_with_another_filter_is_refused(database: Database, other: dict[str, object]):
    count_all(database)
    with pytest.raises(Invalid):
        load(database, topic_id=1, **other)


def test_groups_come_in_pages(database: Database):
    for number in range(3):
        make_claim(database, "due", hedge=f"word {number}", certainty=Certainty.HEDGED)
    count_all(database)
    with database.reading() as session:
        first = queries.load_groups(session, Grouping.HEDGE, Selection(), limit=2)
        assert ([row.key for row in first.rows], first.next_offset) == (["word 0", "word 1"], 2)
        last = queries.load_groups(session, Grouping.HEDGE, Selection(), limit=2, offset=2)
        assert ([row.key for row in last.rows], last.next_offset) == (["word 2"], None)
