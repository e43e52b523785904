"""What the table of moves cannot say by statuses alone: two people, disputes, going back, and what else a move writes."""

from datetime import date, timedelta

import pytest

from tests.claims.desk import AT, DAY, LATER, REASON, last_said, make, said, topic_copies
from tests.factories import change_settings, events_of, fresh, verdicts_of
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.claims import lifecycle
from tracker.claims.enums import ProposalKind, VerdictKind
from tracker.claims.models import Claim, VerdictDecision
from tracker.claims.services import editing, evidence, moves, verdict_facts, verdicts
from tracker.db import Database
from tracker.errors import Forbidden, IllegalMove, Invalid
from tracker.ledger import Actor


@pytest.fixture
def editors(make_editor) -> list[Editor]:
    """Three editors and, last, a chief."""
    return [make_editor(roles=["chief" if n == 3 else "editor"]) for n in range(4)]


def decisions(database: Database, claim: Claim) -> list[str]:
    with database.reading() as session:
        found = []
        for verdict in verdicts_of(session, claim):
            rows = session.query(VerdictDecision).filter_by(verdict_id=verdict.id).all()
            assert len(rows) <= 1
            found.append(str(rows[0].decision) if rows else "waits")
        return found


# --- two people ---


def test_a_proposer_never_signs_or_returns_even_as_chief_or_under_another_role(database: Database, make_claim, editors):
    chief = editors[3]
    claim = make_claim("proposed", proposer=chief)
    for roles in ({Role.EDITOR}, {Role.CHIEF, Role.EDITOR}, set(Role)):
        for name in ("sign", "return"):
            with pytest.raises(Forbidden, match="yourself"):
                make(database, claim, name, Actor(chief.id, frozenset(roles)))
    assert fresh(database, claim).status == "proposed"
    assert decisions(database, claim) == ["waits"]


def test_only_the_proposer_recalls(database: Database, make_claim, editors):
    claim = make_claim("proposed", proposer=editors[0])
    for other in editors[1:]:
        with pytest.raises(Forbidden, match="Only the editor who made the proposal"):
            make(database, claim, "recall", other.actor)
    assert make(database, claim, "recall", editors[0].actor).status == "due"
    assert decisions(database, claim) == ["recalled"]


def test_other_editor_may_sign_for_the_requested_one(database: Database, make_claim, editors):
    claim = make_claim("due")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        evidence.add_evidence(
            session, own, actor=editors[0].actor, title="The text", stance="supports", url="https://example.org", at=AT
        )
        verdict = verdicts.Proposed(
            outcome="confirmed", rationale="It was signed.", known_on=date(2024, 3, 10), occurred_from=date(2024, 3, 10)
        )
        verdicts.propose(
            session, own, verdict, actor=editors[0].actor, version=own.version, at=AT, requested_signer_id=editors[1].id
        )
    assert fresh(database, claim).requested_signer_id == editors[1].id
    signed = make(database, claim, "sign", editors[2].actor)
    assert (signed.status, signed.requested_signer_id) == ("resolved", None)


def test_requested_signer_is_another_editor(database: Database, make_claim, make_editor, editors):
    claim = make_claim("proposed", proposer=editors[0])
    claim = make(database, claim, "recall", editors[0].actor)
    unable = [editors[0].id, make_editor(active=False).id, make_editor(roles=["viewer"]).id, 10**6]
    for asked in unable:
        with database.writing() as session:
            own = session.get_one(Claim, claim.id)
            with pytest.raises(Invalid) as refused:
                verdicts.propose(
                    session,
                    own,
                    verdict_facts.to_proposed(verdicts_of(session, own)[0]),
                    actor=editors[0].actor,
                    version=own.version,
                    at=AT,
                    requested_signer_id=asked,
                )
            assert refused.value.field == "requested_signer_id"
    assert fresh(database, claim).status == "due"


