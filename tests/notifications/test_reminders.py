"""What is reminded of, when and to whom: each rule, and where it ends."""

from datetime import date, time, timedelta

import pytest

from tests.factories import change_settings, flag, fresh, make_claim, make_editor
from tests.notifications.harness import ON_ONE, Office
from tracker import clock
from tracker.accounts import demo, people
from tracker.accounts.models import Editor, Setting
from tracker.claims.enums import Outcome, VerdictKind, WithdrawReason
from tracker.claims.models import Claim
from tracker.claims.services import editing, moves, verdicts
from tracker.ledger import SYSTEM
from tracker.notifications import preferences
from tracker.notifications.producers import requests

DUE = date(2024, 3, 13)  # a Wednesday
DAY = timedelta(days=1)
EARLY, LATE = time(7, 59, 59), time(8)


@pytest.fixture
def ines(office: Office) -> Editor:
    """An editor who wants single messages alone."""
    office.go(date(2024, 1, 2))
    editor = make_editor(office.database, "Inès", email="ines@example.org")
    office.preferences(editor, digest="off")
    return editor


@pytest.fixture
def chief(office: Office) -> Editor:
    office.go(date(2024, 1, 2))
    editor = make_editor(office.database, "Ada", email="ada@example.org", roles=["chief"])
    office.preferences(editor, digest="off")
    return editor


def a_claim(office: Office, owner: Editor | None, review_on: date = DUE, status: str = "open", **fields) -> Claim:
    deadline = {"deadline_on": review_on - DAY}
    return make_claim(
        office.database, status, owner=owner, review_on=review_on, **{**deadline, "statement": "It rains.", **fields}
    )


def act(office: Office, claim: Claim, what, *arguments, actor: Editor, **more) -> None:
    with office.database.writing() as session:
        own = session.get_one(Claim, claim.id)
        what(session, own, *arguments, actor=session.get_one(Editor, actor.id).actor, version=own.version, **more)


def propose(office: Office, claim: Claim, *, by: Editor, signer: Editor | None = None) -> None:
    from tests.factories import everyday, make_evidence

    if claim.confirmed_if:
        make_evidence(office.database, claim, at=clock.now())
    with office.database.writing() as session:
        own = session.get_one(Claim, claim.id)
        verdict = everyday(own, Outcome.CONFIRMED)
        verdicts.propose(
            session, own, verdict, actor=session.get_one(Editor, by.id).actor, version=own.version,
            requested_signer_id=signer.id if signer else None,
        )  # fmt: skip


def test_the_owner_hears_of_it_five_times_at_most_and_then_there_is_silence(office: Office, ines: Editor, chief: Editor):
    a_claim(office, ines)

    assert office.around(DUE, DUE - 20 * DAY, DUE + 100 * DAY, near=(-1, 0, 1)) == {
        DUE - 7 * DAY: [("ines", "Due in 7 days: It rains.")],
        DUE: [("ines", "Ready to check: It rains.")],
        DUE + 7 * DAY: [("ines", "Still open 7 days after the review date: It rains.")],
        DUE + 30 * DAY: [("ines", "Still open 30 days after the review date: It rains.")],
        DUE + 37 * DAY: [("ada", "No verdict 37 days after the review date: It rains.")],
    }
    assert office.rung(ines) == ["late_30", "late_7", "on_the_day", "before"]
    assert office.rung(chief) == ["escalation"]


@ON_ONE
def test_nothing_is_sent_before_the_hour_of_the_day(office: Office, ines: Editor):
    a_claim(office, ines)

    office.go(DUE - 7 * DAY, EARLY)
    assert office.round() == []
    office.go(DUE - 7 * DAY, LATE)
    assert office.round() == [("ines", "Due in 7 days: It rains.")]


@ON_ONE
def test_an_editor_has_an_hour_of_their_own(office: Office, ines: Editor):
    office.preferences(ines, hour=17)
    a_claim(office, ines)

    office.go(DUE, time(16, 59, 59))
    assert office.round() == []
    office.go(DUE, time(17))
    assert office.round() == [("ines", "Ready to check: It rains.")]


@ON_ONE
@pytest.mark.parametrize(
    ("off", "missing"), [("before", "before"), ("on_the_day", "on_the_day"), ("late", "late_7"), ("late", "late_30")]
)
def test_what_an_editor_does_not_want_is_not_sent_but_stays_in_the_bell(office: Office, ines: Editor, off: str, missing: str):
    office.preferences(ines, **{off: False})
    a_claim(office, ines)

    office.around(DUE, DUE - 10 * DAY, DUE + 40 * DAY)

    assert missing not in [row.step for row in office.rows(channel="email")]
    assert missing in office.rung(ines)


