"""The pages on which people look after reminders: their own, the newsroom's webhooks, and how the installation fares."""

import re
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import select

from tests.factories import make_claim, make_editor
from tests.notifications.harness import ON_ONE
from tests.support.mail import Sink, smtp_sink
from tests.support.web import AppFactory, Client, SignIn
from tests.support.web_sink import WebSink, web_sink
from tracker import clock
from tracker.accounts.models import Editor
from tracker.config import Settings
from tracker.db import Database
from tracker.notifications import preferences
from tracker.notifications.channels.email import EmailChannel
from tracker.notifications.dispatcher import Dispatcher
from tracker.notifications.models import Feed, Reminder, Webhook
from tracker.webhooks.channel import WebhookChannel

pytestmark = ON_ONE
WISHES = {"digest": "weekly", "hour": "17", "own": "y", "late": "y", "requests": "y"}
NEW_HOOK = {"name": "CMS", "url": "https://cms.example.org/webhook?key=abc", "format": "slack", "events": ["claim.due"]}


@pytest.fixture
def sink() -> Generator[Sink]:
    with smtp_sink() as made:
        yield made


@pytest.fixture
def web() -> Generator[WebSink]:
    with web_sink() as made:
        yield made


@pytest.fixture
def mailing(settings: Settings, sink: Sink) -> Settings:
    return replace(settings, smtp_url=sink.url, mail_from="tracker@example.org")


def browser(new_app: AppFactory, sign_in: SignIn, who: Editor | str, **changes: object) -> Client:
    client = new_app(**changes).test_client()
    assert isinstance(client, Client)
    return sign_in(who, client=client)


# --- one's own ---


def test_preferences_are_shown_and_stored(sign_in: SignIn, database: Database):
    ines = sign_in("editor")
    assert "checked" in ines.get("/settings/reminders").text
    answer = ines.post("/settings/reminders", data=WISHES)
    assert (answer.status_code, answer.location) == (303, "/settings/reminders")
    with database.reading() as session:
        stored = preferences.load(session, ines.editor.id)  # type: ignore[attr-defined]
    assert stored == preferences.Preferences(
        digest="weekly", hour=17, signoffs=False, look_ahead=False, before=False, on_the_day=False, escalations=False
    )
    refused = ines.post("/settings/reminders", data=WISHES | {"hour": "24"})
    assert refused.status_code == 422
    assert 'value="24"' in refused.text
    assert 'href="#preferences-hour"' in refused.text


def test_leave_page_needs_a_stand_in(sign_in: SignIn, database: Database):
    tom, ines = make_editor(database, "Tom Adeyemi"), sign_in("editor")
    later = (clock.now() + timedelta(days=9)).date().isoformat()
    assert "Tom Adeyemi" in ines.get("/settings/reminders").text
    refused = ines.post("/settings/reminders/leave", data={"away_until": later, "stand_in_id": ""})
    assert refused.status_code == 422
    assert "Choose who covers for you." in refused.text
    assert ines.post("/settings/reminders/leave", data={"away_until": later, "stand_in_id": str(tom.id)}).status_code == 303
    with database.reading() as session:
        row = session.get_one(Editor, ines.editor.id)  # type: ignore[attr-defined]
        assert (row.away_until, row.stand_in_id) == (date.fromisoformat(later), tom.id)
    ines.post("/settings/reminders/leave", data={"away_until": "", "stand_in_id": ""})
    with database.reading() as session:
        assert session.get_one(Editor, row.id).away_until is None


def test_a_test_goes_out_and_its_result_is_shown(
    new_app: AppFactory, sign_in: SignIn, database: Database, sink: Sink, mailing: Settings
):
    ines = browser(new_app, sign_in, "editor", smtp_url=mailing.smtp_url)
    assert "Nothing was sent yet." in ines.get("/settings/reminders").text
    ines.post("/settings/reminders/test")
    Dispatcher(database, EmailChannel.from_settings(mailing), workers=1).round()
    assert [mail.subject for mail in sink.mails] == ["This is a test [Tracker]"]
    page = ines.get("/settings/reminders").text
    assert "Accepted" in page
    assert "Next digest:" in page