def test_the_author_of_the_article_judges_only_where_the_newsroom_lets_them(
    database: Database, make_article, make_claim, editors
):
    author, other = editors[0], editors[1]
    article = make_article(author_editor_id=author.id)
    due, waiting = make_claim("due", article=article), make_claim("proposed", article=article, proposer=other)
    change_settings(database, author_may_judge=False, second_signature=False)
    for claim, name in ((due, "propose"), (due, "decide"), (waiting, "sign")):
        with pytest.raises(Forbidden, match="You wrote this article"):
            make(database, claim, name, author.actor)
        with database.reading() as session:
            assert name not in lifecycle.allowed(session, session.get_one(Claim, claim.id), author.actor)
    # Everything that is no judgement stays open to them.
    assert make(database, due, "postpone", author.actor).status == "open"
    change_settings(database, author_may_judge=True)
    assert make(database, waiting, "sign", author.actor).status == "resolved"


# --- alone ---


def test_deciding_alone_needs_sign_off_switched_off(database: Database, make_claim, editors):
    claim = make_claim("due")
    for editor in editors:
        with pytest.raises(IllegalMove, match="second signature"):
            make(database, claim, "decide", editor.actor)


def test_deciding_alone_leaves_a_verdict_that_is_signed_by_the_one_who_gave_it(
    database: Database, make_claim, make_evidence, editors
):
    change_settings(database, second_signature=False)
    claim = make_claim("open", review_on=DAY, deadline_on=date(2024, 3, 10))
    make_evidence(claim)
    after = make(database, claim, "decide", editors[0].actor)
    assert after.status == "resolved"
    [verdict] = verdicts_of(database, claim)
    assert after.signed_verdict_id == verdict.id
    assert after.proposal_id is None
    assert decisions(database, claim) == ["signed"]
    also = last_said(database, claim)["also"]
    assert {name.split(":")[0] for name in also} == {"verdict", "decision"}


def returned(database: Database, claim: Claim, proposers: list[Editor], by: Editor) -> Claim:
    for proposer in proposers:
        make(database, claim, "propose", proposer.actor)
        claim = make(database, claim, "return", by.actor)
    return claim


def test_after_two_returns_a_chief_decides_who_proposed_neither(
    database: Database, make_claim, make_evidence, make_editor, editors
):
    one, two, third, chief = editors
    claim = make_claim("due")
    make_evidence(claim)
    returned(database, claim, [one], by=two)
    with pytest.raises(IllegalMove, match="second signature"):
        make(database, claim, "decide", chief.actor)
    returned(database, claim, [two], by=one)
    with pytest.raises(Forbidden, match="a chief editor decides"):
        make(database, claim, "decide", third.actor)
    assert make(database, claim, "decide", chief.actor).status == "resolved"
    assert decisions(database, claim) == ["returned", "returned", "signed"]


def test_a_chief_who_proposed_one_of_them_leaves_the_dispute_to_another(
    database: Database, make_claim, make_evidence, make_editor, editors
):
    one, two, _, chief = editors
    claim = make_claim("due")
    make_evidence(claim)
    returned(database, claim, [one, chief], by=two)
    with pytest.raises(Forbidden, match="in dispute"):
        make(database, claim, "decide", chief.actor)
    assert make(database, claim, "decide", make_editor(roles=["chief"]).actor).status == "resolved"


def test_returning_chief_decides_only_where_no_neutral_chief_is_active(
    database: Database, make_claim, make_evidence, make_editor, editors
):
    one, two, _, chief = editors
    neutral = make_editor(roles=["chief"])
    claim = make_claim("due")
    make_evidence(claim)
    returned(database, claim, [one, two], by=chief)
    with pytest.raises(Forbidden, match="You sent back"):
        make(database, claim, "decide", chief.actor)
    assert fresh(database, claim).status == "due"

    with database.writing() as session:
        session.get_one(Editor, neutral.id).active = False

    assert make(database, claim, "decide", chief.actor).status == "resolved"
    assert last_said(database, claim)["by_party"] is True


