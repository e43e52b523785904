"""Keeping, rejecting, putting off and undoing candidates."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_claim, make_editor, make_speaker
from tests.intake.sorting import BODY, find_candidate, list_kinds, load_candidates, load_claims, read_article
from tracker import clock
from tracker.accounts.models import Editor
from tracker.claims.enums import Attribution, Certainty, DeadlineSource, QuoteKind, RelationKind, Status, WithdrawReason
from tracker.claims.models import Claim, Relation, Speaker
from tracker.claims.services import editing
from tracker.db import Database
from tracker.errors import Forbidden, IllegalMove, Invalid
from tracker.intake import decisions, likely, undoing
from tracker.intake.decisions import Decided, Relate
from tracker.intake.models import Candidate, CandidateState
from tracker.ledger.models import Event


@pytest.fixture
def editor(database: Database) -> Editor:
    return make_editor(database, "Ann Archer")


@pytest.fixture
def reading(database: Database, editor: Editor) -> int:
    return read_article(database, editor)


def keep(database: Database, candidate: Candidate, editor: Editor, **more: object) -> int:
    with database.writing() as writer:
        given = {"version": candidate.version, "values": {}, **more}
        return decisions.keep(writer, candidate.id, actor=editor.actor, **given).id  # type: ignore[arg-type]


def count_events(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Event)) or 0


def test_kept_candidate_becomes_a_tracked_claim_with_every_field(
    database: Database, session: Session, editor: Editor, reading: int
):
    candidate = find_candidate(session, reading, "Traffic")

    claim_id = keep(database, candidate, editor)

    (claim,) = load_claims(session, reading)
    assert claim.id == claim_id
    assert (claim.status, claim.owner_id) == (Status.OPEN, editor.id)
    assert claim.statement == "Traffic will probably fall by 20% by the end of the year"
    assert (claim.quote_kind, claim.text_number, claim.paragraph) == (QuoteKind.VERBATIM, 1, 3)
    assert claim.quote == BODY[claim.quote_start : claim.quote_end]
    assert (claim.hedge, claim.certainty, claim.likelihood_low, claim.likelihood_high) == ("probably", Certainty.HEDGED, 60, 85)
    assert (claim.deadline_on, claim.deadline_source) == (date(2024, 12, 31), DeadlineSource.STATED)
    assert (claim.made_on, claim.review_on) == (date(2024, 3, 1), date(2025, 1, 1))
    assert claim.confirmed_if
    speaker = session.get_one(Speaker, claim.speaker_id)
    assert (speaker.name, claim.attribution) == ("Ilse Oakes", Attribution.STATED)
    assert list_kinds(session, claim_id) == ["claim.created", "claim.track"]


def test_kept_candidate_knows_its_claim_and_who_decided(database: Database, session: Session, editor: Editor, reading: int):
    candidate = find_candidate(session, reading, "reopen")

    claim_id = keep(database, candidate, editor)

    candidate = find_candidate(session, reading, "reopen")
    assert (candidate.state, candidate.claim_id, candidate.is_edited) == (CandidateState.KEPT, claim_id, False)
    assert (candidate.decided_by_id, candidate.version) == (editor.id, 2)
    assert candidate.decided_at is not None


def test_candidate_can_become_a_draft_with_changed_fields(database: Database, session: Session, editor: Editor, reading: int):
    candidate = find_candidate(session, reading, "reopen")

    keep(database, candidate, editor, track=False, values={"statement": "The bridge reopens", "hedge": "will"})

    (claim,) = load_claims(session, reading)
    assert (claim.status, claim.statement, claim.hedge) == (Status.DRAFT, "The bridge reopens", "will")
    assert list_kinds(session, claim.id) == ["claim.created"]
    assert find_candidate(session, reading, "reopens").is_edited


def test_values_as_proposed_are_no_edit(database: Database, session: Session, editor: Editor, reading: int):
    candidate = find_candidate(session, reading, "reopen")
    keep(database, candidate, editor, values={"statement": candidate.statement, "topic_ids": []})
    assert not find_candidate(session, reading, "reopen").is_edited


def test_second_editor_keeps_nothing_and_nothing_is_written(database: Database, session: Session, editor: Editor, reading: int):
    candidate = find_candidate(session, reading, "reopen")
    keep(database, candidate, editor)
    events = count_events(session)
    for work in (decisions.keep, decisions.put_off):
        with pytest.raises(Decided), database.writing() as writer:
            work(writer, candidate.id, {"statement": "Mine"}, actor=make_editor(writer).actor, version=candidate.version)
    with pytest.raises(Decided), database.writing() as writer:
        decisions.reject(writer, candidate.id, actor=make_editor(writer).actor, version=candidate.version)

    assert len(load_claims(session, reading)) == 1
    assert count_events(session) == events
    assert find_candidate(session, reading, "reopen").decided_by_id == editor.id


def test_kept_candidate_is_not_kept_again_at_its_new_version(database: Database, session: Session, editor: Editor, reading: int):
    keep(database, find_candidate(session, reading, "reopen"), editor)
    with pytest.raises(Decided):
        keep(database, find_candidate(session, reading, "reopen"), editor)
    assert len(load_claims(session, reading)) == 1


def test_keeping_without_an_answer_is_refused(database: Database, session: Session, editor: Editor, reading: int):
    candidate = find_candidate(session, reading, "close the quay")
    with pytest.raises(Invalid) as refused:
        keep(database, candidate, editor)
    assert refused.value.field == "attribution"
    assert load_claims(session, reading) == []

    keep(database, candidate, editor, values={"attribution": Attribution.ARTICLE})
    assert len(load_claims(session, reading)) == 1


def test_same_speaker_is_stored_once(database: Database, session: Session, editor: Editor, reading: int):
    known = make_speaker(database, "ilse  OAKES")

    keep(database, find_candidate(session, reading, "Traffic"), editor)

    assert load_claims(session, reading)[0].speaker_id == known.id
    assert session.scalars(select(Speaker.id)).all() == [known.id]


def test_namesakes_have_to_be_distinguished(database: Database, session: Session, editor: Editor, reading: int):
    for affiliation in ("Port", "Town"):
        make_speaker(database, "Ilse Oakes", affiliation=affiliation)
    with pytest.raises(Invalid) as refused:
        keep(database, find_candidate(session, reading, "Traffic"), editor)
    assert refused.value.field == "speaker_name"
    assert load_claims(session, reading) == []


def test_rejected_candidate_makes_no_claim_and_can_wait_again(database: Database, session: Session, editor: Editor, reading: int):
    candidate = find_candidate(session, reading, "rain")
    events = count_events(session)
    with database.writing() as writer:
        decisions.reject(writer, candidate.id, actor=editor.actor, version=candidate.version)
    candidate = find_candidate(session, reading, "rain")
    assert candidate.state is CandidateState.REJECTED
    assert (load_claims(session, reading), count_events(session)) == ([], events)

    with database.writing() as writer:
        undoing.undo(writer, candidate.id, actor=make_editor(writer).actor, version=candidate.version)
    assert find_candidate(session, reading, "rain").state is CandidateState.WAITING


def test_candidate_put_off_keeps_what_was_typed(database: Database, session: Session, editor: Editor, reading: int):
    candidate = find_candidate(session, reading, "rain")
    with database.writing() as writer:
        values = {"statement": "It rains on opening day"}
        decisions.put_off(writer, candidate.id, values, actor=editor.actor, version=candidate.version)

    candidate = find_candidate(session, reading, "rains")
    assert (candidate.state, candidate.is_edited) == (CandidateState.LATER, True)
    assert load_claims(session, reading) == []


def test_relation_is_recorded_with_the_claim(database: Database, session: Session, editor: Editor, reading: int):
    first = keep(database, find_candidate(session, reading, "reopen"), editor)

    related = Relate(first, RelationKind.PART_OF)
    second = keep(database, find_candidate(session, reading, "contract"), editor, relate=related)

    session.rollback()
    (relation,) = session.scalars(select(Relation)).all()
    assert (relation.claim_id, relation.other_id, relation.kind) == (second, first, RelationKind.PART_OF)
    assert list_kinds(session, second) == ["claim.created", "claim.track", "relation.add"]


def test_keep_all_tracks_what_is_likely_and_leaves_the_rest(database: Database, session: Session, editor: Editor, reading: int):
    with database.writing() as writer:
        done = decisions.keep_likely(writer, reading, actor=editor.actor)

    claims = load_claims(session, reading)
    assert [claim.id for claim in claims] == list(done.claims)
    assert [claim.status for claim in claims] == [Status.OPEN] * 3
    assert done.left == {}
    states = {each.statement[:9]: each.state for each in load_candidates(session, reading)}
    assert states["It could "] is CandidateState.WAITING
    assert [list_kinds(session, claim.id) for claim in claims] == [["claim.created", "claim.track"]] * 3


def test_keep_all_twice_keeps_nothing_twice(database: Database, session: Session, editor: Editor, reading: int):
    for expected in (3, 0):
        with database.writing() as writer:
            assert len(decisions.keep_likely(writer, reading, actor=editor.actor).claims) == expected
    assert len(load_claims(session, reading)) == 3


def test_keep_all_leaves_what_asks_and_what_resembles_another(database: Database, session: Session, editor: Editor):
    body = (
        "The bridge will reopen in June 2024.\n\nIn June 2024 the bridge will reopen.\n\n"
        "“We will certainly close the quay in May 2024,” he said."
    )
    reading = read_article(database, editor, body)
    with database.writing() as writer:
        for candidate in writer.scalars(select(Candidate)):
            candidate.kind = "likely"  # type: ignore[assignment]
    with database.writing() as writer:
        done = decisions.keep_likely(writer, reading, actor=editor.actor)

    assert len(done.claims) == 1
    assert done.left == {"similar": 1, "asks": 1}
    assert len(load_claims(session, reading)) == 1


def test_keep_all_that_fails_half_way_leaves_nothing(database: Database, session: Session, editor: Editor, reading: int):
    events = count_events(session)

    def fail() -> None:
        with database.writing() as writer:
            assert len(decisions.keep_likely(writer, reading, actor=editor.actor).claims) == 3
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        fail()

    assert load_claims(session, reading) == []
    assert count_events(session) == events
    assert {each.state for each in load_candidates(session, reading)} == {CandidateState.WAITING}


def test_keep_all_leaves_the_passage_whose_speaker_has_namesakes(
    database: Database, session: Session, editor: Editor, reading: int
):
    for affiliation in ("Port", "Town"):
        make_speaker(database, "Ilse Oakes", affiliation=affiliation)
    with database.writing() as writer:
        done = decisions.keep_likely(writer, reading, actor=editor.actor)

    assert (len(done.claims), done.left) == (2, {"asks": 1})
    assert find_candidate(session, reading, "Traffic").state is CandidateState.WAITING
    assert len(load_claims(session, reading)) == 2


def test_candidate_that_cannot_be_kept_does_not_stop_the_others(
    database: Database, session: Session, editor: Editor, reading: int
):
    with database.writing() as writer:
        writer.get_one(Candidate, find_candidate(session, reading, "Traffic").id).topic_ids = [999]
    with database.writing() as writer:
        done = decisions.keep_likely(writer, reading, actor=editor.actor)

    assert (len(done.claims), done.left) == (2, {"refused": 1})
    assert find_candidate(session, reading, "Traffic").state is CandidateState.WAITING
    assert len(load_claims(session, reading)) == 2


def test_keep_all_keeps_what_resembles_only_a_passage_that_was_refused(database: Database, session: Session, editor: Editor):
    body = (
        "The bridge will reopen in June 2024.\n\nIn June 2024 the bridge will reopen.\n\n"
        "In June 2024, the bridge will reopen.\n\nThe ferry at Lunde will stop in October 2024."
    )
    reading = read_article(database, editor, body)
    with database.writing() as writer:
        first, second, *others = load_candidates(writer, reading)
        for candidate in (first, second, *others):
            candidate.kind = "likely"  # type: ignore[assignment]
        first.topic_ids = [999]
    with database.writing() as writer:
        done = decisions.keep_likely(writer, reading, actor=editor.actor)

    assert [each.state for each in load_candidates(session, reading)] == [
        CandidateState.WAITING,
        CandidateState.KEPT,
        CandidateState.WAITING,
        CandidateState.KEPT,
    ]
    assert done.left == {"refused": 1, "similar": 1}
    assert len(load_claims(session, reading)) == len(done.claims) == 2


def test_plan_of_keep_all_is_what_it_does(database: Database, session: Session, editor: Editor):
    body = (
        "The bridge will reopen in June 2024.\n\nIn June 2024 the bridge will reopen.\n\n"
        "“We will certainly close the quay in May 2024,” he said.\n\nThe ferry at Lunde will stop in October 2024."
    )
    make_claim(database, "open", statement="The ferry at Lunde stops in October 2024.")
    reading = read_article(database, editor, body)
    with database.writing() as writer:
        for candidate in writer.scalars(select(Candidate)):
            candidate.kind = "likely"  # type: ignore[assignment]
    plan = likely.plan_likely(session, reading, load_candidates(session, reading))

    with database.writing() as writer:
        done = decisions.keep_likely(writer, reading, actor=editor.actor)

    assert (len(plan.keep), plan.left) == (1, {"similar": 2, "asks": 1})
    assert (len(done.claims), done.left) == (len(plan.keep), plan.left)


def test_undo_of_keep_all_withdraws_its_claims(database: Database, session: Session, editor: Editor, reading: int):
    with database.writing() as writer:
        decisions.keep_likely(writer, reading, actor=editor.actor)
    with database.writing() as writer:
        assert len(undoing.undo_last(writer, reading, actor=editor.actor)) == 3

    claims = load_claims(session, reading)
    assert {claim.status for claim in claims} == {Status.WITHDRAWN}
    assert {claim.withdraw_reason for claim in claims} == {WithdrawReason.MISTAKE}
    assert {each.state for each in load_candidates(session, reading)} == {CandidateState.WAITING}


def test_undo_takes_back_one_decision_after_the_other(database: Database, session: Session, editor: Editor, reading: int):
    keep(database, find_candidate(session, reading, "reopen"), editor)
    rejected = find_candidate(session, reading, "rain")
    with database.writing() as writer:
        decisions.reject(writer, rejected.id, actor=editor.actor, version=rejected.version)
    for words in ("rain", "reopen"):
        with database.writing() as writer:
            (undone,) = undoing.undo_last(writer, reading, actor=editor.actor)
            assert words in undone.statement

    with pytest.raises(IllegalMove), database.writing() as writer:
        undoing.undo_last(writer, reading, actor=editor.actor)
    assert [claim.status for claim in load_claims(session, reading)] == [Status.WITHDRAWN]


def test_undo_is_the_editors_own_and_for_ten_minutes(database: Database, session: Session, editor: Editor, reading: int):
    keep(database, find_candidate(session, reading, "reopen"), editor)
    with pytest.raises(IllegalMove), database.writing() as writer:
        undoing.undo_last(writer, reading, actor=make_editor(writer).actor)
    with pytest.raises(IllegalMove), database.writing() as writer:
        undoing.undo_last(writer, reading, actor=editor.actor, at=clock.now() + timedelta(minutes=11))
    kept = find_candidate(session, reading, "reopen")
    with pytest.raises(IllegalMove), database.writing() as writer:
        undoing.undo(writer, kept.id, actor=make_editor(writer).actor, version=kept.version)

    assert [claim.status for claim in load_claims(session, reading)] == [Status.OPEN]


def test_claim_that_was_worked_on_is_not_undone(database: Database, session: Session, editor: Editor, reading: int):
    claim_id = keep(database, find_candidate(session, reading, "reopen"), editor)
    with database.writing() as writer:
        claim = writer.get_one(Claim, claim_id)
        editing.edit(writer, claim, {"hedge": "will"}, actor=editor.actor, version=claim.version)

    with pytest.raises(IllegalMove), database.writing() as writer:
        undoing.undo_last(writer, reading, actor=editor.actor)

    assert [claim.status for claim in load_claims(session, reading)] == [Status.OPEN]
    assert find_candidate(session, reading, "reopen").claim_id == claim_id


def test_claim_flagged_in_the_meantime_is_undone_all_the_same(database: Database, session: Session, editor: Editor, reading: int):
    claim_id = keep(database, find_candidate(session, reading, "reopen"), editor)
    with database.writing() as writer:
        writer.get_one(Claim, claim_id).status = Status.DUE
    with database.writing() as writer:
        undoing.undo_last(writer, reading, actor=editor.actor)
    assert [claim.status for claim in load_claims(session, reading)] == [Status.WITHDRAWN]


def test_readers_decide_nothing(database: Database, session: Session, editor: Editor, reading: int):
    guest = make_editor(database, roles=("viewer",))
    candidate = find_candidate(session, reading, "rain")
    with pytest.raises(Forbidden), database.writing() as writer:
        decisions.reject(writer, candidate.id, actor=guest.actor, version=candidate.version)
    with pytest.raises(Forbidden), database.writing() as writer:
        decisions.keep_likely(writer, reading, actor=guest.actor)
    assert find_candidate(session, reading, "rain").state is CandidateState.WAITING
