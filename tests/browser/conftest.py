"""Fixtures of the browser tests: Chromium, the application on a port of its own, pages that are watched."""

import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server

from tests.support import chromium as chromium_program
from tests.support.browser import Watch, accessibility_faults, await_styles
from tests.support.databases import Backend
from tests.support.web import SignIn
from tracker.accounts.models import Editor

HERE = Path(__file__).parent
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
TIMEOUT_MS = 60_000  # only a fault takes that long, or a machine with much else to do
expect.set_options(timeout=TIMEOUT_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Generator[Browser]:
    """One browser for the browser tests of a worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_program.find(), args=chromium_program.arguments(), headless=True
        )
        yield browser
        browser.close()


@pytest.fixture
def backend() -> Backend:
    """A page looks the same on both systems; what it asks of them is tested elsewhere."""
    return "sqlite"


@pytest.fixture
def serve() -> Generator[Callable[[Flask], str]]:
    """`serve(app)` runs a WSGI application on a free port until the test ends and returns its address."""
    running: list[tuple[BaseWSGIServer, threading.Thread]] = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join(10)
        server.server_close()


@pytest.fixture
def live(serve: Callable[[Flask], str], app: Flask) -> str:
    """The address of the real application; its database is the test's `database`, so that the factories fill it."""
    return serve(app)


class NewPage(Protocol):
    """What `new_page` gives."""

    def __call__(self, **options: Any) -> Page: ...


@pytest.fixture
def watch_address(request: pytest.FixtureRequest) -> str:
    """The only address a watched page may speak to; a module with a server of its own overrides it."""
    address: str = request.getfixturevalue("live")
    return address


@pytest.fixture
def new_page(chromium: Browser, watch_address: str) -> Generator[NewPage]:
    """`new_page(viewport=PHONE, java_script_enabled=False)`: a page of another visitor, with cookies of its own.

    Options are those of Playwright's `new_context`. The test fails if any of its pages gave reason to complain.
    """
    watch = Watch(watch_address)
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        given = {"base_url": watch_address, "viewport": WIDE, "locale": "en-GB", "reduced_motion": "reduce"} | options
        context = watch.over(chromium.new_context(**given))
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        page = context.new_page()
        if given.get("java_script_enabled") is False:
            await_styles(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not watch.complaints, "\n".join(watch.complaints)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of a first visitor, on a wide screen, in English."""
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """A page on a phone."""
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)


class Desk(Protocol):
    """What `desk` gives."""

    def __call__(self, who: Editor | str = "editor", **options: Any) -> Page: ...


@pytest.fixture
def desk(new_page: NewPage, watch_address: str, sign_in: SignIn) -> Desk:
    """`desk("chief", viewport=PHONE)` or `desk(editor)`: a page of a visitor of their own who is signed in already.

    Options are those of `new_page`. The form that signs in has a test of its own and is spared here.
    """

    def take(who: Editor | str = "editor", **options: Any) -> Page:
        page = new_page(**options)
        page.context.add_cookies([{"name": "session", "value": sign_in(who).cookie(), "url": watch_address}])
        return page

    return take


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)` fails where axe finds a fault of accessibility; `axe(page, without=("region",))` leaves rules out."""

    def check(page: Page, without: tuple[str, ...] = ()) -> None:
        faults = accessibility_faults(page, without)
        assert not faults, "\n".join(faults)

    return check
