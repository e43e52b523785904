"""Webhooks: what they are told, how it is signed, where it may go, and that one that fails harms nobody else."""

import socket
import threading
import time as real_time
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event
from standardwebhooks import Webhook as Receiver
from standardwebhooks import WebhookVerificationError

from tests.factories import change_settings, events_of, everyday, make_article, make_editor, make_evidence, make_speaker
from tests.notifications.harness import ON_ONE, Office
from tests.notifications.test_reminders import a_claim, act
from tests.support.processes import wait_until
from tests.support.web_sink import Request, WebSink, web_sink
from tracker import clock
from tracker.accounts import people
from tracker.accounts.models import Editor
from tracker.claims.enums import Attribution, Outcome, WithdrawReason
from tracker.claims.models import Claim
from tracker.claims.services import evidence, moves, verdicts
from tracker.errors import Forbidden, Invalid, NotFound
from tracker.ledger.reading import one_moment
from tracker.ledger.verify import verify
from tracker.net import http
from tracker.net.attempts import Attempt, Permanent, SendSlot, Temporary
from tracker.net.ssrf_guard import Guard
from tracker.notifications import outbox
from tracker.notifications.channels.base import DeliveryStats
from tracker.notifications.dispatcher import Dispatcher
from tracker.notifications.models import Format, Paused, State, Webhook
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.webhook_events import CHOICES
from tracker.webhooks import services
from tracker.webhooks.channel import WebhookChannel

DUE = date(2024, 3, 13)
HERE = Guard((ip_network("127.0.0.0/8"),))
ALL = [event.value for event in CHOICES]


@pytest.fixture
def web() -> Generator[WebSink]:
    with web_sink() as made:
        yield made


@pytest.fixture
def chief(office: Office) -> Editor:
    office.go(date(2024, 1, 2))
    made = make_editor(office.database, "Cleo", email="cleo@example.org", roles=("chief",))
    office.preferences(made, digest="off")
    return made


class Hooks:
    """The webhooks of an office, and what its scheduler does about them."""

    def __init__(self, office: Office, chief: Editor) -> None:
        self.office, self.chief = office, chief
        self.settings = replace(office.settings, webhook_private=HERE.allowed)
        self.channel = WebhookChannel.from_settings(self.settings)
        self._dispatcher: Dispatcher | None = None

    def add(self, url: str, events: list[str] = ALL, form: Format = Format.STANDARD, **more: Any) -> tuple[int, str]:
        given = {"name": "CMS", "guard": HERE, "secret_key": self.settings.secret_key, **more}
        with self.office.database.writing() as session:
            actor = session.get_one(Editor, self.chief.id).actor
            webhook, secret = services.add(session, actor, **{"url": url, "format": form, "events": events, **given})
            return webhook.id, secret

    def send(self, *, workers: int = 1, deadline: float = 30.0, **options: Any) -> DeliveryStats:
        return Dispatcher(self.office.database, self.channel, workers=workers, deadline=deadline, **options).round()

    def round(self) -> DeliveryStats:
        self.office.plan()
        return self.send()

    def do(self, what: Callable[..., Any], webhook_id: int, by: Editor | None = None, **more: Any) -> Any:
        with self.office.database.writing() as session:
            actor = session.get_one(Editor, (by or self.chief).id).actor
            return what(session, services.get(session, webhook_id, lock=True), actor, **more)

    def now(self, webhook_id: int) -> Webhook:
        with self.office.database.reading() as session:
            return session.get_one(Webhook, webhook_id)


@pytest.fixture
def webhooks(office: Office, chief: Editor) -> Hooks:
    return Hooks(office, chief)


def later(office: Office, **by: float) -> None:
    office.travel(clock.now() + timedelta(**by))


def types(web: WebSink) -> list[str]:
    return [request.json["type"] for request in web.requests]


# --- what is told ---


def test_due_and_late_claims_are_sent_once_each(webhooks: Hooks, web: WebSink, office: Office):
    webhooks.add(web.url())
    claim = a_claim(office, None)
    told = {}
    for day in (-7, 0, 1, 7, 30, 37, 60):
        office.go(DUE + timedelta(days=day))
        before = len(web.requests)
        webhooks.round()
        webhooks.round()
        told[day] = [(r.json["type"], r.json["data"].get("days_late")) for r in web.requests[before:]]

    assert told == {
        -7: [],
        0: [("claim.due", None)],
        1: [],
        7: [("claim.late", 7)],
        30: [("claim.late", 30)],
        37: [("claim.late", 37)],
        60: [],
    }
    assert web.requests[0].json["data"]["claim"]["id"] == claim.id
    assert len({request.id for request in web.requests}) == 4


