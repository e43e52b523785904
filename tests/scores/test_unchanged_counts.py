"""What changes a number and what does not: reopening, erasing, duplicates, late criteria, unrecorded certainty, implied."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import DESK, everyday, make_article, make_claim, make_editor, make_speaker, on, prepare
from tests.scores.support import DAY, count_all, differences
from tests.scores.test_queries import CHIEF
from tracker.claims.enums import Attribution, Certainty, Outcome, RelationKind, VerdictKind
from tracker.claims.models import Claim, Relation
from tracker.claims.services import editing, evidence, moves, verdicts
from tracker.db import Database
from tracker.ledger.erasing import erase, find_occurrences
from tracker.scores import cells, queries
from tracker.scores.cards import Card, Selection

BAND: dict[str, Any] = {"certainty": Certainty.HEDGED, "hedge": "probably", "likelihood_low": 55, "likelihood_high": 75}


def card(database: Database, **selection: Any) -> Card:
    with database.reading() as session:
        found = queries.load_card(session, Selection(**selection))
    assert found is not None
    return found


def make_newsroom(database: Database, **fields: Any) -> list[Claim]:
    """Five articles of two judged claims each; the first of each came true."""
    claims = [
        make_claim(database, "resolved", article=article, outcome=outcome, **{**BAND, **fields})
        for article in [make_article(database) for _ in range(5)]
        for outcome in (Outcome.CONFIRMED, Outcome.REFUTED)
    ]
    count_all(database)
    return claims


def test_reopening_changes_no_number_but_that_of_reviews(database: Database):
    claim = make_newsroom(database)[0]
    before = card(database)
    editor = make_editor(database).actor
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        moves.reopen(session, own, VerdictKind.CORRECTION, "We erred.", actor=editor, version=own.version)
    after = card(database)
    assert after == replace(before, counts=replace(before.counts, under_review=1))
    assert differences(database) == []


def test_new_verdict_takes_the_place_of_the_reopened_one(database: Database):
    claim = make_newsroom(database)[0]
    before = card(database).counts
    one, two = make_editor(database).actor, make_editor(database).actor
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        moves.reopen(session, own, VerdictKind.CORRECTION, "We erred.", actor=one, version=own.version, at=on(DAY))
        prepare(session, own, Outcome.REFUTED, at=on(DAY))
        session.refresh(own)
        verdicts.propose(session, own, everyday(own, Outcome.REFUTED), actor=one, version=own.version, at=on(DAY))
    assert card(database).counts == replace(before, under_review=1)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        verdicts.sign(session, own, actor=two, version=own.version, at=on(DAY))
    assert card(database).counts == replace(before, confirmed=before.confirmed - 1, refuted=before.refuted + 1)
    assert differences(database) == []


def test_erased_words_change_no_number(database: Database):
    claim = make_newsroom(database, statement="Zebulon Quackenbush will sign.")[0]
    before, at_hedge = card(database), card(database, hedge="probably")
    with database.writing() as session:
        erase(session, "Zebulon Quackenbush", find_occurrences(session, "Zebulon Quackenbush"), "A private person", CHIEF)
    assert "Quackenbush" not in _statement(database, claim)
    assert card(database) == before
    assert card(database, hedge="probably") == at_hedge
    assert differences(database) == []


def _statement(database: Database, claim: Claim) -> str:
    with database.reading() as session:
        return session.get_one(Claim, claim.id).statement


def test_erased_hedge_leaves_its_card_at_once(database: Database):
    make_newsroom(database)
    make_claim(database, "due", **{**BAND, "hedge": "as Zebulon confided"})
    before = card(database)
    assert card(database, hedge="as Zebulon confided").counts.tracked == 1
    with database.writing() as session:
        erase(session, "Zebulon", find_occurrences(session, "Zebulon"), "A private person", CHIEF)
    assert card(database, hedge="as Zebulon confided").counts.tracked == 0
    assert card(database) == before
    assert differences(database) == []


def test_duplicate_counts_again_when_it_is_none(database: Database):
    first, second = make_newsroom(database)[:2]
    before = card(database)
    with database.writing() as session:
        evidence.relate(session, session.get_one(Claim, second.id), first.id, RelationKind.DUPLICATE_OF, actor=DESK)
    without = card(database).counts
    assert without == replace(before.counts, tracked=9, ripe=9, refuted=4)
    with database.writing() as session:
        relation = session.scalars(select(Relation)).one()
        evidence.unrelate(session, session.get_one(Claim, second.id), relation.id, actor=DESK)
    assert card(database) == before
    assert differences(database) == []


@pytest.mark.parametrize("kind", [kind for kind in RelationKind if kind is not RelationKind.DUPLICATE_OF])
def test_other_relations_change_no_number(database: Database, kind: RelationKind):
    first, second = make_newsroom(database)[:2]
    before = card(database)
    with database.writing() as session:
        evidence.relate(session, session.get_one(Claim, second.id), first.id, kind, actor=DESK)
    assert card(database) == before


def test_criteria_that_were_set_late_stay_in_the_rate(database: Database):
    claims = make_newsroom(database)
    before = card(database)
    with database.writing() as session:
        for claim in claims[:2]:
            session.get_one(Claim, claim.id).criteria_retrospective = True
    with database.writing() as session:  # as an event of the claim would have it
        cells.rebuild(session, {claim.article_id for claim in claims}, before.as_of)
    after = card(database)
    assert (after.in_full, after.at_least_partly, after.limits) == (before.in_full, before.at_least_partly, before.limits)
    assert (after.counts.judged, after.counts.retrospective) == (10, 2)
    assert [band.rate.claims for band in after.bands] == [8]


def test_unrecorded_certainty_is_shown_and_enters_no_rate(database: Database):
    make_newsroom(database)
    before = card(database)
    make_claim(database, "resolved", certainty=Certainty.NOT_RECORDED)
    after = card(database)
    assert replace(after, events=before.events) == before
    [row] = after.events
    assert (row.certainty, row.counts.tracked, row.counts.uncounted, row.counts.judged) == (Certainty.NOT_RECORDED, 1, 1, 0)
    assert differences(database) == []


def test_claim_whose_speaker_becomes_implied_leaves_every_count(database: Database):
    make_newsroom(database)
    before = card(database)
    speaker = make_speaker(database)
    claim = make_claim(database, "due", speaker_id=speaker.id, attribution=Attribution.STATED, **BAND)
    assert card(database, speaker_id=speaker.id).counts.tracked == 1
    editor = make_editor(database).actor
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.edit(session, own, {"attribution": Attribution.IMPLIED}, actor=editor, version=own.version)
    assert card(database, speaker_id=speaker.id).counts.tracked == 0
    assert card(database) == before
    assert differences(database) == []
