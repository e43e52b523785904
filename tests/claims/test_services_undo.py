"""Taking the last change back: one's own, for ten minutes, and nothing else."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.claims.desk import AT, DAY, last_said, make, topic_copies
from tests.factories import fresh, verdicts_of
from tracker.accounts.models import Editor
from tracker.claims import lifecycle
from tracker.claims.models import Claim
from tracker.claims.services import editing, evidence, undo
from tracker.db import Database
from tracker.errors import Forbidden, IllegalMove, Stale
from tracker.ledger import Actor
from tracker.ledger.models import EventTexts

SOON = AT + timedelta(minutes=10)
TOO_LATE = SOON + timedelta(seconds=1)


@pytest.fixture
def editor(make_editor) -> Editor:
    return make_editor()


@pytest.fixture
def back(database: Database, editor: Editor) -> Callable[..., Claim]:
    """`back(claim)` undoes the last change by the test's editor; the claim as it is then."""

    def do(claim: Claim, *, by: Actor | None = None, at: datetime = SOON, version: int | None = None) -> Claim:
        with database.sessions(expire_on_commit=False) as session, database.writing(session):
            own = session.get_one(Claim, claim.id)
            undo.undo(session, own, actor=by or editor.actor, version=version or own.version, at=at)
            session.refresh(own)
        return own

    return do


def edit(database: Database, claim: Claim, editor: Editor, **values: Any) -> Claim:
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.edit(session, own, values, actor=editor.actor, version=own.version, at=AT)
    return fresh(database, claim)


def what_can_be_undone(database: Database, claim: Claim, actor: Actor, at: datetime = SOON) -> str | None:
    with database.reading() as session:
        change = undo.last(session, session.get_one(Claim, claim.id), actor=actor, at=at)
        return change.kind if change else None


def test_an_edit_is_undone_with_all_that_followed_from_it(database: Database, make_claim, editor: Editor, back):
    claim = make_claim("due", certainty="hedged", likelihood_low=20, likelihood_high=40)
    changed = edit(
        database, claim, editor, confirmed_if="Anything.", certainty="comparative", likelihood_low=None, likelihood_high=None,
        deadline_on=date(2024, 6, 1), condition="If it rains",
    )  # fmt: skip
    assert (changed.criteria_retrospective, changed.condition_status) == (True, "unknown")
    after = back(claim)
    for field in editing.EDITABLE:
        assert getattr(after, field) == getattr(claim, field), field
    assert (after.criteria_set_on, after.criteria_retrospective) == (claim.criteria_set_on, False)
    assert after.version == claim.version + 2
    event = last_said(database, claim)
    assert (event["kind"], event["version"]) == ("claim.undo", after.version)
    assert isinstance(event["undoes"], int)


def test_a_hand_over_is_undone(database: Database, make_claim, make_editor, editor: Editor, back):
    first, second = make_editor(), make_editor()
    claim = make_claim("open", owner=first)
    with database.writing() as session:
        editing.assign(session, session.get_one(Claim, claim.id), second.id, actor=editor.actor, at=AT)
    assert back(claim).owner_id == first.id


@pytest.mark.parametrize("status", ["open", "due"])
def test_undone_postponement_starts_a_new_review_cycle(
    database: Database, make_claim, make_topic, editor: Editor, back, status: str
):
    claim = make_claim(status, topics=[make_topic()])
    postponed = make(database, claim, "postpone", editor.actor)
    after = back(claim)
    assert (after.status, after.review_on) == (status, claim.review_on)
    assert topic_copies(database, claim) == {(status, claim.review_on)}
    assert after.due_cycle == postponed.due_cycle + 1


def test_a_recalled_proposal_is_proposed_once_more(
    database: Database, make_claim, make_evidence, make_editor, editor: Editor, back
):
    signer = make_editor()
    claim = make_claim("due")
    make_evidence(claim)
    make(database, claim, "propose", editor.actor)
    with database.writing() as session:
        session.get_one(Claim, claim.id).requested_signer_id = signer.id
    make(database, claim, "recall", editor.actor)
    after = back(claim)
    first, second = verdicts_of(database, claim)
    assert (after.status, after.proposal_id, after.recall_to, after.requested_signer_id) == (
        "proposed",
        second.id,
        "due",
        signer.id,
    )
    assert (second.outcome, second.rationale, second.occurred_from) == (first.outcome, first.rationale, first.occurred_from)
    assert make(database, claim, "sign", signer.actor).status == "resolved"