def test_proposals_verdicts_and_withdrawals_are_sent_once_each(webhooks: Hooks, web: WebSink, office: Office):
    claim = a_claim(office, None)
    office.go(DUE)
    webhooks.add(web.url(), ["signoff.requested", "verdict.signed", "verdict.withdrawn"])
    tom, ines = make_editor(office.database), make_editor(office.database)

    def do(service: Callable[..., Any], by: Editor, *values: Any) -> None:
        act(office, claim, service, *values, actor=by)
        webhooks.round()
        webhooks.round()

    make_evidence(office.database, claim, at=clock.now())
    with office.database.reading() as session:
        proposed = everyday(session.get_one(Claim, claim.id))
    do(verdicts.propose, tom, proposed)
    do(verdicts.sign, ines)

    assert types(web) == ["signoff.requested", "verdict.signed"]
    verdict = web.requests[1].json["data"]["verdict"]
    assert (verdict["outcome"], verdict["rationale"]) == (Outcome.CONFIRMED, proposed.rationale)
    do(verdicts.propose_withdrawal, tom, "mistake", "It was not a prediction.")
    do(verdicts.sign, ines)
    assert types(web)[2:] == ["signoff.requested", "verdict.withdrawn"]


def test_outdated_event_is_not_sent(webhooks: Hooks, web: WebSink, office: Office):
    claim = a_claim(office, None)
    webhooks.add(web.url())
    office.go(DUE)
    office.plan()
    act(office, claim, moves.withdraw, WithdrawReason.MISTAKE, "", actor=webhooks.chief)
    webhooks.send()

    assert web.requests == []
    assert office.fates(channel="webhook") == [("hook:1", "on_the_day", "not_waiting")]


def test_webhook_gets_chosen_events_since_its_creation(webhooks: Hooks, web: WebSink, office: Office):
    a_claim(office, None)
    office.go(DUE)
    webhooks.round()
    webhooks.add(web.url(), ["verdict.signed"])
    webhooks.add(web.url("/late"), ["claim.late", "claim.due"])
    webhooks.round()
    assert web.requests == []
    office.go(DUE + timedelta(days=7))
    webhooks.round()

    assert [(request.path, request.json["type"]) for request in web.requests] == [("/late", "claim.late")]


def test_nothing_private_leaves(webhooks: Hooks, web: WebSink, office: Office):
    webhooks.add(web.url())
    webhooks.add(web.url(), form=Format.SLACK)
    webhooks.add(web.url(), form=Format.MATTERMOST)
    secret = make_speaker(office.database, "Somebody Implied")
    claim = a_claim(office, None, speaker_id=secret.id, attribution=Attribution.IMPLIED)
    with office.database.writing() as session:
        own = session.get_one(Claim, claim.id)
        actor = session.get_one(Editor, webhooks.chief.id).actor
        evidence.add_note(session, own, "Between us: the source is Ann.", actor=actor)
    office.go(DUE)
    webhooks.round()

    assert len(web.requests) == 3
    for request in web.requests:
        assert "Somebody" not in request.body
        assert "Between us" not in request.body
    data = web.requests[0].json["data"]
    assert (data["claim"]["speaker"], data["claim"]["attribution"]) == (None, "implied")


def test_samples_are_not_sent(webhooks: Hooks, web: WebSink, office: Office):
    webhooks.add(web.url())
    a_claim(office, None, article=make_article(office.database, is_sample=True))
    office.go(DUE)
    webhooks.round()
    assert web.requests == []


# --- forms and signature ---


def due_in(
    form: Format, webhooks: Hooks, web: WebSink, office: Office, statement: str, language: str = "en"
) -> tuple[Request, str]:
    _, secret = webhooks.add(web.url(), form=form)
    change_settings(office.database, language=language)
    a_claim(office, None, statement=statement)
    office.go(DUE)
    webhooks.round()
    return web.requests[-1], secret


@ON_ONE
def test_the_signature_is_that_of_standard_webhooks(webhooks: Hooks, web: WebSink, office: Office):
    webhook, secret = webhooks.add(web.url(), ["claim.due"])
    webhooks.do(services.send_test, webhook)
    office.travel(datetime.now(UTC))  # the receiver's own clock
    webhooks.send()
    (request,) = web.requests

    assert Receiver(secret).verify(request.body, request.headers)["type"] == "test"
    renewed = webhooks.do(services.renew_secret, webhook, secret_key=webhooks.settings.secret_key)
    with pytest.raises(WebhookVerificationError):
        Receiver(renewed).verify(request.body, request.headers)
    with pytest.raises(WebhookVerificationError):
        Receiver(secret).verify(request.body.replace("test", "best"), request.headers)
    later(office, minutes=2)
    webhooks.do(services.send_test, webhook)
    webhooks.send()
    assert Receiver(renewed).verify(web.requests[1].body, web.requests[1].headers)["type"] == "test"