def test_proposing_chief_never_decides_even_as_the_only_chief(database: Database, make_claim, make_evidence, editors):
    one, two, _, chief = editors
    claim = make_claim("due")
    make_evidence(claim)
    returned(database, claim, [one, chief], by=two)

    with pytest.raises(Forbidden, match="in dispute"):
        make(database, claim, "decide", chief.actor)
    assert decisions(database, claim) == ["returned", "returned"]


def test_second_return_records_that_a_chief_may_decide(database: Database, make_claim, make_evidence, editors):
    one, two, *_ = editors
    claim = make_claim("due")
    make_evidence(claim)
    returned(database, claim, [one], by=two)
    assert "chief_may_decide" not in last_said(database, claim)

    returned(database, claim, [one], by=two)

    assert last_said(database, claim)["chief_may_decide"] is True


def test_returns_before_the_last_signature_and_recalls_are_no_dispute(database: Database, make_claim, make_evidence, editors):
    one, two, _, chief = editors
    claim = make_claim("due")
    make_evidence(claim)
    returned(database, claim, [one, one], by=two)
    make(database, claim, "propose", one.actor)
    make(database, claim, "sign", two.actor)
    make(database, claim, "reopen", two.actor)
    returned(database, claim, [one], by=two)
    make(database, claim, "propose", one.actor)
    make(database, claim, "recall", one.actor)
    with pytest.raises(IllegalMove, match="second signature"):
        make(database, claim, "decide", chief.actor)


# --- going back ---


@pytest.mark.parametrize("where", ["open", "due"])
def test_a_recalled_proposal_leaves_the_claim_where_it_was(database: Database, make_claim, make_evidence, editors, where: str):
    claim = make_claim(where)
    make_evidence(claim)
    proposed = make(database, claim, "propose", editors[0].actor)
    assert (proposed.recall_to, proposed.proposal_id is not None) == (where, True)
    back = make(database, claim, "recall", editors[0].actor)
    assert (back.status, back.recall_to, back.proposal_id, back.review_on) == (where, None, None, claim.review_on)
    assert back.due_cycle == claim.due_cycle


@pytest.mark.parametrize("where", ["draft", "open", "due"])
def test_a_restored_claim_is_where_it_was_withdrawn(database: Database, make_claim, editors, where: str):
    chief = editors[3].actor
    claim = make_claim(where)
    gone = make(database, claim, "withdraw", editors[0].actor)
    assert (gone.status, gone.restore_to, gone.withdraw_reason) == ("withdrawn", where, "duplicate")
    with pytest.raises(Forbidden):
        make(database, claim, "restore", editors[0].actor)
    back = make(database, claim, "restore", chief)
    assert (back.status, back.restore_to, back.withdraw_reason) == (where, None, None)


def test_a_claim_with_a_signed_verdict_is_not_withdrawn_by_one_person(database: Database, make_claim, editors):
    claim = make_claim("under_review")
    for status in ("due", "open"):
        assert fresh(database, claim).status == status
        with pytest.raises(IllegalMove, match="is signed"):
            make(database, claim, "withdraw", editors[3].actor)
        if status == "due":
            make(database, claim, "postpone", editors[0].actor)
    assert fresh(database, claim).signed_verdict_id == claim.signed_verdict_id


# --- reopening ---


def test_a_reopened_claim_keeps_its_signed_verdict_until_a_new_one_is_signed(database: Database, make_claim, editors):
    claim = make_claim("resolved")
    signed = claim.signed_verdict_id
    again = make(database, claim, "reopen", editors[0].actor)
    assert (again.status, again.review_on, again.signed_verdict_id, again.reopened_as) == ("due", DAY, signed, "correction")
    proposed = make(database, claim, "propose", editors[0].actor)
    assert proposed.signed_verdict_id == signed
    [first, second] = verdicts_of(database, claim)
    assert (first.verdict_kind, first.supersedes_id) == ("first", None)
    assert (second.verdict_kind, second.supersedes_id, second.number) == ("correction", first.id, 2)
    resolved = make(database, claim, "sign", editors[1].actor)
    assert (resolved.signed_verdict_id, resolved.reopened_as) == (second.id, None)