@ON_ONE
def test_a_wish_counts_when_the_message_is_sent(office: Office, ines: Editor):
    a_claim(office, ines)
    office.go(DUE, time(6))
    office.plan()
    office.preferences(ines, on_the_day=False)

    office.go(DUE, LATE)
    assert office.send().sent == 0
    assert office.fates(channel="email") == [(f"editor:{ines.id}", "on_the_day", "switched_off")]


@ON_ONE
def test_a_claim_entered_in_the_last_days_has_no_week_of_notice(office: Office, ines: Editor):
    office.go(DUE - 5 * DAY)
    claim = a_claim(office, ines, status="draft", review_on=DUE)
    act(office, claim, moves.track, actor=ines)

    assert office.days(DUE - 5 * DAY, DUE) == {DUE: [("ines", "Ready to check: It rains.")]}


@ON_ONE
def test_a_claim_entered_after_its_day_is_not_late_from_the_start(office: Office, ines: Editor):
    office.go(DUE + 20 * DAY, time(15))
    claim = a_claim(office, ines, status="draft", review_on=DUE)
    act(office, claim, moves.track, actor=ines)

    # The day of its entry is over for reminders, so the next morning is the first.
    assert office.on([DUE + day * DAY for day in (20, 21, 22, 27, 28, 30, 37)], time(16)) == {
        DUE + 21 * DAY: [("ines", "Ready to check: It rains.")],
        DUE + 28 * DAY: [("ines", "Still open 28 days after the review date: It rains.")],
    }


def test_postponing_arms_all_steps_afresh(office: Office, ines: Editor):
    claim = a_claim(office, ines)
    office.around(DUE, DUE - 8 * DAY, DUE + 8 * DAY)
    later = DUE + 30 * DAY
    office.go(DUE + 8 * DAY, time(10))
    act(office, claim, moves.postpone, later, "The summit was moved.", actor=ines)

    assert office.around(later, DUE + 9 * DAY, later + 7 * DAY) == {
        later - 7 * DAY: [("ines", "Due in 7 days: It rains.")],
        later: [("ines", "Ready to check: It rains.")],
        later + 7 * DAY: [("ines", "Still open 7 days after the review date: It rains.")],
    }
    assert [(row.due_cycle, row.step) for row in office.rows(channel="email")] == [
        (1, "before"), (1, "on_the_day"), (1, "late_7"), (2, "before"), (2, "on_the_day"), (2, "late_7"),
    ]  # fmt: skip


def test_postponed_between_planning_and_sending_nothing_of_the_old_day_goes_out(office: Office, ines: Editor):
    claim = a_claim(office, ines)
    office.go(DUE, time(6))
    office.plan()
    act(office, claim, moves.postpone, DUE + 20 * DAY, "Too early.", actor=ines)

    office.go(DUE, LATE)
    assert office.send().sent == 0
    assert office.arrived() == []
    assert {row.reason for row in office.rows()} == {"new_wait"}


def test_the_planner_itself_cancels_what_is_no_longer_so(office: Office, ines: Editor):
    claim = a_claim(office, ines)
    office.go(DUE, time(6))
    office.plan()
    propose(office, claim, by=ines)
    office.plan()

    assert office.fates() == [(f"editor:{ines.id}", "on_the_day", "not_waiting")] * 2


def test_proposal_cancels_planned_reminder_and_recall_replans_it(office: Office, ines: Editor):
    claim = a_claim(office, ines)
    office.go(DUE, time(6))
    office.plan()
    propose(office, claim, by=ines)
    office.go(DUE, LATE)
    assert office.send().cancelled == 1
    assert office.arrived() == []

    office.go(DUE, time(11))
    act(office, claim, verdicts.recall, actor=ines)
    assert office.round() == [("ines", "Ready to check: It rains.")]
    assert len(office.rows(channel="email")) == 1


@pytest.mark.parametrize("status", ["proposed", "resolved", "withdrawn", "draft"])
def test_a_claim_that_does_not_wait_is_not_reminded_of(office: Office, ines: Editor, status: str):
    a_claim(office, ines, status=status, review_on=DUE)

    office.on([DUE - 7 * DAY, DUE, DUE + 7 * DAY, DUE + 37 * DAY])

    assert [row for row in office.rows() if row.kind == "review"] == []


@ON_ONE
def test_withdrawn_between_planning_and_sending_nothing_goes_out(office: Office, ines: Editor):
    claim = a_claim(office, ines)
    office.go(DUE, time(6))
    office.plan()
    act(office, claim, moves.withdraw, WithdrawReason.MISTAKE, "", actor=ines)

    office.go(DUE, LATE)
    assert office.round() == []


