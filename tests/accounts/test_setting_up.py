"""The first start: one link, one first editor, and nothing else to be had before."""

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.factories import events_of, make_editor
from tests.support.databases import BACKENDS, Backend
from tests.support.web import AppFactory, Client
from tracker import clock
from tracker.accounts import first_run
from tracker.accounts.models import Editor, OneTimeLink
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database
from tracker.newsroom import settings

PHRASE = "seven green bicycles"
FORM = {
    "name": "Inès Carpentier",
    "email": "Ines@Example.org",
    "password": PHRASE,
    "password_again": PHRASE,
    "newsroom": "Meridian",
    "timezone": "America/Toronto",
    "language": "fr",
}


@pytest.fixture
def backend() -> Backend:
    """What is asked of the database stands in two tests below, which ask both."""
    return "sqlite"


@pytest.fixture
def app(new_app: AppFactory) -> Flask:
    """An application that nobody has set up."""
    return new_app(set_up=False)


@pytest.fixture
def link(database: Database) -> str:
    with database.writing() as session:
        return first_run.new_link(session)


def editors(database: Database) -> list[Editor]:
    with database.reading() as session:
        return list(session.scalars(select(Editor)))


@pytest.mark.parametrize("path", ["/", "/login", "/queue", "/claims/1", "/settings"])
def test_until_then_every_page_leads_to_whom_to_ask(client: Client, path: str):
    page = client.get(path, follow_redirects=True)
    assert page.request.path == "/welcome"
    assert page.status_code == 200
    assert "Ask your server administrator for the set-up link." in page.text
    assert "/welcome/" not in page.text


def test_nothing_can_be_sent_anywhere_either(client: Client):
    assert client.post("/login", data={"email": "a@example.org", "password": PHRASE}).location == "/welcome"
    assert client.get("/export/verdicts.csv").status_code == 401
    assert client.get("/healthz").status_code == 200
    assert client.post("/language", data={"language": "fr"}).status_code == 303


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_link_makes_the_first_editor_and_the_newsroom(client: Client, link: str, database: Database):
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200  # looking uses nothing up
    answer = client.post(link, data=FORM)
    assert (answer.status_code, answer.location) == (303, "/login")
    assert "Your newsroom is ready" not in (page := client.get("/login").text)  # it is French from now on, the message too
    assert "Votre rédaction est prête" in page
    (editor,) = editors(database)
    assert (editor.email, editor.name) == ("ines@example.org", "Inès Carpentier")
    assert {role.name for role in editor.roles} == {"admin", "chief", "editor"}
    with database.reading() as session:
        rules = settings.load(session)
    assert (rules.name, rules.timezone, rules.language) == ("Meridian", "America/Toronto", "fr")
    assert client.sign_in("ines@example.org", PHRASE).status_code == 303
    assert client.get("/queue").status_code == 200
    assert [event.kind for event in events_of(database, editor)] == ["editor.created"]
    assert events_of(database, "newsroom:1")[-1].actor == f"editor:{editor.id}"


def test_the_link_works_once(client: Client, link: str, database: Database):
    client.post(link, data=FORM)
    for answer in (client.get(link), client.post(link, data={**FORM, "email": "eve@example.org"})):
        assert answer.status_code == 410
        assert "This link no longer works" in answer.text or "Ce lien ne fonctionne plus" in answer.text
    assert len(editors(database)) == 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_of_two_at_the_same_time_one_wins(link: str, app: Flask, database: Database):
    browsers = [app.test_client() for _ in range(2)]
    tokens = [browser.csrf_token() for browser in browsers]
    ready, statuses = threading.Barrier(2), []

    def send(number: int) -> None:
        ready.wait()
        data = {**FORM, "email": f"e{number}@example.org", "csrf_token": tokens[number]}
        statuses.append(browsers[number].post(link, data=data, csrf=False).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 410]
    assert len(editors(database)) == 1


def test_it_ends_after_a_day(client: Client, link: str, clock_at: Callable[[datetime], None]):
    clock_at(clock.now() + timedelta(hours=23))
    assert client.get(link).status_code == 200
    clock_at(clock.now() + timedelta(hours=2))
    assert client.get(link).status_code == 410


def test_a_new_link_ends_the_one_before(client: Client, link: str, database: Database):
    with database.writing() as session:
        newer = first_run.new_link(session)
    assert client.get(link).status_code == 410
    assert client.get(newer).status_code == 200
    # What the database holds opens nothing.
    with database.reading() as session:
        held = session.scalars(select(OneTimeLink.token_hash)).all()
    assert not [each for each in held if each in link + newer]


def test_an_editor_made_at_the_command_line_closes_it(client: Client, link: str, database: Database):
    make_editor(database)
    assert client.get(link).status_code == 410
    assert client.post(link, data=FORM).status_code == 410
    assert client.get("/welcome").location == "/"
    assert len(editors(database)) == 1


@pytest.mark.parametrize("token", ["x", "%00", "a" * 5_000, "é", "..", "'--"])
def test_a_made_up_link_opens_nothing(client: Client, token: str, database: Database):
    for answer in (client.get(f"/welcome/{token}"), client.post(f"/welcome/{token}", data=FORM)):
        assert answer.status_code in {303, 308, 404, 405, 410}
    assert editors(database) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": "short", "password_again": "short"}, "Use at least 12 characters"),
        ({"password_again": "another phrase entirely"}, "The two passwords are not the same."),
        ({"email": "nobody"}, "Write an address"),
        ({"name": "\u200b"}, "This cannot be empty."),
        ({"timezone": "Mars/Olympus"}, "Choose one of the options."),
        ({"language": "xx"}, "Choose one of the options."),
        ({"newsroom": ""}, "This cannot be empty."),
        ({"roles": "viewer", "is_sample": "1", "password": "password1234", "password_again": "password1234"}, "too easy"),
    ],
)
def test_invalid_first_editor_is_not_stored_and_the_link_stays_valid(
    client: Client, link: str, database: Database, wrong: dict[str, str], says: str
):
    answer = client.post(link, data={**FORM, **wrong})
    assert answer.status_code == 422
    assert says in answer.text
    assert PHRASE not in answer.text
    assert editors(database) == []
    assert client.post(link, data=FORM).status_code == 303


def test_the_pages_speak_french(client: Client, link: str):
    for path in ("/welcome", link):
        assert '<html lang="fr"' in client.get(path, headers={"Accept-Language": "fr"}).text


def test_a_demonstration_needs_no_setting_up(new_app: AppFactory):
    assert new_app(demo=True).test_client().get("/login").status_code == 200


def test_the_command_prints_a_link_until_there_is_an_editor(database: Database, database_url: str, client: Client, tmp_path):
    environ = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": "s3cret words " * 4}
    run = CliRunner().invoke(command, ["setup-link"], obj=Context({**environ, "TRACKER_BASE_URL": "https://t.example.org"}))
    assert re.fullmatch(r"https://t\.example\.org/welcome/[\w-]{43}\n", run.output)
    assert client.get(run.output.strip().removeprefix("https://t.example.org")).status_code == 200
    make_editor(database)
    again = CliRunner().invoke(command, ["setup-link"], obj=Context(environ))
    assert again.exit_code == 1
    assert "set up already" in again.output