def test_reopening_needs_update_or_correction(database: Database, make_claim, editors):
    claim = make_claim("resolved")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        for kind in (VerdictKind.FIRST, "first", "whim"):
            with pytest.raises(Invalid) as refused:
                moves.reopen(session, own, kind, REASON, actor=editors[0].actor, version=own.version, at=AT)
            assert refused.value.field == "kind"


# --- withdrawing what is signed ---


def test_a_signed_withdrawal_takes_the_claim_out_and_a_chief_brings_it_back_resolved(database: Database, make_claim, editors):
    claim = make_claim("resolved")
    proposed = make(database, claim, "propose_withdrawal", editors[0].actor)
    assert (proposed.status, proposed.recall_to, proposed.signed_verdict_id) == ("proposed", "resolved", claim.signed_verdict_id)
    with pytest.raises(Forbidden):
        make(database, claim, "sign", editors[0].actor)
    gone = make(database, claim, "sign", editors[1].actor)
    assert (gone.status, gone.withdraw_reason, gone.restore_to, gone.proposal_id) == ("withdrawn", "mistake", "resolved", None)
    event = last_said(database, claim)
    assert (event["kind"], event["proposal"], event["outcome"]) == ("claim.sign", "withdrawal", None)
    proposal = verdicts_of(database, claim)[-1]
    assert (proposal.proposal_kind, proposal.outcome, proposal.withdraw_reason) == (ProposalKind.WITHDRAWAL, None, "mistake")
    back = make(database, claim, "restore", editors[3].actor)
    assert (back.status, back.signed_verdict_id) == ("resolved", claim.signed_verdict_id)


def test_a_recalled_withdrawal_leaves_the_claim_resolved(database: Database, make_claim, editors):
    claim = make_claim("resolved")
    make(database, claim, "propose_withdrawal", editors[0].actor)
    back = make(database, claim, "recall", editors[0].actor)
    assert (back.status, back.signed_verdict_id) == ("resolved", claim.signed_verdict_id)


def test_a_returned_withdrawal_puts_the_verdict_under_review_from_that_day(database: Database, make_claim, editors):
    claim = make_claim("resolved")
    make(database, claim, "propose_withdrawal", editors[0].actor)
    back = make(database, claim, "return", editors[1].actor)
    assert (back.status, back.review_on, back.signed_verdict_id) == ("due", DAY, claim.signed_verdict_id)
    assert back.reopened_as == "correction"
    make(database, claim, "propose", editors[0].actor)
    assert verdicts_of(database, claim)[-1].verdict_kind == "correction"


# --- what goes along ---


def test_topics_keep_the_status_and_review_day_of_their_claims(
    database: Database, make_claim, make_topic, make_evidence, editors
):
    topics = [make_topic(), make_topic()]
    claim = make_claim("draft", topics=topics, review_on=date(2024, 3, 11))
    other = make_claim("draft", topics=topics)
    make_evidence(claim)
    walk = ["track", "postpone", "propose", "recall", "propose", "return", "postpone", "propose", "sign", "reopen", "propose"]
    for number, name in enumerate(walk):
        actor = editors[0 if name in ("propose", "recall") else 1].actor
        after = (
            _postponed(database, claim, DAY + timedelta(days=number + 1))
            if name == "postpone"
            else make(database, claim, name, actor)
        )
        assert topic_copies(database, claim) == {(after.status, after.review_on)}, name
    assert topic_copies(database, other) == {("draft", date(2024, 3, 11))}


