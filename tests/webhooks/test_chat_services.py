"""Messages by Apprise: sent by the same outbox, to allowed addresses alone, and never with their address in what is kept."""

from ipaddress import ip_network

import pytest
from apprise import Apprise

from tests.notifications.harness import Office
from tests.notifications.test_reminders import a_claim
from tests.support.web import SignIn
from tests.support.web_sink import WebSink
from tests.webhooks.test_webhooks import DUE, HERE, Hooks, chief, later, web, webhooks
from tracker.accounts.models import Editor
from tracker.errors import Invalid
from tracker.ledger.models import Event, EventTexts
from tracker.net.attempts import Attempt, Temporary
from tracker.net.ssrf_guard import Guard
from tracker.notifications.models import Format, State, Webhook
from tracker.webhooks import chat_services

__all__ = ["chief", "web", "webhooks"]  # fixtures

PASSWORD = "hunter22"


def address(web: WebSink, service: str = "json") -> str:
    return f"{service}://bot:{PASSWORD}@127.0.0.1:{web.port}/room"


def test_due_claim_is_sent_in_words(webhooks: Hooks, web: WebSink, office: Office):
    webhooks.add(address(web), form=Format.APPRISE)
    a_claim(office, None, statement="The ferry sails again, @everyone.")
    office.go(DUE)
    assert webhooks.round().sent == 1
    [request] = web.requests
    assert "The ferry sails again, @\u200beveryone." in request.json["message"]
    assert "/claims/1" in request.json["message"]
    assert webhooks.round().sent == 0
    assert len(web.requests) == 1


def test_refused_message_is_tried_again_until_it_is_taken(webhooks: Hooks, web: WebSink, office: Office):
    number, _ = webhooks.add(address(web), form=Format.APPRISE)
    a_claim(office, None)
    office.go(DUE)
    web.answers = lambda _request: (500, {}, PASSWORD.encode())
    webhooks.round()
    failed = webhooks.now(number)
    assert failed.failing_since is not None
    [row] = office.rows(channel="webhook")
    assert (row.state, row.attempts) == (State.PLANNED, 1)
    assert failed.said == "the service did not take the message"
    web.answers = lambda _request: (200, {}, b"ok")
    later(office, hours=2)
    webhooks.round()
    assert len(web.requests) == 1
    assert webhooks.now(number).failing_since is None


def test_address_that_is_not_allowed_is_never_connected_to(web: WebSink):
    with pytest.raises(Temporary, match="not a public address") as refused:
        chat_services.send(address(web), "A message.", Guard((ip_network("10.0.0.0/8"),)), Attempt(20))
    assert web.requests == []
    assert PASSWORD not in str(refused.value)


def test_redirect_to_an_address_that_is_not_allowed_is_not_followed(web: WebSink):
    web.answers = lambda _request: (307, {"Location": f"http://127.0.0.2:{web.port}/inside"}, b"")
    with pytest.raises(Temporary, match="not a public address"):
        chat_services.send(address(web), "A message.", Guard((ip_network("127.0.0.1/32"),)), Attempt(20))
    assert web.requests == []


def test_silent_service_is_given_up_in_time(web: WebSink):
    web.hangs = lambda _request: True
    attempt = Attempt(4)
    with pytest.raises(Temporary, match="no answer in time"):
        chat_services.send(address(web), "A message.", HERE, attempt)
    web.hold.set()
    assert attempt.is_over()


def test_text_is_written_in_the_format_of_the_service(web: WebSink):
    for format_ in ("html", "text"):
        chat_services.send(f"{address(web)}?format={format_}", "Growth<2%&more", HERE, Attempt(20))
    assert [request.json["message"] for request in web.requests] == ["Growth&lt;2%&amp;more", "Growth<2%&more"]


def test_address_of_two_receivers_gets_no_message(web: WebSink):
    with pytest.raises(Temporary, match="more than one receiver"):
        chat_services.send(f"ntfy://127.0.0.1:{web.port}/one/two", "A message.", HERE, Attempt(20))
    assert web.requests == []


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
def test_every_service_is_known_to_the_library():
    known = {schema for plugin in Apprise().details()["schemas"] for schema in plugin["protocols"] or ()}
    known |= {schema for plugin in Apprise().details()["schemas"] for schema in plugin["secure_protocols"] or ()}
    assert known >= chat_services.SERVICES


@pytest.mark.parametrize("number", [1684000000, 2130706433])
def test_number_of_a_telegram_bot_is_no_address_of_a_network(webhooks: Hooks, number: int):
    given = f"tgram://{number}:{PASSWORD}abcdefghij/lead"
    made, _ = webhooks.add(given, form=Format.APPRISE, guard=Guard())
    assert webhooks.now(made).url == given


@pytest.mark.parametrize("given", ["ntfys://2130706433", "ntfy://1/", "ntfys://user:word@127?priority=high"])
def test_topic_of_digits_is_no_address_of_a_network(webhooks: Hooks, given: str):
    made, _ = webhooks.add(given, form=Format.APPRISE, guard=Guard())
    assert webhooks.now(made).url == given