@ON_ONE
def test_the_secret_is_not_in_the_database(webhooks: Hooks, web: WebSink, office: Office):
    webhook, secret = webhooks.add(web.url())
    row = webhooks.now(webhook)
    assert secret.startswith("whsec_")
    assert secret not in repr([getattr(row, column.key) for column in Webhook.__table__.columns])


@ON_ONE
def test_slack_line_links_without_mentions(webhooks: Hooks, web: WebSink, office: Office):
    request, _ = due_in(Format.SLACK, webhooks, web, office, "<!channel> A & B <https://evil.example|rain>\nsoon")
    assert request.json["text"] == (
        "Ready to check: <https://tracker.example.org/claims/1|&lt;!channel&gt; A &amp; B &lt;https://evil.example¦rain&gt; soon>"
        "\n13 March 2024"
    )
    assert request.json["unfurl_links"] is False


@ON_ONE
def test_mattermost_gets_a_line_in_the_newsrooms_language(webhooks: Hooks, web: WebSink, office: Office):
    request, _ = due_in(Format.MATTERMOST, webhooks, web, office, "@all [a](b) *rain*", "fr")
    line = request.json["text"]
    assert line.startswith(
        "À vérifier dès maintenant\u202f: [@\u200ball \\[a\\]\\(b\\) \\*rain\\*](https://tracker.example.org/claims/1)"
    )
    assert line.endswith("\n13 mars 2024")


# --- failing ---


def test_it_is_tried_for_a_day_under_one_id_with_growing_pauses_and_then_set_aside(webhooks: Hooks, web: WebSink, office: Office):
    tried: list[tuple[datetime, str]] = []

    def refuse(request: Request) -> tuple[int, dict[str, str], bytes]:
        tried.append((clock.now(), request.id))
        return 503, {}, b"no\x1b[31m room"

    web.answers = refuse
    webhook, _ = webhooks.add(web.url())
    a_claim(office, None)
    office.go(DUE)
    office.plan()
    while (row := office.rows(channel="webhook")[0]).state is State.PLANNED:
        office.travel(row.next_try_at)
        webhooks.send()

    pauses = [(after - before).total_seconds() / 60 for (before, _), (after, _) in pairwise(tried)]
    assert pauses == sorted(pauses)
    assert pauses[:3] == [1, 2, 5]
    assert timedelta(hours=24) <= tried[-1][0] - tried[0][0] < timedelta(hours=28)
    assert len({id_ for _, id_ in tried}) == 1
    assert (row.state, row.reason) == (State.FAILED, "failed")
    assert row.detail.startswith("503 Service Unavailable: no [31m room")
    assert webhooks.now(webhook).failing_since == tried[0][0]


def test_webhook_pauses_after_seven_days_and_notifies_its_owner(webhooks: Hooks, web: WebSink, office: Office):
    web.answers = lambda _request: (500, {}, b"")
    webhook, _ = webhooks.add(web.url(), name="The CMS")
    office.go(DUE)
    for _ in range(8):
        webhooks.do(services.send_test, webhook)
        assert webhooks.now(webhook).paused_at is None
        webhooks.send()
        later(office, days=1)
    assert webhooks.now(webhook).paused_because is Paused.FAILING
    office.plan()
    office.send()

    (mail,) = office.new_mails()
    assert (mail.receiver, mail.subject) == ("cleo@example.org", "A webhook was paused: The CMS [Tracker]")
    assert "500 Internal Server Error" in mail.text
    assert "https://tracker.example.org/settings/webhooks" in mail.text
    a_claim(office, None)
    webhooks.round()
    assert [row.kind for row in office.rows(channel="webhook") if row.state is State.PLANNED] == []


@ON_ONE
def test_a_receiver_that_is_gone_is_paused_at_once(webhooks: Hooks, web: WebSink, office: Office):
    web.answers = lambda _request: (410, {}, b"")
    webhook, _ = webhooks.add(web.url())
    webhooks.do(services.send_test, webhook)
    webhooks.send()
    assert webhooks.now(webhook).paused_because is Paused.GONE
    assert office.rows(channel="webhook")[0].state is State.FAILED


