"""Private feeds: read by programs that are not ours, right about the days, and closed to everybody without the token."""

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
import vobject
from defusedxml import ElementTree
from flask import Flask
from sqlalchemy import event

from tests.factories import make_article, make_claim, make_editor, make_speaker
from tests.notifications.harness import ON_ONE
from tests.support.web import AppFactory, Client
from tracker.accounts import people
from tracker.accounts.models import Editor
from tracker.claims.enums import Attribution
from tracker.claims.models import Claim
from tracker.claims.services import moves
from tracker.db import Database
from tracker.feeds import queries
from tracker.feeds.plain import plain
from tracker.notifications import feed_tokens, in_app, preferences
from tracker.notifications.models import Feed, FeedToken
from tracker.notifications.planning import plan_due

DUE = date(2024, 3, 13)
NOW = datetime(2024, 3, 13, 9, tzinfo=UTC)
ODD = 'Paix ; guerre, \\n "<b>" & ]]> 🕊️ \u202eabc\u202c \ufffe ligne\u2028deux ' + "é" * 150
NAMES = {Feed.CALENDAR: ("cal", "reviews.ics"), Feed.ATOM: ("feeds", "due.atom")}


@pytest.fixture
def ines(database: Database, clock_at: Callable[[datetime], None]) -> Editor:
    clock_at(NOW)
    return make_editor(database, "Inès", email="ines@example.org", language="fr")


@pytest.fixture
def at_home(new_app: AppFactory) -> Client:
    app: Flask = new_app(base_url="https://tracker.example.org")
    client = app.test_client()
    assert isinstance(client, Client)
    return client


def opened(database: Database, editor: Editor, feed: Feed) -> str:
    with database.writing() as session:
        token = feed_tokens.renew(session, editor.id, feed)
    first, last = NAMES[feed]
    return f"https://tracker.example.org/{first}/{token}/{last}"


def mine(database: Database, editor: Editor, **fields: Any) -> Claim:
    given = {"review_on": DUE, "deadline_on": DUE - timedelta(days=1), "statement": "It rains.", **fields}
    return make_claim(database, "open", owner=editor, **given)


def ring(database: Database) -> None:
    plan_due(database, NOW, email=False)
    in_app.deliver_in_app(database, NOW)


def events(client: Client, address: str) -> list[Any]:
    calendar = vobject.readOne(client.get(address).get_data(as_text=True))
    return list(calendar.contents.get("vevent", []))


# --- the calendar ---


def test_a_review_is_a_whole_day_for_a_calendar_program(database: Database, ines: Editor, at_home: Client):
    claim = mine(database, ines, statement="Il pleuvra.")
    mine(database, make_editor(database))
    address = opened(database, ines, Feed.CALENDAR)
    answer = at_home.get(address)
    (only,) = events(at_home, address)

    assert answer.mimetype == "text/calendar"
    assert (only.dtstart.value, only.dtend.value) == (DUE, DUE + timedelta(days=1))
    assert f"DTSTART;VALUE=DATE:{DUE:%Y%m%d}\r\n" in answer.text
    assert only.uid.value == f"claim-{claim.id}-review@tracker.example.org"
    assert only.summary.value == "À vérifier\u202f: Il pleuvra."
    assert only.url.value == f"https://tracker.example.org/claims/{claim.id}"
    assert "VTIMEZONE" not in answer.text


def test_its_id_stays_and_its_number_rises_when_the_day_is_moved(
    database: Database, ines: Editor, at_home: Client, clock_at: Any
):
    claim = mine(database, ines)
    address = opened(database, ines, Feed.CALENDAR)
    (before,) = events(at_home, address)
    clock_at(NOW + timedelta(hours=1))
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        moves.postpone(session, own, DUE + timedelta(days=9), "Later.", actor=ines.actor, version=own.version)
    (after,) = events(at_home, address)

    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.last_modified.value > before.last_modified.value
    assert after.dtstart.value == DUE + timedelta(days=9)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        moves.withdraw(session, own, "mistake", "", actor=ines.actor, version=own.version)
    assert events(at_home, address) == []


@ON_ONE
def test_odd_texts_survive_and_lines_are_folded(database: Database, ines: Editor, at_home: Client):
    speaker = make_speaker(database, 'Dupont; "Léa", \\ & fils')
    mine(database, ines, statement=ODD.replace("\ufffe", " "), speaker_id=speaker.id, attribution=Attribution.STATED)
    address = opened(database, ines, Feed.CALENDAR)
    raw = at_home.get(address).data
    (only,) = events(at_home, address)

    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert only.summary.value.startswith('À vérifier\u202f: \u2068Paix ; guerre, \\n "<b>" & ]]> 🕊️')
    assert len(only.summary.value) <= 200
    assert only.description.value.split("\n")[0] == 'Dupont; "Léa", \\ & fils'