@pytest.mark.parametrize("given", ["ntfys://2130706433/topic", "ntfy://2130706433?mode=private", "ntfy://2130706433/?to=topic"])
def test_host_of_digits_stays_an_address_of_a_network(webhooks: Hooks, given: str):
    with pytest.raises(Invalid, match="not on the public network") as refused:
        webhooks.add(given, form=Format.APPRISE, guard=Guard())
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    "given",
    ["?retry=2", "?Template=/etc/passwd", "/?format=text&attach=/etc/passwd", "?x=1;%74emplate=/etc/passwd", "#?template+=a"],
)
def test_address_that_repeats_or_reads_files_is_refused(webhooks: Hooks, given: str):
    with pytest.raises(Invalid, match="Remove “") as refused:
        webhooks.add(f"ntfys://topic{given}", form=Format.APPRISE, guard=Guard())
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    "given",
    [
        "https://example.org/hook", "dbus://", "syslog://", "mailto://a:b@example.org", "ntfy", "://topic", "ntfy://a b", "", "msteams://a/b/c/d",
        "ntfy://127.0.0.1/topic", "json://localhost/x", "ntfy://" + "x" * 2_000,
    ],
)  # fmt: skip
def test_address_that_cannot_be_used_is_refused(webhooks: Hooks, given: str):
    with pytest.raises(Invalid) as refused:
        webhooks.add(given, form=Format.APPRISE, guard=Guard())
    assert refused.value.field == "url"


def test_without_the_extra_part_the_format_is_refused(webhooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chat_services, "find_spec", lambda _name: None)
    with pytest.raises(Invalid) as refused:
        webhooks.add("ntfys://topic", form=Format.APPRISE)
    assert refused.value.field == "format"


def test_address_is_on_no_page_and_in_no_entry(webhooks: Hooks, web: WebSink, office: Office, sign_in: SignIn, chief: Editor):
    browser = sign_in(chief)
    given = {"name": "Room", "url": f"tgram://123456789:{PASSWORD}abcdefghij/lead", "format": "apprise", "events": ["claim.due"]}
    answer = browser.post("/settings/webhooks", data=given)
    assert answer.status_code == 200
    pages = [answer.text, *(browser.get(path).text for path in ("/settings/webhooks", "/settings/webhooks/1", "/record"))]
    assert all("tgram://…" in page for page in pages[:2])
    assert not any(PASSWORD in page for page in pages)
    with office.database.reading() as session:
        kept = [event.canonical for event in session.query(Event)] + [row.texts for row in session.query(EventTexts)]
    assert any("webhook.added" in text for text in kept)
    assert not any(PASSWORD in text for text in kept)


def test_message_that_is_not_signed_has_no_secret(webhooks: Hooks, office: Office, sign_in: SignIn, chief: Editor):
    browser = sign_in(chief)
    given = {"name": "Room", "url": "ntfys://topic", "format": "apprise", "events": ["claim.due"]}
    added = browser.post("/settings/webhooks", data=given)
    assert added.status_code == 200
    assert 'id="secret"' not in added.text
    salt = webhooks.now(1).salt
    assert 'value="secret"' not in browser.get("/settings/webhooks/1").text
    assert browser.post("/settings/webhooks/1", data={"do": "secret"}).status_code == 422
    assert webhooks.now(1).salt == salt


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ntfys://example.org/one/two", "This address names more than one receiver."),
        ("discord://room", "This is no address of a service that can be used"),
    ],
)
def test_address_that_is_not_one_receiver_is_not_added(
    webhooks: Hooks, office: Office, sign_in: SignIn, chief: Editor, url: str, sentence: str
):
    browser = sign_in(chief)
    refused = browser.post("/settings/webhooks", data={"name": "Room", "url": url, "format": "apprise", "events": ["claim.due"]})
    assert refused.status_code == 422
    assert sentence in refused.text
    with office.database.reading() as session:
        assert session.query(Webhook).count() == 0


def test_signed_webhook_has_a_secret(sign_in: SignIn, chief: Editor):
    browser = sign_in(chief)
    given = {"name": "CMS", "url": "https://example.org/hook", "format": "standard", "events": ["claim.due"]}
    assert 'id="secret"' in browser.post("/settings/webhooks", data=given).text
    assert 'value="secret"' in browser.get("/settings/webhooks/1").text
    assert 'id="secret"' in browser.post("/settings/webhooks/1", data={"do": "secret"}).text


def test_form_offers_what_is_installed(sign_in: SignIn, chief: Editor, monkeypatch: pytest.MonkeyPatch):
    browser, choice = sign_in(chief), 'value="apprise"'
    assert choice in browser.get("/settings/webhooks").text
    monkeypatch.setattr(chat_services, "find_spec", lambda _name: None)
    page = browser.get("/settings/webhooks").text
    assert choice not in page
    assert 'value="mattermost"' in page
    given = {"name": "Room", "url": "ntfys://topic", "format": "apprise", "events": ["claim.due"]}
    assert browser.post("/settings/webhooks", data=given).status_code == 422