def test_without_a_mail_server_nothing_is_promised(sign_in: SignIn, database: Database):
    ines = sign_in("editor")
    ines.post("/settings/reminders/test")
    page = ines.get("/settings/reminders").text
    assert "E-mail is off" in page
    assert "Send me a test" not in page
    with database.reading() as session:
        assert session.scalars(select(Reminder)).all() == []


def test_todays_digest_is_shown_as_it_would_go_out(sign_in: SignIn, database: Database, clock_at: Callable[..., None]):
    clock_at(datetime(2024, 3, 13, 9, tzinfo=UTC))
    ines = sign_in("editor")
    assert "Nothing to check, so no digest would be sent." in ines.get("/settings/reminders/digest").text
    make_claim(database, "due", owner=ines.editor, statement="It rains.")  # type: ignore[attr-defined]
    page = ines.get("/settings/reminders/digest").text
    assert "1 overdue" in page
    assert "It rains." in page


@pytest.mark.parametrize("feed", list(Feed))
def test_a_feeds_address_is_shown_once_and_opens_it_until_it_is_closed(sign_in: SignIn, client: Client, feed: Feed):
    ines = sign_in("editor")
    page = ines.post("/settings/reminders/feed", data={"feed": feed.value, "do": "renew"}).text
    (address,) = re.findall(r'value="(http[^"]+)"', page)
    assert client.get(address).status_code == 200
    assert address not in ines.get("/settings/reminders").text
    ines.post("/settings/reminders/feed", data={"feed": feed.value, "do": "close"})
    assert client.get(address).status_code == 404
    for wrong in ({"feed": "x", "do": "renew"}, {"feed": feed.value, "do": "x"}, {}):
        assert ines.post("/settings/reminders/feed", data=wrong).status_code == 422


# --- webhooks ---


def test_a_webhook_is_added_and_its_secret_and_address_are_shown_no_more(sign_in: SignIn, database: Database):
    chief = sign_in("chief")
    page = chief.post("/settings/webhooks", data=NEW_HOOK).text
    (secret,) = re.findall(r'value="(whsec_[^"]+)"', page)
    for path in ("/settings/webhooks", "/settings/webhooks/1"):
        again = chief.get(path).text
        assert secret not in again
        assert "key=abc" not in again
        assert "cms.example.org" in again
    renewed = chief.post("/settings/webhooks/1", data={"do": "secret"}).text
    assert re.findall(r'value="(whsec_[^"]+)"', renewed) not in ([], [secret])


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("url", "http://10.0.0.1/x", "not on the public network"),
        ("url", "ftp://example.org", "begins with http"),
        ("name", "", "cannot be empty"),
        ("events", [], "Choose one of the options"),
        ("format", "discord", "Choose one of the options"),
    ],
)
def test_what_is_no_webhook_comes_back_with_what_was_typed(sign_in: SignIn, field: str, wrong: object, words: str):
    answer = sign_in("chief").post("/settings/webhooks", data=NEW_HOOK | {field: wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'name="url"' in answer.text


def test_a_webhook_is_changed_tried_paused_resumed_and_removed(
    new_app: AppFactory, sign_in: SignIn, database: Database, settings: Settings, web: WebSink
):
    here = replace(settings, webhook_private=(ip_network("127.0.0.0/8"),))
    chief = browser(new_app, sign_in, "chief", webhook_private=here.webhook_private)
    chief.post("/settings/webhooks", data=NEW_HOOK | {"url": web.url()})

    def do(what: str, **more: object) -> str:
        answer = chief.post("/settings/webhooks/1", data={"do": what, **more}, follow_redirects=True)
        assert answer.status_code == 200
        return answer.text

    do("test")
    Dispatcher(database, WebhookChannel.from_settings(here), workers=1).round()
    assert "Working" in chief.get("/settings/webhooks/1").text
    assert web.requests[0].json["text"].startswith("This is a test.")
    assert "verdict.signed" in do("save", name="The CMS", events=["verdict.signed"])
    assert ">Resume<" in do("pause")
    assert ">Resume<" not in do("resume")
    assert "The CMS" not in do("remove")
    assert chief.get("/settings/webhooks/1").status_code == 404
    assert chief.post("/settings/webhooks/1", data={"do": "test"}).status_code == 404
    with database.reading() as session:
        assert session.scalars(select(Webhook.url)).all() == [""]
