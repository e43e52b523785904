"""Every page of the desk that has a heading leads to its help, or is exempt for a reason."""

import re
from typing import Final

import pytest
from flask import Flask

from tests.support import every_page
from tests.support.databases import Content, TestDatabase
from tests.support.newsroom import Newsroom, furnished
from tests.support.web import SECRET, Client
from tracker.accounts.models import Editor
from tracker.db import Database
from tracker.newsroom.help_texts import HELP

EXEMPT: Final = {
    "newsroom.help": "it is the help",
    "newsroom.keys": "it explains itself",
    "publishing.preview_article": "it is the page that readers see, without anything of the desk around it",
}
LINK: Final = re.compile(r'href="/help/([a-z]+)">\s*What is this page\?')


def _furnish(database: Database) -> tuple[dict[str, Editor], dict[str, str]]:
    room = furnished(database, SECRET)
    return room.people, room.ids


@pytest.fixture
def database_content() -> Content:
    return Content("furnished", _furnish)


@pytest.fixture
def help_of(app: Flask, database: Database, own_database: TestDatabase) -> dict[str, set[str]]:
    """Of each endpoint that draws a page with a heading, the screens whose help it leads to; "" for a page without a link."""
    room = Newsroom(database, SECRET, *own_database.known)
    room.ids["LANG"] = "en"
    clients: dict[str, Client] = {}
    found: dict[str, set[str]] = {}
    for look in every_page.LOOKS:
        if look.who not in room.people or look.status != 200 or "goes-wrong" in look.address:
            continue
        if look.who not in clients:
            client = app.test_client()
            assert isinstance(client, Client)
            client.enter(room.people[look.who])
            clients[look.who] = client
        page = clients[look.who].get(room.fill(look.address), follow_redirects=True)
        if "<h1" in page.text:
            endpoint = app.url_map.bind("localhost").match(page.request.path, method="GET")[0]
            found.setdefault(endpoint, set()).update(LINK.findall(page.text) or [""])
    return found


def test_every_page_with_a_heading_leads_to_its_help_or_is_exempt(help_of: dict[str, set[str]]):
    assert len(help_of) > 80, sorted(help_of)
    without = {endpoint for endpoint, screens in help_of.items() if "" in screens}
    assert without == set(EXEMPT)


def test_every_help_is_reached_from_a_page_in_one_way(help_of: dict[str, set[str]]):
    assert {screen for screens in help_of.values() for screen in screens if screen} == set(HELP)
    assert {endpoint: screens for endpoint, screens in help_of.items() if len(screens) > 1} == {}
    assert help_of["articles.sort"] == {"sorting"}
    assert help_of["articles.show"] == {"articles"}
    assert help_of["views.signed"] == {"queue"}
