"""What proxies say is believed of those that are configured, and of nobody else."""

from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask

from tests.factories import make_editor
from tests.support.databases import Backend
from tests.support.web import PASSWORD, AppFactory, Client
from tracker.accounts import sessions
from tracker.config import ConfigError, Settings
from tracker.db import Database
from tracker.web.proxies import Proxies

TRUSTED = tuple(map(ip_network, ("10.0.0.0/8", "127.0.0.1", "2001:db8::/32")))


@pytest.fixture
def backend() -> Backend:
    """No matter of the database."""
    return "sqlite"


def seen(remote: str, **headers: str) -> dict[str, Any]:
    """What the application sees of a request from `remote`."""
    environ = {"REMOTE_ADDR": remote, "wsgi.url_scheme": "http", "HTTP_HOST": "inside:8000"}
    environ |= {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in headers.items()}
    given: dict[str, Any] = {}
    Proxies(lambda environ, _start: given.update(environ), TRUSTED)(environ, None)
    return given


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        # A stranger may say what they like.
        ("203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ("203.0.113.9", "10.0.0.1, 10.0.0.2", "203.0.113.9"),
        # One proxy, several, and what was typed in front of them.
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "127.0.0.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:0db8:0:0::2, 2a00::5", "2a00::5"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        # With ports, and what is no address.
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.1", "[2a00::5]:4711", "2a00::5"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, <script>, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "198.51.100.7", ""),
        ("unix", "198.51.100.7", "unix"),
    ],
)
def test_the_client_is_the_rightmost_address_that_is_no_proxy_of_ours(remote: str, forwarded: str, client: str):
    assert seen(remote, **{"for": forwarded})["REMOTE_ADDR"] == client


def test_ten_thousand_addresses_are_not_all_looked_at():
    assert seen("10.0.0.1", **{"for": ", ".join(["10.0.0.2"] * 10_000)})["REMOTE_ADDR"] == "10.0.0.2"


@pytest.mark.parametrize(
    ("remote", "proto", "scheme"),
    [
        ("203.0.113.9", "https", "http"),
        ("10.0.0.1", "https", "https"),
        ("10.0.0.1", "HTTPS", "https"),
        ("10.0.0.1", "javascript", "http"),
        ("10.0.0.1", "https, http", "http"),  # the last one is our proxy's, the first was sent to it
    ],
)
def test_the_scheme_is_that_of_the_outermost_proxy(remote: str, proto: str, scheme: str):
    assert seen(remote, **{"for": "198.51.100.7", "proto": proto})["wsgi.url_scheme"] == scheme


@pytest.mark.parametrize("host", ["a b", "evil.example/x", "e@vil", "a\r\nX: y", "", "é.example"])
def test_a_host_that_is_none_is_left_out(host: str):
    assert seen("10.0.0.1", host=host)["HTTP_HOST"] == "inside:8000"
    assert seen("203.0.113.9", host="tracker.example.org")["HTTP_HOST"] == "inside:8000"
    assert seen("10.0.0.1", host="tracker.example.org:8443")["HTTP_HOST"] == "tracker.example.org:8443"


# --- in the application ---

FORGED = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "tracker.example.org"}


def signed_in(app: Flask, database: Database, headers: dict[str, str]) -> tuple[Client, list[str], str]:
    """A browser behind these headers; its cookies, and the address that its session was opened from."""
    editor = make_editor(database, password=PASSWORD)
    browser = app.test_client()
    assert isinstance(browser, Client)
    page = browser.get("/login", headers=headers)
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    # A cookie that is Secure comes back over TLS; the test's browser knows of none, so it is told.
    sent = headers | {"Referer": "https://tracker.example.org/login", "Cookie": _held(page)}
    answer = browser.post(
        "/login", data={"email": editor.email, "password": PASSWORD, "csrf_token": token}, csrf=False, headers=sent
    )
    assert answer.status_code == 303, answer.text
    with database.reading() as session:
        (row,) = sessions.open_sessions(session, editor.id)
    return browser, answer.headers.getlist("Set-Cookie"), row.address


def _held(page: Any) -> str:
    return "; ".join(line.partition(";")[0] for line in page.headers.getlist("Set-Cookie"))


def test_behind_a_known_proxy_address_tls_and_host_are_the_clients(new_app: AppFactory, database: Database):
    app = new_app(base_url="https://tracker.example.org", trusted_proxies=TRUSTED)
    _, cookies, address = signed_in(app, database, FORGED)
    assert address == "198.51.100.7"
    assert all(line.startswith("__Host-") and "; Secure" in line for line in cookies)
    assert "Strict-Transport-Security" in app.test_client().get("/login", headers=FORGED).headers


def test_cookies_are_bound_to_tls_also_where_the_proxy_alone_knows_of_it(new_app: AppFactory, database: Database):
    headers = FORGED | {"X-Forwarded-Host": "localhost"}
    app = new_app(trusted_proxies=TRUSTED)
    lines = app.test_client().get("/login", headers=headers).headers.getlist("Set-Cookie")
    assert lines
    assert all(line.startswith("__Host-session=") and "; Secure" in line for line in lines)
    assert all("Secure" not in line for line in app.test_client().get("/login").headers.getlist("Set-Cookie"))


def test_without_configured_proxies_nothing_of_it_is_believed(new_app: AppFactory, database: Database):
    app = new_app()
    _, cookies, address = signed_in(app, database, FORGED)
    assert address == "127.0.0.1"
    assert all("Secure" not in line for line in cookies)
    answer = app.test_client().get("/login", headers=FORGED)
    assert "Strict-Transport-Security" not in answer.headers
    assert "tracker.example.org" not in answer.text


def test_a_made_up_host_is_refused_also_by_way_of_the_proxy(new_app: AppFactory):
    app = new_app(base_url="https://tracker.example.org", trusted_proxies=TRUSTED)
    assert app.test_client().get("/login", headers=FORGED | {"X-Forwarded-Host": "evil.example"}).status_code == 400


def test_forged_addresses_do_not_spread_the_tries_of_one_client(new_app: AppFactory, database: Database):
    make_editor(database, email="ann@example.org", password=PASSWORD)
    browser = new_app(trusted_proxies=TRUSTED).test_client()
    statuses = [
        browser.post(
            "/login",
            data={"email": "ann@example.org", "password": "not this one", "csrf_token": browser.csrf_token()},
            csrf=False,
            headers={"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.7"},
        ).status_code
        for number in range(11)
    ]
    assert statuses == [422] * 10 + [429]


@pytest.mark.parametrize("given", ["nonsense", "10.0.0.1/8", "0.0.0.0/0", "::/0", "10.0.0.0/33", "proxy.example.org"])
def test_a_proxy_that_is_none_stops_the_start(given: str, tmp_path):
    with pytest.raises(ConfigError, match="TRACKER_TRUSTED_PROXIES"):
        Settings.from_env({"TRACKER_HOME": str(tmp_path), "TRACKER_TRUSTED_PROXIES": given})


def test_proxies_are_named_with_commas_or_spaces(tmp_path):
    settings = Settings.from_env(
        {"TRACKER_HOME": str(tmp_path), "TRACKER_TRUSTED_PROXIES": " 10.0.0.0/8,127.0.0.1  2001:db8::/32"}
    )
    assert set(settings.trusted_proxies) == set(TRUSTED)
