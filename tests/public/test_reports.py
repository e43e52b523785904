"""Readers report mistakes and reply, without an account."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import change_settings, events_of, make_editor
from tests.public.sample import AT, Sample
from tests.support.web import Client, SignIn
from tracker import clock
from tracker.db import Database
from tracker.errors import Conflict, Forbidden, Invalid
from tracker.newsroom.settings import Newsroom
from tracker.public import reports
from tracker.public.models import Report, ReportKind
from tracker.publishing import jobs
from tracker.publishing import reports as answers
from tracker.publishing.models import ReportMail


def send(client: Client, clock_at: Any, about: int, *, wait: float = 60, **given: str) -> Any:
    """Open the form, wait, and send it."""
    page = client.get(f"/public/en/report?claim={about}").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    clock_at(clock.now() + timedelta(seconds=wait))
    data = {"kind": "error", "body": "It is wrong.", "token": token[1], "claim": str(about), **given}
    return client.post("/public/en/report", data=data, csrf=False)


def stored(database: Database) -> list[Report]:
    with database.reading() as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


def test_report_is_stored_without_a_cookie(client: Client, database: Database, sample: Sample, clock_at):
    clock_at(AT)
    answer = send(client, clock_at, sample.claims["confirmed"], name="Ann", email="ann@example.org")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/public/en/report/thanks")
    assert "Set-Cookie" not in answer.headers
    [report] = stored(database)
    assert (report.claim_id, report.body, report.email) == (sample.claims["confirmed"], "It is wrong.", "ann@example.org")


@pytest.mark.parametrize("wait", [1, 25 * 3600])
def test_form_sent_too_quickly_or_too_late_is_refused(client: Client, database: Database, sample: Sample, clock_at, wait: float):
    clock_at(AT)
    answer = send(client, clock_at, sample.claims["confirmed"], wait=wait)
    assert answer.status_code == 422
    assert "It is wrong." in answer.text
    assert stored(database) == []


@pytest.mark.parametrize("token", ["", "1.2", "9999999999.0", "x" * 5000, "١٢٣.abc"])
def test_forged_token_is_refused(client: Client, database: Database, sample: Sample, clock_at, token: str):
    clock_at(AT)
    assert send(client, clock_at, sample.claims["confirmed"], token=token).status_code == 422
    assert stored(database) == []


def test_token_of_one_claim_is_not_taken_for_another(client: Client, database: Database, sample: Sample, clock_at):
    clock_at(AT)
    answer = send(client, clock_at, sample.claims["confirmed"], claim=str(sample.claims["open"]))
    assert answer.status_code == 422
    assert stored(database) == []


def test_field_that_only_programs_see_makes_the_report_disappear(client: Client, database: Database, sample: Sample, clock_at):
    clock_at(AT)
    answer = send(client, clock_at, sample.claims["confirmed"], website="https://spam.example")
    assert answer.status_code == 303
    assert stored(database) == []


def test_sixth_report_of_a_network_within_an_hour_is_refused(client: Client, database: Database, sample: Sample, clock_at):
    clock_at(AT)
    statuses = [send(client, clock_at, sample.claims["confirmed"], wait=4).status_code for _ in range(100)]
    assert statuses == [303] * 5 + [429] * 95
    assert len(stored(database)) == 5
    clock_at(AT + timedelta(hours=2))
    assert send(client, clock_at, sample.claims["confirmed"], wait=4).status_code == 303


def test_more_than_64_kb_are_refused(client: Client, database: Database, sample: Sample, clock_at):
    clock_at(AT)
    assert send(client, clock_at, sample.claims["confirmed"], body="x" * 70_000).status_code == 413
    assert stored(database) == []


def test_report_about_a_private_claim_is_not_taken(client: Client, database: Database, sample: Sample):
    assert client.get(f"/public/en/report?claim={sample.claims['draft']}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "today", "due"),
    [
        (ReportKind.REPLY, date(2024, 4, 5), date(2024, 4, 8)),
        (ReportKind.ERROR, date(2024, 4, 5), date(2024, 4, 12)),
        (ReportKind.OTHER, date(2024, 4, 4), date(2024, 4, 11)),
    ],
)
def test_clock_runs_three_days_for_a_reply_and_five_working_days_else(kind: ReportKind, today: date, due: date):
    assert reports.count_due(kind, today, Newsroom()) == due


def test_working_days_leave_out_holidays():
    newsroom = Newsroom(holidays="2024-04-08 2024-04-09")
    assert reports.count_due(ReportKind.ERROR, date(2024, 4, 5), newsroom) == date(2024, 4, 16)


def make_report(database: Database, claim: int, kind: ReportKind = ReportKind.REPLY, at: datetime = AT) -> int:
    given = reports.Given(kind, claim, "en", "Ann Other", "ann@example.org", "I meant next year.")
    with database.writing() as session:
        return reports.receive(session, given, network="0" * 64, at=at).id


def test_chiefs_and_the_newsroom_s_address_are_mailed(database: Database, sample: Sample):
    chief = make_editor(database, roles=("editor", "chief"))
    make_editor(database)
    change_settings(database, desk_address="desk@example.org")
    make_report(database, sample.claims["confirmed"])
    with database.reading() as session:
        addresses = sorted(session.scalars(select(ReportMail.address)))
    assert addresses == sorted([chief.email, "desk@example.org"])


def test_reply_is_shown_verbatim_with_the_verdict(client: Client, database: Database, sample: Sample, clock_at):
    chief = make_editor(database, roles=("editor", "chief"))
    number = make_report(database, sample.claims["confirmed"])
    path = f"/public/en/claims/{sample.claims['confirmed']}"
    assert "I meant next year." not in client.get(path).text
    with database.writing() as session:
        answers.publish_reply(session, number, actor=chief.actor, at=AT)
    text = client.get(path).text
    assert "I meant next year." in text
    assert "ann@example.org" not in text
    assert "Reply by a person concerned" in client.get("/public/en/corrections").text
    assert events_of(database, f"claim:{sample.claims['confirmed']}")[-1].kind == "reply.published"


def test_report_of_a_mistake_cannot_be_published(database: Database, sample: Sample):
    chief = make_editor(database, roles=("editor", "chief"))
    number = make_report(database, sample.claims["confirmed"], ReportKind.ERROR)
    with database.writing() as session, pytest.raises(Conflict):
        answers.publish_reply(session, number, actor=chief.actor)


def test_editor_cannot_answer_a_report(database: Database, sample: Sample):
    editor = make_editor(database)
    number = make_report(database, sample.claims["confirmed"])
    with database.writing() as session, pytest.raises(Forbidden):
        answers.answer(session, number, "No.", actor=editor.actor)


def test_answer_is_mailed_to_the_reader(database: Database, sample: Sample):
    chief = make_editor(database, roles=("editor", "chief"))
    number = make_report(database, sample.claims["confirmed"])
    with database.writing() as session:
        answers.answer(session, number, "We have corrected it.", actor=chief.actor)
    with database.writing() as session, pytest.raises(Conflict):
        answers.answer(session, number, "Again.", actor=chief.actor)
    with database.reading() as session:
        owed = session.scalars(select(ReportMail.address).where(ReportMail.purpose == "answer")).all()
    assert owed == ["ann@example.org"]


def test_answer_has_a_bounded_length(database: Database, sample: Sample):
    chief = make_editor(database, roles=("editor", "chief"))
    number = make_report(database, sample.claims["confirmed"])
    with database.writing() as session, pytest.raises(Invalid):
        answers.answer(session, number, "a" * (answers.ANSWER_MAX + 1), actor=chief.actor)
    with database.writing() as session:
        assert answers.answer(session, number, "a" * answers.ANSWER_MAX, actor=chief.actor).answer


def test_personal_data_is_forgotten_after_twelve_months(database: Database, sample: Sample, clock_at):
    make_report(database, sample.claims["confirmed"], ReportKind.ERROR)
    clock_at(AT + timedelta(days=364))
    jobs.forget_reports(database, lambda: False)
    assert stored(database)[0].email == "ann@example.org"
    clock_at(AT + timedelta(days=365))
    jobs.forget_reports(database, lambda: False)
    [report] = stored(database)
    assert (report.name, report.email, report.network, report.body) == ("", "", "", "")


def test_published_reply_keeps_its_words_and_loses_its_address(client: Client, database: Database, sample: Sample, clock_at):
    chief = make_editor(database, roles=("editor", "chief"))
    number = make_report(database, sample.claims["confirmed"])
    with database.writing() as session:
        answers.publish_reply(session, number, actor=chief.actor, at=AT)
    clock_at(AT + timedelta(days=400))
    jobs.forget_reports(database, lambda: False)
    [report] = stored(database)
    assert (report.email, report.network, report.name) == ("", "", "Ann Other")
    assert "I meant next year." in client.get(f"/public/en/claims/{sample.claims['confirmed']}").text


def test_chief_closes_a_report_from_its_page(sign_in: SignIn, database: Database, sample: Sample):
    number = make_report(database, sample.claims["confirmed"])
    client = sign_in(make_editor(database, roles=("editor", "chief")))
    assert "I meant next year." in client.get(f"/reports/{number}").text
    assert client.post(f"/reports/{number}", data={"answer": "", "how": "answer"}).status_code == 422
    assert client.post(f"/reports/{number}", data={"answer": "", "how": "publish"}).status_code == 303
    assert client.post(f"/reports/{number}", data={"answer": "", "how": "dismiss"}).status_code == 409
    assert stored(database)[0].state == "published"


def test_reports_beyond_the_page_are_counted(
    client: Client, sign_in: SignIn, database: Database, sample: Sample, clock_at, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(answers, "OPEN_SHOWN", 1)
    clock_at(AT)
    send(client, clock_at, sample.claims["confirmed"])
    boss = sign_in(make_editor(database, roles=("editor", "chief")))
    assert "are due first" not in boss.get("/reports").text
    send(client, clock_at, sample.claims["confirmed"], body="It is wrong, too.")
    assert len(stored(database)) == 2
    assert "The 1 that are due first are shown, of 2 in all." in boss.get("/reports").text


def test_closed_reports_beyond_the_list_are_named(
    sign_in: SignIn, database: Database, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(answers, "CLOSED_SHOWN", 2)
    chief = make_editor(database, roles=("editor", "chief"))

    def close() -> None:
        number = make_report(database, sample.claims["confirmed"])
        with database.writing() as session:
            answers.dismiss(session, number, actor=chief.actor, at=AT)

    close()
    close()
    boss = sign_in(chief)
    assert "newest are shown" not in boss.get("/reports").text
    close()
    assert "Only the 2 newest are shown." in boss.get("/reports").text


def test_closed_report_has_the_newsrooms_day(sign_in: SignIn, database: Database, sample: Sample):
    change_settings(database, timezone="Europe/Paris")
    chief = make_editor(database, roles=("editor", "chief"))
    number = make_report(database, sample.claims["confirmed"])
    with database.writing() as session:
        answers.dismiss(session, number, actor=chief.actor, at=datetime(2024, 4, 1, 23, 30, tzinfo=UTC))
    page = sign_in(chief).get("/reports").text
    assert "2 Apr 2024" in page
    assert "1 Apr 2024" not in page
