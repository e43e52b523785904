"""The application for tests, and browsers to use it with: `app`, `client`, `sign_in`, `new_client`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask_security.utils import login_user
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tests.factories import make_editor
from tests.support.databases import Databases
from tests.support.markup import MarkupClient
from tracker.accounts import passwords
from tracker.accounts.models import Editor
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import Database
from tracker.newsroom.routes import welcome
from tracker.web.database import session as request_session

SECRET = "only for tests " * 4
PASSWORD = "seven green bicycles"
_CSRF = "the token of the tests"
_hashes: dict[str, str] = {}


def password_hash(password: str = PASSWORD) -> str:
    """The hash of a password; made once a run, because making one is slow on purpose."""
    if password not in _hashes:
        _hashes[password] = passwords.hash_of(password)
    return _hashes[password]


class Client(MarkupClient):
    """A browser of a test: `post` carries the CSRF token of its session, unless `csrf=False`."""

    def post(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        if csrf:
            data = kwargs.get("data")
            if data is None or isinstance(data, dict):
                kwargs["data"] = {"csrf_token": self.csrf_token(), **(data or {})}
        return super().post(*args, **kwargs)

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        """Read the whole answer, as a browser does: one that is streamed keeps its request's context until then."""
        return super().open(*args, buffered=buffered, **kwargs)

    def csrf_token(self) -> str:
        """A token that a page of this browser's session would carry."""
        base_url = self.application.extensions["tracker_settings"].base_url
        with self.session_transaction(base_url=base_url) as cookie:
            raw = cookie.setdefault("csrf_token", _CSRF)
        return str(URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw))

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
        """Send the sign-in form."""
        return self.post("/login", data={"email": email, "password": password, **more})

    def enter(self, editor: Editor, **more: str) -> None:
        """Be signed in as this editor, as after the right password. The form and the slow hash behind it have tests of their
        own; `more` are its other fields, such as `keep="y"`."""
        app = self.application
        base_url = app.extensions["tracker_settings"].base_url
        context = app.test_request_context("/login", method="POST", base_url=base_url, data=more, environ_base=self.environ_base)
        # With cookies, there and back, as `session_transaction` does it.
        self._add_cookies_to_wsgi(context.request.environ)
        with context:
            login_user(request_session().get_one(Editor, editor.id), authn_via=["password"])
            answer = app.process_response(Response())
        host, path = context.request.host.partition(":")[0], context.request.path
        self._update_cookies_from_response(host, path, answer.headers.getlist("Set-Cookie"))

    def cookie(self, name: str = "session") -> str:
        """The value of a cookie, "" where there is none."""
        found = self.get_cookie(name)
        return found.value if found else ""


def form_token(page: TestResponse) -> str:
    """The token of the (first) form on a page."""
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found, "there is no form with a token on this page"
    return found[1]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of the application under test."""
    return Settings(home=tmp_path, database_url=database_url, secret_key=SECRET)


AppFactory = Callable[..., Flask]


@pytest.fixture
def new_app(settings: Settings, database: Database) -> AppFactory:
    """`new_app(base_url="https://…")`: an application with other settings on the test's database.

    It thinks that the newsroom is set up, whether or not a test has made an editor; `set_up=False` has it look.
    """

    def make(*, set_up: bool = True, **changes: Any) -> Flask:
        return app_for_tests(replace(settings, **changes), database, set_up)

    return make


def app_for_tests(settings: Settings, database: Database, set_up: bool = True) -> Flask:
    """An application as tests want it; see `new_app`."""
    app = create_app(settings, database)
    app.extensions[welcome.DONE] = set_up
    app.testing = True
    app.test_client_class = Client
    return app


@pytest.fixture(scope="session")
def one_app(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Flask:
    """The application that the tests of a worker share, as a server's requests do: putting one together for each took minutes."""
    template = databases.create("sqlite")
    app = app_for_tests(
        Settings(home=tmp_path_factory.mktemp("app"), database_url=template.url, secret_key=SECRET), template.open()
    )
    template.remove()
    return app


@pytest.fixture
def app(one_app: Flask, settings: Settings, database: Database) -> Iterator[Flask]:
    """The application on the test's database. For one to be changed by the test ask for `new_app`."""
    one_app.extensions |= {"tracker_settings": settings, "tracker_database": database, welcome.DONE: True}
    before, parts = dict(one_app.config), one_app.extensions["tracker_parts"]
    known = {root: dict(kept) for root, kept in parts.items()}
    yield one_app
    one_app.config.clear()
    one_app.config.update(before)  # a test that switches something off must not do so for all that come after
    parts.clear()
    parts.update(known)  # nor are parts of pages kept that a test drew with other words


@pytest.fixture
def new_client(app: Flask) -> Callable[[], Client]:
    """As many browsers as a test needs."""

    def make() -> Client:
        client = app.test_client()
        assert isinstance(client, Client)
        return client

    return make


@pytest.fixture
def client(new_client: Callable[[], Client]) -> Client:
    """A browser that nobody has signed in with."""
    return new_client()


SignIn = Callable[..., Client]


@pytest.fixture
def sign_in(new_client: Callable[[], Client], database: Database) -> SignIn:
    """`sign_in("chief")` or `sign_in(editor)`: a new browser in which this editor is signed in; `.editor` says who.

    An editor who was made without a password is given one.
    """

    def go(who: Editor | str = "editor", *, client: Client | None = None, **more: str) -> Client:
        editor = make_editor(database, roles=(who,)) if isinstance(who, str) else who
        if editor.password is None:
            with database.writing() as session:
                session.get_one(Editor, editor.id).password = password_hash()
        browser = client or new_client()
        browser.enter(editor, **more)
        browser.editor = editor  # type: ignore[attr-defined]
        return browser

    return go
