"""Webhook events about what readers see, reopened claims, and the delivery log."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.factories import everyday, make_editor, make_evidence
from tests.notifications.harness import Office
from tests.notifications.test_reminders import a_claim, act
from tests.support.web import SignIn
from tests.support.web_sink import WebSink
from tests.webhooks import test_webhooks as shared
from tests.webhooks.test_webhooks import Hooks, types
from tracker import clock
from tracker.accounts.models import Editor
from tracker.claims.enums import VerdictKind
from tracker.claims.models import Claim
from tracker.claims.services import moves, verdicts
from tracker.errors import Conflict, Forbidden
from tracker.notifications.models import Reminder, State
from tracker.publishing import services as publishing
from tracker.webhooks import routes, services

DUE = date(2024, 3, 13)
PUBLIC = ["verdict.published", "correction.published", "claim.reopened"]
web, chief, webhooks = shared.web, shared.chief, shared.webhooks


@pytest.fixture
def sign(office: Office) -> Callable[[Claim], None]:
    """Have a claim's verdict proposed by one editor and signed by another."""

    def do(claim: Claim) -> None:
        tom, ines = make_editor(office.database), make_editor(office.database)
        make_evidence(office.database, claim, at=clock.now())
        with office.database.reading() as session:
            proposed = everyday(session.get_one(Claim, claim.id))
        act(office, claim, verdicts.propose, proposed, actor=tom)
        act(office, claim, verdicts.sign, actor=ines)

    return do


def publish(office: Office, claim: Claim, by: Editor) -> None:
    with office.database.writing() as session:
        actor = session.get_one(Editor, by.id).actor
        publishing.publish(session, session.get_one(Claim, claim.id).article_id, actor=actor)


def test_verdict_of_private_article_is_not_published(webhooks: Hooks, web: WebSink, office: Office, sign: Any):
    office.go(DUE)
    webhooks.add(web.url(), PUBLIC)
    sign(a_claim(office, None))
    webhooks.round()
    assert web.requests == []


def test_published_verdict_correction_and_reopening_are_sent_once(
    webhooks: Hooks, web: WebSink, office: Office, sign: Any, chief: Editor
):
    claim = a_claim(office, None)
    office.go(DUE)
    webhooks.add(web.url(), PUBLIC)
    sign(claim)
    publish(office, claim, chief)
    webhooks.round()
    assert types(web) == ["verdict.published"]

    act(office, claim, moves.reopen, VerdictKind.CORRECTION, "We erred.", actor=chief)
    webhooks.round()
    assert types(web) == ["verdict.published", "claim.reopened"]

    sign(claim)
    webhooks.round()
    webhooks.round()
    assert types(web) == ["verdict.published", "claim.reopened", "correction.published"]


def test_payload_carries_versions(webhooks: Hooks, web: WebSink, office: Office, sign: Any, chief: Editor):
    claim = a_claim(office, None)
    office.go(DUE)
    webhooks.add(web.url(), PUBLIC)
    sign(claim)
    publish(office, claim, chief)
    webhooks.round()
    act(office, claim, moves.reopen, VerdictKind.CORRECTION, "We erred.", actor=chief)
    sign(claim)
    webhooks.round()

    data = [request.json["data"] for request in web.requests]
    with office.database.reading() as session:
        now = session.get_one(Claim, claim.id)
        assert data[-1]["claim"]["version"] == now.version
        assert data[-1]["verdict"]["id"] == now.signed_verdict_id
    assert [each["schema"] for each in data] == [2] * len(data)
    assert [each["verdict"]["number"] for each in (data[0], data[-1])] == [1, 2]
    assert data[-1]["verdict"]["supersedes"] == data[0]["verdict"]["id"]