@ON_ONE
@pytest.mark.parametrize("feed", list(Feed))
def test_implied_speaker_is_not_named_in_a_feed(database: Database, ines: Editor, at_home: Client, feed: Feed):
    speaker = make_speaker(database, "Zebedee Quillfeather")
    mine(database, ines, statement="It will rain.", speaker_id=speaker.id, attribution=Attribution.IMPLIED)
    raw = at_home.get(opened(database, ines, feed)).data.decode()
    assert "Quillfeather" not in raw


def test_calendar_lists_overdue_reviews_in_one_event_today(database: Database, ines: Editor, at_home: Client, clock_at: Any):
    late = [mine(database, ines, statement=f"Late {number}.", review_on=DUE - timedelta(days=number)) for number in (3, 40)]
    mine(database, ines, statement="Due today.")
    mine(database, make_editor(database), review_on=DUE - timedelta(days=1))
    address = opened(database, ines, Feed.CALENDAR)
    overdue, today = events(at_home, address)

    assert (overdue.dtstart.value, overdue.dtend.value) == (DUE, DUE + timedelta(days=1))
    assert overdue.summary.value == "2 vérifications en retard"
    assert re.findall(r"Late \d+", overdue.description.value) == ["Late 40", "Late 3"]
    assert f"https://tracker.example.org/claims/{late[0].id}" in overdue.description.value
    assert overdue.uid.value == f"overdue-{ines.id}-20240313@tracker.example.org"
    assert (today.summary.value, today.dtstart.value) == ("À vérifier\u202f: Due today.", DUE)

    assert events(at_home, address)[0].uid.value == overdue.uid.value
    clock_at(NOW + timedelta(days=1))
    tomorrow, *more = events(at_home, address)
    assert (tomorrow.uid.value, more) == (f"overdue-{ines.id}-20240314@tracker.example.org", [])
    assert tomorrow.dtstart.value == DUE + timedelta(days=1)


@ON_ONE
def test_calendar_without_overdue_reviews_has_no_such_event(database: Database, ines: Editor, at_home: Client):
    mine(database, ines, review_on=DUE + timedelta(days=1))
    (only,) = events(at_home, opened(database, ines, Feed.CALENDAR))
    assert only.uid.value.startswith("claim-")


@ON_ONE
def test_many_overdue_reviews_never_displace_upcoming_ones(
    database: Database, ines: Editor, at_home: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries, "OVERDUE_LISTED", 2)
    for number in (1, 2, 3):
        mine(database, ines, statement=f"Late {number}.", review_on=DUE - timedelta(days=number))
    mine(database, ines, review_on=DUE + timedelta(days=900))
    overdue, upcoming = events(at_home, opened(database, ines, Feed.CALENDAR))

    assert overdue.summary.value == "3 vérifications en retard"
    assert re.findall(r"Late \d", overdue.description.value) == ["Late 3", "Late 2"]
    assert overdue.description.value.endswith("1 autre dans les prévisions à vérifier\u202f:\nhttps://tracker.example.org/queue")
    assert upcoming.dtstart.value == DUE + timedelta(days=900)


@ON_ONE
def test_calendar_counts_omitted_upcoming_reviews(
    database: Database, ines: Editor, at_home: Client, monkeypatch: pytest.MonkeyPatch
):
    days = [DUE + timedelta(days=number) for number in (5, 1, 3)]
    for day in days:
        mine(database, ines, review_on=day)
    address = opened(database, ines, Feed.CALENDAR)
    monkeypatch.setattr(queries, "UPCOMING_MAX", 3)
    assert [each.dtstart.value for each in events(at_home, address)] == sorted(days)
    monkeypatch.setattr(queries, "UPCOMING_MAX", 2)
    first, second, later = events(at_home, address)

    assert [first.dtstart.value, second.dtstart.value, later.dtstart.value] == sorted(days)
    assert later.summary.value == "1 autre vérification, à partir de ce jour, n’est pas dans ce calendrier"
    assert later.url.value == "https://tracker.example.org/queue"


# --- where links lead ---


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"Host": "127.0.0.1:9321"}, "http://127.0.0.1:9321"),
        (
            {
                "X-Forwarded-Proto": "https",
                "X-Forwarded-Host": "192.0.2.7:8443",
                "X-Forwarded-For": "10.9.9.9",
            },
            "https://192.0.2.7:8443",
        ),
    ],
    ids=["port", "proxy"],
)
@ON_ONE
def test_feed_links_lead_where_the_request_came_in(
    database: Database, ines: Editor, new_app: AppFactory, headers: dict[str, str], base: str
):
    app = new_app(base_url=None, trusted_proxies=(ipaddress.ip_network("127.0.0.1"),))
    claim = mine(database, ines)
    ring(database)
    bodies = [
        app.test_client().get(urlsplit(opened(database, ines, feed)).path, headers=headers).get_data(as_text=True)
        for feed in (Feed.CALENDAR, Feed.ATOM)
    ]
    for body in bodies:
        assert f"{base}/claims/{claim.id}" in body.replace("\r\n ", "")
        assert "localhost:8000" not in body


