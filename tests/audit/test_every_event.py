"""Every kind of event that Tracker writes, collected by running what writes them, is shown wherever it can appear."""

import re
from collections.abc import Generator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import make_editor
from tests.imports import support as imports
from tests.imports.support import Importing, importing_into
from tests.ledger.support import checked
from tests.support.databases import Content, TestDatabase
from tests.support.every_event import write_every_event
from tests.support.newsroom import Newsroom, furnished
from tests.support.web import SECRET, Client
from tests.support.web_sink import WebSink, web_sink
from tracker import ledger
from tracker.accounts.models import Editor
from tracker.claims.models import Claim
from tracker.config import Settings
from tracker.db import Database
from tracker.ledger import Actor
from tracker.ledger.descriptors import EVENT_KINDS
from tracker.ledger.models import Event
from tracker.maintenance import restoring
from tracker.net.ssrf_guard import Guard
from tracker.notifications.dispatcher import Dispatcher
from tracker.notifications.models import Format
from tracker.notifications.planning import plan_due
from tracker.notifications.webhook_events import CHOICES
from tracker.webhooks import services as webhooks
from tracker.webhooks.channel import WebhookChannel

importing = imports.importing
GENERAL = ("did something of the kind", "a fait quelque chose du type")
# The first: of a version that had it.
NOT_WRITTEN = {
    "evidence.edit",
    "report.answered",
    "report.dismissed",
    "reply.published",
}


def write_all(database: Database) -> tuple[dict[str, Editor], dict[str, str]]:
    """Write every event; return the people and the ids of the newsroom."""
    room = furnished(database, SECRET)
    with TemporaryDirectory() as folder:
        write_every_event(room, Path(folder), importing_into(database, Path(folder)))
        restoring.settle(database, Path(folder))
    return room.people, room.ids


@pytest.fixture
def database_content(request: pytest.FixtureRequest) -> Content | None:
    return Content("eventful", write_all) if "eventful" in request.fixturenames else None


@pytest.fixture
def eventful(database: Database, own_database: TestDatabase) -> Newsroom:
    return Newsroom(database, SECRET, *own_database.known)


@pytest.fixture
def web() -> Generator[WebSink]:
    with web_sink() as made:
        yield made


def addresses(database: Database) -> list[str]:
    """Every page and file that shows events."""
    with database.reading() as session:
        editors = session.scalars(select(Editor.id)).all()
        claims = session.scalars(select(Claim.id)).all()
    return [
        "/settings/reminders/digest",
        *(f"/record/editors/{number}" for number in editors),
        *(f"/claims/{number}{page}" for number in claims for page in ("", "/history", "/dossier?desk=1", "/dossier.jsonl")),
    ]


def read_log(client: Client) -> str:
    """All pages of the newsroom's log."""
    text, address = "", "/record"
    while address:
        page = client.get(address)
        assert page.status_code == 200, address
        text += page.text
        older = re.search(r'href="(/record\?before=[^"]+)" rel="next"|rel="next" href="(/record\?before=[^"]+)"', page.text)
        address = next(filter(None, older.groups())) if older else ""
    return text


def test_every_described_kind_is_written_and_every_written_kind_described(eventful: Newsroom):
    with eventful.database.reading() as session:
        written = set(session.scalars(select(Event.kind)))
    assert written == {each.kind for each in EVENT_KINDS.values()} - NOT_WRITTEN
    assert checked(eventful.database, rows=True).ok


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_event_is_shown_on_every_page(eventful: Newsroom, client: Client, language: str):
    with eventful.database.writing() as session:
        session.get_one(Editor, eventful.people["boss"].id).language = language
        numbers = session.scalars(select(Event.seq)).all()
    client.enter(eventful.people["boss"])
    log = read_log(client)
    assert {int(number) for number in re.findall(r'<li id="l(\d+)"', log)} == set(numbers)
    pages = {"/record": log}
    for address in addresses(eventful.database):
        answer = client.get(address)
        assert answer.status_code == 200, address
        pages[address] = answer.text
    for address, text in pages.items():
        assert not any(words in text for words in GENERAL), address
        assert "%(" not in text, address


def test_events_of_unknown_kinds_and_types_are_shown_plainly(eventful: Newsroom, client: Client):
    claim, boss = f"claim:{eventful.ids['FULL']}", eventful.people["boss"]
    odd: list[tuple[str, dict[str, Any]]] = [
        ("claim.zapped", {"set": {"status": 7, "review_on": "soon", "likelihood_low": "x"}, "topics": 3}),
        ("claim.edit", {"set": {"owner_id": "nobody", "speaker_id": [1]}, "was": {"owner_id": {"a": 1}}, "topics": 1}),
        ("claim.topics", {"topics": 1, "topics_were": {"a": 2}}),
        ("claim.postpone", {"set": {"review_on": 12}}),
        ("claim.sign", {"outcome": "splendid", "set": {"outcome": 4}, "also": 5}),
        ("claim.withdraw", {"set": {"withdraw_reason": "odd"}, "also": {"verdict:1": 3}}),
        ("translation.set", {"language": 5, "to": ["x"], "from": "y"}),
        ("relation.add", {"row": "relation:1", "set": {"kind": 9, "other_id": "?"}}),
        ("evidence.add", {"row": 4, "set": {"stance": False, "published_on": 3, "visibility": {}}}),
        ("editor.roles", {"roles": 1, "roles_before": [None]}),
        ("import.run", {"topics": [1, 2], "rows": "many"}),
        ("history.redact", {"seq": "x", "fields": 3}),
        ("zap", {"reason": 4}),
    ]
    with eventful.database.writing() as session:
        for kind, data in odd:
            ledger.record(session, claim, kind, actor=Actor(boss.id), data=data)
    client.enter(boss)
    pages = [f"/claims/{eventful.ids['FULL']}{page}" for page in ("", "/history", "/dossier?desk=1", "/dossier.jsonl")]
    for address in ("/record", f"/record/editors/{boss.id}", *pages):
        answer = client.get(address)
        assert answer.status_code == 200, address
    log = client.get("/record").text
    assert "did something of the kind “claim.zapped”" in log
    assert "splendid" in log
    assert "soon" in log


def test_webhooks_carry_every_event_they_offer(
    database: Database, tmp_path: Path, importing: Importing, settings: Settings, web: WebSink
):
    room = furnished(database, SECRET)
    guard = Guard((ip_network("127.0.0.0/8"),))
    with database.writing() as session:
        chief = make_editor(session, "Cleo", roles=("chief",))
        for form in (Format.STANDARD, Format.SLACK):
            given = {"name": "Wire", "url": web.url(), "format": form, "events": [each.value for each in CHOICES]}
            webhooks.add(session, chief.actor, guard=guard, secret_key=SECRET, **given)
    write_every_event(room, tmp_path, importing)
    plan_due(database, email=True)
    channel = WebhookChannel.from_settings(replace(settings, webhook_private=guard.allowed))
    stats = Dispatcher(database, channel, workers=1, deadline=30.0).round()
    assert (stats.set_aside, stats.retried) == (0, 0)
    assert len(web.requests) == stats.sent > 0