def _postponed(database: Database, claim: Claim, to: date) -> Claim:
    with database.sessions(expire_on_commit=False) as session, database.writing(session):
        own = session.get_one(Claim, claim.id)
        actor = Actor(own.created_by_id, frozenset({Role.EDITOR}))
        moves.postpone(session, own, to, REASON, actor=actor, version=own.version, at=AT)
    return own


def test_flagging_reaches_the_topics_of_what_it_flags_alone(database: Database, make_claim, make_topic):
    topic = make_topic()
    now, later = make_claim("open", topics=[topic], review_on=DAY), make_claim("open", topics=[topic], review_on=LATER)
    with database.writing() as session:
        assert lifecycle.flag_batch(session, DAY, limit=10, at=AT) == 1
    assert topic_copies(database, now) == {("due", DAY)}
    assert topic_copies(database, later) == {("open", LATER)}
    assert last_said(database, now)["cycle"] == 1


def test_each_move_is_one_event_with_what_it_set_and_what_was_before(database: Database, make_claim, editors):
    claim = make_claim("proposed", proposer=editors[0])
    make(database, claim, "sign", editors[1].actor)
    event = last_said(database, claim)
    assert event["kind"] == "claim.sign"
    assert event["set"]["status"] == "resolved"
    assert event["was"]["status"] == "proposed"
    assert event["version"] == fresh(database, claim).version
    assert event["verdict"] == event["set"]["signed_verdict_id"] == claim.proposal_id
    assert events_of(database, claim)[-1].actor == f"editor:{editors[1].id}"
    assert [line["kind"] for line in said(database, claim)] == [
        "claim.created", "claim.track", "claim.flag", "evidence.add", "claim.propose", "claim.sign",
    ]  # fmt: skip


def test_a_refused_move_leaves_no_row_and_no_event(database: Database, make_claim, editors):
    claim = make_claim("due")
    before = said(database, claim)
    for name in (
        "sign",
        "recall",
        "restore",
        "propose",
        "decide",
    ):  # for some the status is wrong, for others evidence is missing
        with pytest.raises((IllegalMove, Forbidden, Invalid)):
            make(database, claim, name, editors[3].actor)
    assert said(database, claim) == before
    assert verdicts_of(database, claim) == []
    assert fresh(database, claim).version == claim.version


# --- tracking ---


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("confirmed_if", "[Who] begins to carry out [plan] by 3 May."),
        ("refuted_if", "Au [jour], rien n’a eu lieu."),
    ],
)
def test_tracking_refuses_placeholders_of_templates(database: Database, make_claim, editors, field: str, text: str):
    claim = make_claim("draft", **{field: text})

    with pytest.raises(Invalid, match="words in brackets") as refused:
        make(database, claim, "track", editors[0].actor)

    assert refused.value.field == field
    assert fresh(database, claim).status == "draft"


def test_tracking_refuses_placeholders_of_the_translation(database: Database, make_claim, editors):
    claim = make_claim("draft")
    words = {"statement": "Il y aura un contrat.", "confirmed_if": "[Qui] signe."}
    with database.writing() as session:
        editing.set_translation(session, fresh(session, claim), "fr", words, actor=editors[0].actor)

    with pytest.raises(Invalid, match="words in brackets") as refused:
        make(database, fresh(database, claim), "track", editors[0].actor)
    assert refused.value.field == "other_confirmed_if"


def test_tracking_accepts_brackets_of_an_editor(database: Database, make_claim, editors):
    claim = make_claim("draft", confirmed_if="The decree [no. 12] is published.")
    assert make(database, claim, "track", editors[0].actor).status == "open"


def test_tracked_claim_takes_no_placeholders(database: Database, make_claim, editors):
    claim = make_claim("open")
    with database.writing() as session:
        own = fresh(session, claim)
        with pytest.raises(Invalid, match="words in brackets"):
            editing.edit(session, own, {"refuted_if": "By [day], nothing."}, actor=editors[0].actor, version=own.version)
    assert fresh(database, claim).refuted_if == claim.refuted_if