@ON_ONE
def test_a_reopened_claim_is_reminded_of_as_a_new_wait(office: Office, ines: Editor):
    claim = a_claim(office, ines, status="resolved", review_on=DUE)
    office.go(DUE + 100 * DAY, time(15))
    act(office, claim, moves.reopen, VerdictKind.UPDATE, "It was undone.", actor=ines)

    assert office.days(DUE + 101 * DAY, DUE + 108 * DAY) == {
        DUE + 101 * DAY: [("ines", "Ready to check: It rains.")],
        DUE + 108 * DAY: [("ines", "Still open 8 days after the review date: It rains.")],
    }


def test_a_claim_that_changes_hands_before_the_message_is_sent_is_the_new_owners(office: Office, ines: Editor):
    claim = a_claim(office, ines)
    tom = make_editor(office.database, "Tom", email="tom@example.org")
    office.preferences(tom, digest="off")
    office.go(DUE, time(6))
    office.plan()
    act(office, claim, editing.assign, tom.id, actor=ines)

    office.go(DUE, LATE)
    office.send()
    assert office.round() == [("tom", "Ready to check: It rains.")]
    assert (f"editor:{ines.id}", "on_the_day", "handed_over") in office.fates(channel="email")
    assert office.rung(tom) == ["on_the_day"]
    assert office.rung(ines) == []


@ON_ONE
def test_what_was_sent_is_not_sent_again_to_a_new_owner(office: Office, ines: Editor):
    claim = a_claim(office, ines)
    tom = make_editor(office.database, "Tom", email="tom@example.org")
    office.preferences(tom, digest="off")
    office.days(DUE, DUE)
    act(office, claim, editing.assign, tom.id, actor=ines)

    assert office.around(DUE, DUE + DAY, DUE + 7 * DAY) == {
        DUE + 7 * DAY: [("tom", "Still open 7 days after the review date: It rains.")]
    }


# --- nobody's claims ---


@ON_ONE
def test_unowned_claim_reminds_the_desk_only(office: Office, ines: Editor, chief: Editor):
    change_settings(office.database, desk_address="Desk@Example.org ")
    a_claim(office, None)

    arrived = office.around(DUE, DUE - 8 * DAY, DUE + 60 * DAY)

    assert [receiver for day in arrived.values() for receiver, _ in day] == ["desk"] * 4 + ["ada"]
    assert office.rung(ines) == []


@ON_ONE
def test_unowned_claim_without_desk_address_reminds_no_one(office: Office, ines: Editor):
    a_claim(office, None)

    assert office.around(DUE, DUE - 8 * DAY, DUE + 8 * DAY) == {}
    assert office.rows() == []


@ON_ONE
def test_without_a_chief_the_desk_hears_of_it(office: Office, ines: Editor):
    change_settings(office.database, desk_address="desk@example.org")
    a_claim(office, ines)

    office.go(DUE + 37 * DAY)
    assert office.round() == [("desk", "No verdict 37 days after the review date: It rains.")]


def test_a_disabled_editor_gets_nothing_and_the_desk_what_was_theirs(office: Office, ines: Editor, chief: Editor):
    change_settings(office.database, desk_address="desk@example.org")
    a_claim(office, ines)
    office.go(DUE, time(6))
    office.plan()
    with office.database.writing() as session:
        people.disable(session, session.get_one(Editor, ines.id), actor=SYSTEM)

    office.go(DUE, LATE)
    assert office.round() == [("desk", "Ready to check: It rains.")]
    assert office.rung(ines) == []
    assert office.around(DUE, DUE + DAY, DUE + 7 * DAY) == {
        DUE + 7 * DAY: [("desk", "Still open 7 days after the review date: It rains.")]
    }


# --- on leave ---


def leave(office: Office, editor: Editor, until: date, stand_in: Editor | None) -> None:
    with office.database.writing() as session:
        row = session.get_one(Editor, editor.id)
        preferences.set_leave(session, row, until, stand_in.id if stand_in else None, actor=row.actor)


@pytest.fixture
def tom(office: Office, ines: Editor) -> Editor:
    editor = make_editor(office.database, "Tom", email="tom@example.org")
    office.preferences(editor, digest="off")
    return editor


