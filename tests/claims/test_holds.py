"""Embargoes on verdicts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import events_of, make_claim, make_editor
from tracker.claims.models import Claim, Hold
from tracker.claims.services import holds, verdicts
from tracker.db import Database
from tracker.errors import Forbidden, IllegalMove, Invalid

NOW = datetime(2024, 3, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-06-02T06:00", datetime(2026, 6, 2, 4, tzinfo=UTC)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # read twice: the later
        ("2026-03-29T02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # does not exist: not before the change
    ],
)
def test_wall_clock_times_are_read_as_the_later_moment(local: str, utc: datetime):
    assert holds.to_utc(datetime.fromisoformat(local), ZoneInfo("Europe/Paris")) == utc


def sign_held(database: Database, claim: Claim, until: datetime = LATER) -> int:
    signer = make_editor(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        proposal = own.proposal_id
        assert proposal is not None
        verdicts.sign(session, own, actor=signer.actor, version=own.version, at=NOW)
        holds.hold(session, own, proposal, until, actor=signer.actor, at=NOW)
    return proposal


def test_signer_holds_a_verdict_with_the_signature(database: Database):
    claim = make_claim(database, "proposed")
    verdict = sign_held(database, claim)
    with database.reading() as session:
        assert session.get_one(Hold, verdict).until == LATER
    assert events_of(database, claim)[-1].kind == "verdict.held"


def test_embargo_ends_at_its_moment_and_not_before(database: Database):
    claim = make_claim(database, "proposed")
    verdict = sign_held(database, claim)
    with database.writing() as session:
        assert holds.release_due(session, LATER - timedelta(microseconds=1), limit=10) == 0
    with database.writing() as session:
        assert holds.release_due(session, LATER, limit=10) == 1
    with database.writing() as session:
        assert holds.release_due(session, LATER + timedelta(hours=1), limit=10) == 0
    with database.reading() as session:
        assert session.get_one(Hold, verdict).released_at == LATER
    assert [event.kind for event in events_of(database, claim)].count("verdict.released") == 1


def test_embargo_on_a_proposal_does_not_end_before_the_signature(database: Database):
    proposer = make_editor(database)
    claim = make_claim(database, "proposed", proposer=proposer)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        holds.hold(session, own, own.proposal_id or 0, LATER, actor=proposer.actor, at=NOW)
    with database.writing() as session:
        assert holds.release_due(session, LATER + timedelta(days=9), limit=10) == 0


def test_bystander_cannot_hold_a_verdict(database: Database):
    claim = make_claim(database, "proposed")
    other = make_editor(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        verdict = own.proposal_id or own.signed_verdict_id or 0
        with pytest.raises(Forbidden):
            holds.hold(session, own, verdict, LATER, actor=other.actor, at=NOW)


def test_verdict_that_was_signed_earlier_cannot_be_held(database: Database):
    signer = make_editor(database)
    claim = make_claim(database, "resolved", signer=signer)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        verdict = own.proposal_id or own.signed_verdict_id or 0
        with pytest.raises(IllegalMove):
            holds.hold(session, own, verdict, LATER, actor=signer.actor, at=NOW)


def test_moment_that_has_passed_is_refused(database: Database):
    proposer = make_editor(database)
    claim = make_claim(database, "proposed", proposer=proposer)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        verdict = own.proposal_id or own.signed_verdict_id or 0
        with pytest.raises(Invalid) as refusal:
            holds.hold(session, own, verdict, NOW, actor=proposer.actor, at=NOW)
    assert refusal.value.field == "hold_until"


def test_chief_ends_an_embargo_early(database: Database):
    claim = make_claim(database, "proposed")
    verdict = sign_held(database, claim)
    chief, other = make_editor(database, roles=("editor", "chief")), make_editor(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        verdict = own.proposal_id or own.signed_verdict_id or 0
        with pytest.raises(Forbidden):
            holds.release(session, own, verdict, actor=other.actor, at=NOW)
        holds.release(session, own, verdict, actor=chief.actor, at=NOW)
        holds.release(session, own, verdict, actor=chief.actor, at=NOW)
    assert [event.kind for event in events_of(database, claim)].count("verdict.released") == 1