@ON_ONE
def test_while_one_message_fails_the_others_wait_and_go_as_soon_as_it_works(webhooks: Hooks, web: WebSink, office: Office):
    web.answers = lambda _request: (503, {}, b"")
    webhooks.add(web.url())
    for _ in range(3):
        a_claim(office, None)
    office.go(DUE)
    webhooks.round()
    webhooks.send()
    assert sorted(row.attempts for row in office.rows(channel="webhook")) == [0, 0, 1]

    web.answers = lambda _request: (200, {}, b"")
    later(office, minutes=1)
    webhooks.send()
    assert {row.state for row in office.rows(channel="webhook")} == {State.SENT}


@pytest.mark.parametrize("backend", ["postgresql"])  # on SQLite, whoever writes is alone
def test_accepted_delivery_is_marked_despite_a_lock(webhooks: Hooks, web: WebSink, office: Office):
    webhook, _ = webhooks.add(web.url())
    a_claim(office, None)
    office.go(DUE)
    office.plan()

    with office.database.writing() as session:
        services.get(session, webhook, lock=True)
        sending = threading.Thread(target=webhooks.send)
        sending.start()
        wait_until(lambda: office.rows(channel="webhook")[0].state is State.SENT)
    sending.join(60)

    assert webhooks.now(webhook).worked_at is not None


@ON_ONE
def test_hung_and_slow_receivers_delay_no_other(webhooks: Hooks, web: WebSink, office: Office):
    web.hangs = lambda request: request.path == "/hangs"
    web.drips = lambda request: request.path == "/drips"
    for path in ("/hangs", "/drips", "/good"):
        webhooks.add(web.url(path))
    for _ in range(3):
        a_claim(office, None)
    office.go(DUE)
    office.plan()
    done: list[DeliveryStats] = []

    def send() -> None:
        done.append(webhooks.send(workers=services.HOOKS_MOST, deadline=60.0, slot=SendSlot(patience=0.2)))

    sending = threading.Thread(target=send)
    sending.start()
    wait_until(lambda: [request.path for request in web.requests].count("/good") == 3)
    assert not done  # the other two are still at it
    web.hold.set()  # now they come to an end
    sending.join(60)

    assert done[0].sent >= 3


@ON_ONE
def test_hung_and_slow_receivers_time_out(webhooks: Hooks, web: WebSink, office: Office):
    web.hangs = lambda request: request.path == "/hangs"
    web.drips = lambda request: request.path == "/drips"
    for path in ("/hangs", "/drips"):
        webhooks.add(web.url(path))
    a_claim(office, None)
    office.go(DUE)
    office.plan()
    begun = real_time.monotonic()
    tally = webhooks.send(workers=services.HOOKS_MOST, deadline=1.0, slot=SendSlot(patience=0.2))

    assert real_time.monotonic() - begun < 30
    assert tally.retried == 2
    assert all("no answer" in row.detail for row in office.rows(channel="webhook"))


# --- where it may go ---


def refusal(url: str, guard: Guard = HERE, seconds: float = 30) -> str:
    with pytest.raises((Temporary, Permanent)) as refused:
        http.post(url, b"{}", {}, guard, Attempt(seconds))
    return str(refused.value)


def test_a_redirect_is_an_answer_and_not_followed(web: WebSink):
    web.answers = lambda _request: (302, {"Location": web.url("/elsewhere")}, b"")
    assert refusal(web.url()) == "302 Found: a redirect is not followed"
    assert web.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"])
def test_without_leave_of_the_operator_this_machine_is_not_spoken_to(web: WebSink, host: str):
    assert "not a public address" in refusal(f"http://{host}:{web.port}/", Guard())
    assert web.requests == []


def test_the_address_that_was_checked_is_the_one_that_is_spoken_to(web: WebSink, monkeypatch: pytest.MonkeyPatch):
    asked = []
    real = socket.getaddrinfo

    def answer(host: str, *args: Any, **kwargs: Any) -> Any:
        if host != "rebinding.example.org":
            return real(host, *args, **kwargs)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, web.port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    this_one = Guard((ip_network("127.0.0.1"),))
    http.post(f"http://rebinding.example.org:{web.port}/x", b"{}", {}, this_one, Attempt(30))

    assert len(asked) == 1
    assert web.requests[0].headers["host"] == f"rebinding.example.org:{web.port}"
    assert "not a public address" in refusal(f"http://rebinding.example.org:{web.port}/x", this_one)


