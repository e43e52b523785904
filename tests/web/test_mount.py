"""The application below a path: every address it writes starts with that path, whether or not a proxy strips it."""

import html
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from flask import request, url_for
from werkzeug.routing import BuildError

from tests.factories import make_article, make_claim
from tests.support.databases import Backend
from tests.support.web import Client
from tracker.db import Database
from tracker.web.mount import Mounted
from tracker.web.page_context import url_if, url_of

BASE = "https://example.org/tools/tracker"
ROOT = "/tools/tracker"


@pytest.fixture
def backend() -> Backend:
    """Addresses are the same on both databases."""
    return "sqlite"


@pytest.fixture
def client(new_app: Callable[..., Any], make_editor: Callable[..., Any]) -> Client:
    browser = new_app(base_url=BASE).test_client()
    editor = make_editor(roles=("viewer", "editor", "chief", "admin"), password="seven green bicycles")
    answer = browser.post(
        f"{ROOT}/login",
        data={"email": editor.email, "password": "seven green bicycles"},
        base_url="https://example.org",
        headers={"Referer": f"{BASE}/login"},
    )
    assert answer.status_code == 303
    assert answer.location.startswith(f"{ROOT}/")
    return browser


def addresses(page: str) -> Iterator[str]:
    for found in re.finditer(r'(?:href|action|formaction|src|data-news|data-keys)="([^"]*)"', page):
        address = html.unescape(found[1])
        if address.startswith("/"):
            yield address


@pytest.mark.parametrize(
    "path", ["/queue", "/claims", "/articles", "/people", "/settings", "/record", "/import", "/keys", "/nowhere"]
)
def test_every_address_of_a_page_is_below_the_path(client: Client, database: Database, path: str) -> None:
    make_claim(database, "due", article=make_article(database))
    page = client.get(ROOT + path, base_url="https://example.org", follow_redirects=True).text
    found = list(addresses(page))
    assert len(found) > 5
    assert [each for each in found if not each.startswith(f"{ROOT}/")] == []


def test_static_files_are_served_below_the_path(client: Client) -> None:
    page = client.get(f"{ROOT}/keys", base_url="https://example.org").text
    style = re.search(r'href="([^"]*tracker\.css)"', page)
    assert style
    assert client.get(style[1], base_url="https://example.org").status_code == 200


def test_path_that_a_proxy_stripped_is_written_all_the_same(client: Client) -> None:
    page = client.get("/keys", base_url="https://example.org").text
    assert [each for each in addresses(page) if not each.startswith(f"{ROOT}/")] == []


def test_language_switch_leads_back_below_the_path(client: Client) -> None:
    data = {"language": "fr", "next": f"{ROOT}/keys"}
    answer = client.post(f"{ROOT}/language", data=data, base_url="https://example.org", headers={"Referer": f"{BASE}/keys"})
    assert answer.location == f"{ROOT}/keys"
    away = {"language": "fr", "next": "//evil.example"}
    answer = client.post(f"{ROOT}/language", data=away, base_url="https://example.org", headers={"Referer": f"{BASE}/keys"})
    assert answer.location == f"{ROOT}/"


@pytest.mark.parametrize(
    ("location", "placed"),
    [
        ("/", f"{ROOT}/"),
        (f"{ROOT}/keys", f"{ROOT}/keys"),
        (ROOT, ROOT),
        ("/tools/trackers", f"{ROOT}/tools/trackers"),
        ("//other.example/", "//other.example/"),
        ("https://other.example/", "https://other.example/"),
    ],
)
def test_mounted_places_redirects_below_the_path(location: str, placed: str) -> None:
    def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("303 See Other", [("Location", location)])
        return []

    seen: list[list[tuple[str, str]]] = []
    Mounted(application, ROOT)({"PATH_INFO": "/"}, lambda _status, headers, *_more: seen.append(headers))
    assert seen == [[("Location", placed)]]


@pytest.mark.parametrize("path", ["/claims/7", "/claims/7?list=article", "/queue?list=article"])
def test_addresses_with_numbers_are_those_that_flask_makes(new_app: Callable[..., Any], path: str) -> None:
    app = new_app()
    made = set()
    for root in ("", "/here", "/there", ""):
        with app.test_request_context(path, environ_overrides={"SCRIPT_NAME": root}):
            assert request.script_root == root
            for rule, first in product(app.url_map.iter_rules(), (7, 8)):
                values: dict[str, Any] = {name: first + number for number, name in enumerate(rule.arguments)}
                values |= {"page": 9, "then": "next", "q": "né" if first == 7 else "x"}
                try:
                    address = url_for(rule.endpoint, **values)
                except (BuildError, ValueError):  # takes no number
                    continue
                assert url_of(rule.endpoint, **values) == url_if(rule.endpoint, **values) == address
                made.add(address)
                assert url_of(rule.endpoint, **values, _anchor="there") == f"{address}#there"
    assert len(made) > 600
    assert {
        "/claims/8/edit?page=9&then=next&q=x",
        "/here/claims/8/edit?page=9&then=next&q=x",
        "/there/topics/7?page=9&then=next&q=n%C3%A9",
    } <= made
    assert ("/claims/7/edit?page=9&then=next&q=n%C3%A9&list=article" in made) == (path == "/claims/7?list=article")