@ON_ONE
def test_stand_in_calendar_holds_covered_claims(database: Database, ines: Editor, at_home: Client):
    tom = make_editor(database, "Tom")
    mine(database, tom)
    with database.writing() as session:
        row = session.get_one(Editor, tom.id)
        preferences.set_leave(session, row, DUE + timedelta(days=3), ines.id, actor=row.actor)
    (only,) = events(at_home, opened(database, ines, Feed.CALENDAR))
    assert "Tom" in only.description.value


# --- Atom ---


def test_a_reminder_is_an_entry_for_a_feed_reader(database: Database, ines: Editor, at_home: Client):
    claim = mine(database, ines, statement="Il pleuvra <bientôt> & fort.")
    address = opened(database, ines, Feed.ATOM)
    empty = feedparser.parse(at_home.get(address).data)
    assert (empty.bozo, empty.version, empty.entries) == (False, "atom10", [])
    ring(database)
    answer = at_home.get(address)
    read = feedparser.parse(answer.data)

    assert (read.bozo, read.version, answer.mimetype) == (False, "atom10", "application/atom+xml")
    (entry,) = read.entries
    assert entry.title_detail.value == "À vérifier dès maintenant\u202f: Il pleuvra <bientôt> & fort."
    assert entry.link == f"https://tracker.example.org/claims/{claim.id}"
    assert entry.id.startswith("tag:tracker.example.org,")
    assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == NOW
    assert ElementTree.fromstring(answer.data).tag == "{http://www.w3.org/2005/Atom}feed"
    assert feedparser.parse(at_home.get(address).data).entries[0].id == entry.id


@ON_ONE
def test_texts_that_xml_cannot_hold_do_no_harm(database: Database, ines: Editor, at_home: Client):
    mine(database, ines, statement=ODD)
    ring(database)
    read = feedparser.parse(at_home.get(opened(database, ines, Feed.ATOM)).data)
    assert not read.bozo
    assert "]]> 🕊️" in read.entries[0].title


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "a\ud800b", "a\uffffb", "a\u0085b", "a\n b", " a\tb "])
def test_a_text_is_made_fit_for_any_feed(text: str):
    assert plain(text) == "a b"


# --- who may read them ---


@pytest.mark.parametrize("feed", list(Feed))
def test_the_token_is_kept_as_a_hash_and_a_new_one_closes_the_old(database: Database, ines: Editor, at_home: Client, feed: Feed):
    address = opened(database, ines, feed)
    assert at_home.get(address).status_code == 200
    with database.reading() as session:
        row = session.get_one(FeedToken, (ines.id, feed))
        assert row.token_hash not in address
        assert row.read_at == NOW
    other = opened(database, ines, feed)
    assert (at_home.get(address).status_code, at_home.get(other).status_code) == (404, 200)
    with database.writing() as session:
        feed_tokens.revoke(session, ines.id, feed)
    assert at_home.get(other).status_code == 404


@pytest.mark.parametrize("feed", list(Feed))
def test_it_dies_with_the_account_and_with_the_role(database: Database, ines: Editor, at_home: Client, feed: Feed):
    address = opened(database, ines, feed)
    boss = make_editor(database, roles=("admin",))

    def do(service: Callable[..., Any], *values: Any) -> int:
        with database.writing() as session:
            service(session, session.get_one(Editor, ines.id), *values, actor=session.get_one(Editor, boss.id).actor)
        return at_home.get(address).status_code

    assert do(people.set_roles, ["viewer"]) == 404
    assert do(people.set_roles, ["editor"]) == 200
    assert do(people.disable) == 404
    assert do(people.enable) == 404, "a feed of somebody who left stays closed"


@ON_ONE
def test_a_token_opens_its_own_feed_alone(database: Database, ines: Editor, at_home: Client):
    token = opened(database, ines, Feed.CALENDAR).split("/")[-2]
    assert at_home.get(f"https://tracker.example.org/feeds/{token}/due.atom").status_code == 404
    for wrong in ("x", "%00", "é", "a" * 500, token[:-1]):
        assert at_home.get(f"https://tracker.example.org/cal/{wrong}/reviews.ics").status_code == 404


@pytest.mark.parametrize("feed", list(Feed))
def test_feed_is_private_and_answers_304(database: Database, ines: Editor, at_home: Client, feed: Feed):
    mine(database, ines)
    ring(database)
    address = opened(database, ines, feed)
    first = at_home.get(address)
    again = at_home.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "private, max-age=0"
    assert (again.status_code, again.data) == (304, b"")
    mine(database, ines, statement="It snows.")
    ring(database)
    assert at_home.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("feed", list(Feed))
def test_it_asks_as_much_for_many_as_for_one(database: Database, ines: Editor, at_home: Client, feed: Feed):
    address = opened(database, ines, feed)
    mine(database, ines, article=make_article(database))
    ring(database)
    at_home.get(address)
    counts = []
    for more in (0, 8):
        for number in range(more):
            mine(database, ines, statement=f"Rain {number}.")
        ring(database)
        asked: list[str] = []
        listen = lambda *given, asked=asked: asked.append(given[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listen)
        assert at_home.get(address).status_code == 200
        event.remove(database.engine, "before_cursor_execute", listen)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 20