def test_of_a_long_answer_little_is_read(web: WebSink):
    web.answers = lambda _request: (500, {}, b"x" * 50_000_000)
    assert len(refusal(web.url())) < 200


@pytest.mark.parametrize("url", ["ftp://example.org/x", "file:///etc/passwd", "http://", "//example.org"])
def test_what_is_no_web_address_is_not_sent_to(url: str):
    assert "not a web address" in refusal(url)


def test_unresolvable_host_is_reported():
    assert refusal("https://nowhere.invalid/x", Guard()) == "nowhere.invalid has no address"


# --- looking after them ---


@ON_ONE
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("url", "http://127.0.0.1/x"),
        ("url", "http://0x7f.1/x"),
        ("url", "https://[::1]/x"),
        ("url", "ftp://example.org"),
        ("url", "https://a:b@example.org"),
        ("url", "https://"),
        ("name", "  "),
        ("name", "x" * 121),
        ("events", []),
        ("events", ["test"]),
        ("events", ["claim.due", "other"]),
        ("format", "discord"),
    ],
)
def test_what_is_no_webhook_is_refused(webhooks: Hooks, field: str, wrong: Any):
    given: dict[str, Any] = {"url": "https://example.org/x", "guard": Guard(), field: wrong}
    with pytest.raises(Invalid) as refused:
        webhooks.add(given.pop("url"), **given)
    assert refused.value.field == field


@ON_ONE
def test_editors_and_viewers_add_none_and_admins_do(webhooks: Hooks, web: WebSink, office: Office):
    for role in ("editor", "viewer"):
        webhooks.chief = make_editor(office.database, roles=(role,))
        with pytest.raises(Forbidden):
            webhooks.add(web.url())
    webhooks.chief = make_editor(office.database, roles=("admin",))
    for _ in range(services.HOOKS_MOST):
        webhooks.add(web.url())
    with pytest.raises(Invalid, match="10 webhooks"):
        webhooks.add(web.url())


def test_webhook_can_be_paused_resumed_and_removed(webhooks: Hooks, web: WebSink, office: Office):
    webhook, _ = webhooks.add(web.url())
    a_claim(office, None)
    office.go(DUE)
    office.plan()
    webhooks.do(services.pause, webhook)
    webhooks.round()
    assert office.fates(channel="webhook") == [("hook:1", "on_the_day", "hook_off")]
    webhooks.do(services.resume, webhook)
    webhooks.round()
    assert web.requests == []
    webhooks.do(services.remove, webhook)
    row = webhooks.now(webhook)
    assert (row.url, row.salt) == ("", "")
    with pytest.raises(NotFound):
        webhooks.do(services.pause, webhook)
    kinds = [event.kind for event in events_of(office.database, "webhook:1")]
    assert kinds == ["webhook.added", "webhook.paused", "webhook.resumed", "webhook.removed"]
    with one_moment(office.database) as session:
        assert verify(session).findings == []


def test_webhooks_of_a_disabled_editor_pause_until_adopted(webhooks: Hooks, web: WebSink, office: Office):
    webhook, _ = webhooks.add(web.url())
    boss = make_editor(office.database, "Boss", roles=("chief", "admin"))
    a_claim(office, None)
    office.go(DUE)
    office.plan()
    with office.database.writing() as session:
        people.disable(session, session.get_one(Editor, webhooks.chief.id), actor=session.get_one(Editor, boss.id).actor)
    webhooks.round()
    assert web.requests == []

    webhooks.do(services.resume, webhook, by=boss)
    assert webhooks.now(webhook).owner_id == boss.id
    a_claim(office, None)
    webhooks.round()
    assert types(web) == ["claim.due"]


@ON_ONE
def test_a_row_that_no_message_can_be_made_of_is_set_aside(webhooks: Hooks, web: WebSink, office: Office):
    webhooks.add(web.url())
    with office.database.writing() as session:
        at = clock.now()
        outbox.enqueue(session, [PendingMessage("review", "claim:1", "hook:1", "webhook", 0, "no_such_step", at)], at)
    webhooks.send()
    (row,) = office.rows(channel="webhook")
    assert (row.state, row.reason) == (State.FAILED, "broken")


@ON_ONE
def test_planning_where_nothing_happened_asks_one_question_however_many_webhooks_there_are(
    webhooks: Hooks, web: WebSink, office: Office
):
    asked: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for number in range(4):
        office.plan()
        counts.append(len(asked))
        webhooks.add(web.url(f"/{number}"))
        asked.clear()
    assert counts[1:] == [counts[0] + 1] * 3