def test_on_leave_the_stand_in_gets_it_and_never_both(office: Office, ines: Editor, tom: Editor):
    a_claim(office, ines)
    office.go(DUE - DAY)
    leave(office, ines, DUE + 7 * DAY, tom)

    assert office.around(DUE, DUE, DUE + 30 * DAY) == {
        DUE: [("tom", "Ready to check: It rains.")],
        DUE + 7 * DAY: [("tom", "Still open 7 days after the review date: It rains.")],
        DUE + 30 * DAY: [("ines", "Still open 30 days after the review date: It rains.")],
    }
    assert office.rung(tom) == ["late_7", "on_the_day"]
    assert office.rung(ines) == ["late_30"]
    assert "You receive this because you cover for Inès." in office.sink.mails[0].text


@ON_ONE
def test_leave_between_planning_and_sending_counts(office: Office, ines: Editor, tom: Editor):
    a_claim(office, ines)
    office.go(DUE, time(6))
    office.plan()
    leave(office, ines, DUE, tom)

    office.go(DUE, LATE)
    assert office.round() == [("tom", "Ready to check: It rains.")]
    assert len(office.rows(channel="email")) == 1


@ON_ONE
def test_stand_in_preferences_apply(office: Office, ines: Editor, tom: Editor):
    a_claim(office, ines)
    office.preferences(tom, on_the_day=False)
    office.go(DUE - DAY)
    leave(office, ines, DUE + DAY, tom)

    assert office.days(DUE, DUE + 2 * DAY) == {}
    assert office.rung(tom) == ["on_the_day"]


@ON_ONE
def test_a_stand_in_who_is_gone_leaves_it_to_the_desk_or_to_the_return(office: Office, ines: Editor, tom: Editor):
    a_claim(office, ines)
    office.go(DUE - DAY)
    leave(office, ines, DUE + 10 * DAY, tom)
    with office.database.writing() as session:
        people.disable(session, session.get_one(Editor, tom.id), actor=SYSTEM)

    office.go(DUE)
    assert office.round() == [("ines", "Ready to check: It rains.")]
    change_settings(office.database, desk_address="desk@example.org")
    office.go(DUE + 7 * DAY)
    assert office.round() == [("desk", "Still open 7 days after the review date: It rains.")]


@ON_ONE
def test_stand_ins_on_leave_have_stand_ins(office: Office, ines: Editor, tom: Editor, chief: Editor):
    a_claim(office, ines)
    office.go(DUE - DAY)
    leave(office, ines, DUE, tom)
    leave(office, tom, DUE, chief)

    office.go(DUE)
    assert office.round() == [("ada", "Ready to check: It rains.")]


# --- samples ---


def test_samples_are_reminded_of_in_a_demonstration_alone(office: Office, ines: Editor, make_article):
    article = make_article(is_sample=True)
    a_claim(office, ines, article=article)
    office.go(DUE)
    assert office.round() == []
    assert office.rows() == []

    with office.database.writing() as session:
        session.add(Setting(key="demo", value=True))
        assert demo.is_one(session)
    assert office.round() == [("ines", "Ready to check: It rains.")]


# --- after downtime ---


@ON_ONE
def test_of_steps_that_were_missed_the_newest_alone_is_sent(office: Office, ines: Editor):
    a_claim(office, ines)

    office.go(DUE + 10 * DAY, time(11))
    assert office.round() == [("ines", "Still open 10 days after the review date: It rains.")]
    assert [row.step for row in office.rows(channel="email")] == ["late_7"]
    assert office.rung(ines) == ["late_7"]


def test_an_older_step_that_was_planned_and_not_sent_gives_way_to_the_newer(office: Office, ines: Editor):
    a_claim(office, ines)
    office.go(DUE, time(6))
    office.plan()

    office.go(DUE + 8 * DAY)
    assert office.round() == [("ines", "Still open 8 days after the review date: It rains.")]
    assert office.fates(channel="email") == [
        (f"editor:{ines.id}", "on_the_day", "passed"),
        (f"editor:{ines.id}", "late_7", "sent"),
    ]


def test_three_at_a_time_are_messages_and_four_are_one(office: Office, ines: Editor):
    office.preferences(ines, before=False)
    for number in range(3):
        a_claim(office, ines, statement=f"Number {number}.")
    for number in range(4):
        a_claim(office, ines, review_on=DUE + DAY, statement=f"Further {number}.")

    assert office.days(DUE, DUE + DAY) == {
        DUE: [
            ("ines", "Ready to check: Number 0."),
            ("ines", "Ready to check: Number 1."),
            ("ines", "Ready to check: Number 2."),
        ],
        DUE + DAY: [("ines", "4 due this week")],
    }
    assert {row.state for row in office.rows(channel="email")} == {"sent"}
    text = office.sink.mails[-1].text
    assert [line.strip() for line in text.splitlines() if "Further" in line] == [f"Further {number}." for number in range(4)]