def test_delivery_log_sends_again_under_the_same_id(
    webhooks: Hooks, web: WebSink, office: Office, sign_in: SignIn, chief: Editor
):
    webhook_id, _secret = webhooks.add(web.url())
    webhooks.do(services.send_test, webhook_id)
    webhooks.round()
    (first,) = web.requests
    with office.database.reading() as session:
        row_id = session.scalars(select(Reminder.id).where(Reminder.channel == "webhook")).one()
    client = sign_in(chief)
    page = client.get(f"/settings/webhooks/{webhook_id}").text
    assert f"/deliveries/{row_id}" in page
    assert "Accepted" in page

    assert client.post(f"/settings/webhooks/{webhook_id}/deliveries/{row_id}").status_code == 303
    webhooks.round()

    assert [request.id for request in web.requests] == [first.id, first.id]
    assert web.requests[1].json["data"] == first.json["data"]


def test_delivery_log_has_what_was_tried_and_waits(webhooks: Hooks, web: WebSink, office: Office, sign_in: SignIn, chief: Editor):
    web.answers = lambda _request: (500, {}, b"The room is closed.")
    webhook_id, _secret = webhooks.add(web.url())
    webhooks.do(services.send_test, webhook_id)
    client = sign_in(chief)
    assert "Not accepted yet" not in client.get(f"/settings/webhooks/{webhook_id}").text
    webhooks.round()
    page = client.get(f"/settings/webhooks/{webhook_id}").text
    table = page.partition('id="deliveries"')[2].partition("</section>")[0]
    assert "Not accepted yet" in table
    assert "The room is closed." in table
    assert "next try:" in table
    assert "Send again" not in table


@pytest.mark.parametrize("what", ["paused", "being sent"])
def test_delivery_log_promises_no_try_that_does_not_come(
    webhooks: Hooks, web: WebSink, office: Office, sign_in: SignIn, chief: Editor, what: str
):
    web.answers = lambda _request: (500, {}, b"The room is closed.")
    webhook_id, _secret = webhooks.add(web.url())
    webhooks.do(services.send_test, webhook_id)
    webhooks.round()
    client = sign_in(chief)
    if what == "paused":
        client.post(f"/settings/webhooks/{webhook_id}", data={"do": "pause"})
    else:
        with office.database.writing() as session:
            session.execute(update(Reminder).values(state=State.LEASED))
    page = client.get(f"/settings/webhooks/{webhook_id}").text
    table = page.partition('id="deliveries"')[2].partition("</section>")[0]
    assert "Not accepted yet" in table
    assert "next try:" not in table


def test_delivery_of_another_webhook_is_not_sent_again(webhooks: Hooks, web: WebSink, office: Office):
    first, _ = webhooks.add(web.url())
    second, _ = webhooks.add(web.url("/other"))
    webhooks.do(services.send_test, first)
    webhooks.round()
    with office.database.reading() as session:
        row_id = session.scalars(select(Reminder.id).where(Reminder.channel == "webhook")).one()
    reader = make_editor(office.database)
    with pytest.raises(Conflict):
        webhooks.do(lambda session, hook, actor: services.redeliver(session, hook, row_id, actor), second)
    with pytest.raises(Forbidden):
        webhooks.do(lambda session, hook, actor: services.redeliver(session, hook, row_id, actor), first, by=reader)
    with office.database.reading() as session:
        assert session.get_one(Reminder, row_id).state is State.SENT


def test_deliveries_beyond_the_list_are_named(
    webhooks: Hooks, web: WebSink, office: Office, sign_in: SignIn, chief: Editor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(routes, "DELIVERIES_SHOWN", 2)
    office.go(DUE)
    webhook_id, _secret = webhooks.add(web.url())
    client = sign_in(chief)

    def deliver(hour: int) -> str:
        office.go(DUE, time(hour))
        webhooks.do(services.send_test, webhook_id)
        webhooks.round()
        return client.get(f"/settings/webhooks/{webhook_id}").text

    deliver(9)
    assert "newest deliveries are shown" not in deliver(10)
    assert "Only the 2 newest deliveries are shown." in deliver(11)