def test_a_recalled_withdrawal_is_proposed_once_more_without_a_signer_who_left(
    database: Database, make_claim, make_editor, editor: Editor, back
):
    gone = make_editor(active=False)
    claim = make_claim("resolved")
    make(database, claim, "propose_withdrawal", editor.actor)
    with database.writing() as session:
        session.get_one(Claim, claim.id).requested_signer_id = gone.id
    make(database, claim, "recall", editor.actor)
    after = back(claim)
    assert (after.status, after.requested_signer_id) == ("proposed", None)
    assert verdicts_of(database, claim)[-1].rationale == "It was never said."


def test_there_are_ten_minutes(database: Database, make_claim, editor: Editor, back):
    claim = edit(database, make_claim("open"), editor, hedge="may")
    assert what_can_be_undone(database, claim, editor.actor, SOON) == "claim.edit"
    assert what_can_be_undone(database, claim, editor.actor, TOO_LATE) is None
    with pytest.raises(IllegalMove, match="no change here"):
        back(claim, at=TOO_LATE)
    assert back(claim, at=SOON).hedge == ""


def test_only_ones_own_change_is_undone_and_only_once(database: Database, make_claim, make_editor, editor: Editor, back):
    claim = edit(database, make_claim("open"), editor, hedge="may")
    other = make_editor(roles=["chief"]).actor
    assert what_can_be_undone(database, claim, other) is None
    with pytest.raises(IllegalMove):
        back(claim, by=other)
    with pytest.raises(Forbidden):
        back(claim, by=Actor(editor.id, frozenset({"viewer"})))
    assert back(claim).hedge == ""
    assert what_can_be_undone(database, claim, editor.actor) is None
    with pytest.raises(IllegalMove):
        back(claim)


def test_undo_is_refused_after_changes_by_others(database: Database, make_claim, make_editor, editor: Editor, back):
    claim = edit(database, make_claim("open"), editor, hedge="may")
    with pytest.raises(Stale):
        back(claim, version=claim.version - 1)
    edit(database, claim, make_editor(), refuted_if="None.")
    with pytest.raises(Stale):
        back(claim, version=claim.version)
    with pytest.raises(IllegalMove):
        back(claim)
    assert fresh(database, claim).hedge == "may"


def test_notes_and_the_sweep_do_not_stand_in_the_way(database: Database, make_claim, editor: Editor, back):
    claim = edit(database, make_claim("open", review_on=DAY), editor, hedge="may")
    with database.writing() as session:
        evidence.add_note(session, session.get_one(Claim, claim.id), "A thought.", actor=editor.actor, at=AT)
        lifecycle.flag_batch(session, DAY, limit=1, at=AT)
    after = back(claim)
    assert (after.hedge, after.status) == ("", "due")


@pytest.mark.parametrize("name", ["track", "propose", "sign", "return", "reopen", "withdraw"])
def test_nothing_else_is_undone_a_signature_least_of_all(
    database: Database, make_claim, make_evidence, editor: Editor, back, name: str
):
    status = {"track": "draft", "sign": "proposed", "return": "proposed", "reopen": "resolved"}.get(name, "due")
    claim = make_claim(status)
    if name == "propose":
        make_evidence(claim)
    make(database, claim, name, editor.actor)
    assert what_can_be_undone(database, claim, editor.actor, AT) is None
    with pytest.raises(IllegalMove):
        back(claim, at=AT)


def test_what_was_erased_cannot_be_brought_back(database: Database, make_claim, editor: Editor, back):
    claim = edit(database, make_claim("open"), editor, statement="Another.")
    with database.writing() as session:
        for row in session.query(EventTexts):
            row.texts = "{}"
    with pytest.raises(IllegalMove):
        back(claim)


def test_untouched_claim_has_nothing_to_undo(database: Database, make_claim, editor: Editor):
    assert what_can_be_undone(database, make_claim("draft"), editor.actor) is None