@ON_ONE
def test_a_newsroom_that_was_away_for_weeks_is_not_flooded(office: Office, ines: Editor, chief: Editor):
    for number in range(12):
        a_claim(office, ines, review_on=DUE - number * 4 * DAY, deadline_on=None)

    office.go(DUE)
    assert office.round() == [
        ("ada", "No verdict 40 days after the review date: It rains."),
        ("ada", "No verdict 44 days after the review date: It rains."),
        ("ines", "9 overdue, 1 due this week"),
    ]
    assert office.round() == []


# --- requests to sign ---


@pytest.fixture
def proposed(office: Office, ines: Editor, tom: Editor) -> Claim:
    """Tom asks Inès to sign, on a Wednesday at ten."""
    claim = a_claim(office, tom)
    office.go(DUE, time(10))
    with office.database.writing() as session:
        flag(session, session.get_one(Claim, claim.id))
    propose(office, claim, by=tom, signer=ines)
    return claim


def test_who_is_asked_to_sign_hears_of_it_at_once_and_again_after_three_working_days(
    office: Office, ines: Editor, proposed: Claim
):
    assert office.round() == [("ines", "Tom asks you to sign off a verdict: It rains.")]
    # Thursday, Friday, and after the weekend Monday.
    assert office.days(DUE + DAY, DUE + 8 * DAY) == {date(2024, 3, 18): [("ines", "Still waiting for your sign-off: It rains.")]}
    assert office.rung(ines) == ["again", "asked"]


@ON_ONE
def test_holidays_are_no_working_days(office: Office, proposed: Claim):
    change_settings(office.database, holidays="2024-03-14, 2024-03-15")
    office.round()

    assert office.days(DUE + DAY, DUE + 8 * DAY) == {date(2024, 3, 20): [("ines", "Still waiting for your sign-off: It rains.")]}


@ON_ONE
def test_a_signed_verdict_is_not_asked_for_again(office: Office, ines: Editor, proposed: Claim):
    office.round()
    act(office, proposed, verdicts.sign, actor=ines)

    assert office.days(DUE + DAY, DUE + 8 * DAY) == {}


def test_signature_cancels_planned_requests(office: Office, ines: Editor, proposed: Claim):
    office.plan()
    act(office, proposed, verdicts.sign, actor=ines)

    assert office.round() == []
    assert {row.reason for row in office.rows(kind="signoff")} == {"decided"}


@ON_ONE
def test_proposal_without_named_signer_sends_no_request(office: Office, ines: Editor, tom: Editor):
    claim = a_claim(office, tom)
    office.go(DUE, time(10))
    propose(office, claim, by=tom)

    assert office.round() == []


def test_a_second_proposal_is_asked_for_anew(office: Office, ines: Editor, tom: Editor, proposed: Claim):
    office.round()
    act(office, proposed, verdicts.recall, actor=tom)
    propose(office, fresh(office.database, proposed), by=tom, signer=ines)

    assert office.round() == [("ines", "Tom asks you to sign off a verdict: It rains.")]


@ON_ONE
def test_a_stand_in_who_proposed_it_is_not_asked_to_sign_it(office: Office, ines: Editor, tom: Editor, proposed: Claim):
    leave(office, ines, DUE + 30 * DAY, tom)
    change_settings(office.database, desk_address="desk@example.org")

    assert office.round() == [("desk", "Tom asks you to sign off a verdict: It rains.")]


@ON_ONE
def test_a_request_that_is_not_wanted_by_mail_rings_the_bell(office: Office, ines: Editor, proposed: Claim):
    office.preferences(ines, requests=False)

    assert office.days(DUE, DUE + 5 * DAY, time(12)) == {}
    assert office.rung(ines) == ["again", "asked"]


# --- without a mail server ---


def test_without_a_mail_server_the_bell_alone_rings(office: Office, ines: Editor):
    a_claim(office, ines)
    office.go(DUE)
    office.plan(email=False)
    office.send()

    assert [row.channel for row in office.rows()] == ["bell"]
    assert office.rung(ines) == ["on_the_day"]


def test_requests_beyond_the_first_are_sent_although_others_want_none(
    office: Office, ines: Editor, tom: Editor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(requests, "MOST", 1)
    silent = make_editor(office.database, "Silent")
    for signer in (silent, ines):
        claim = a_claim(office, tom)
        office.go(DUE, time(10))
        propose(office, claim, by=tom, signer=signer)
    with office.database.writing() as session:
        session.get_one(Editor, silent.id).active = False

    assert ("ines", "Tom asks you to sign off a verdict: It rains.") in office.round()
