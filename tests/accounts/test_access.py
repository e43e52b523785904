"""Every route says who may come in, and means it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue

from tests.factories import make_editor
from tests.support.web import AppFactory, Client, SignIn
from tracker.accounts import people
from tracker.accounts.roles import Role
from tracker.db import Database
from tracker.web import access
from tracker.web.access import current_actor, needs, public
from tracker.web.database import writing


def answer() -> ResponseReturnValue:
    return "here it is"


@pytest.fixture
def app(new_app: AppFactory) -> Flask:
    """The application with a few more routes."""
    app = new_app()
    routes: dict[str, tuple[Callable[..., ResponseReturnValue], list[str]]] = {
        "open": (public(lambda: answer()), ["GET", "POST"]),
        "viewer": (needs(Role.VIEWER)(lambda: answer()), ["GET", "POST"]),
        "chief": (needs(Role.CHIEF)(lambda: answer()), ["GET", "POST"]),
        "feed": (needs(Role.VIEWER, direct=True)(lambda: answer()), ["GET"]),
        "forgotten": (lambda: answer(), ["GET", "POST"]),
    }
    for name, (view, methods) in routes.items():
        app.add_url_rule(f"/{name}", name, view, methods=methods)
    return app


@pytest.mark.parametrize(
    ("role", "path", "read", "moved"),
    [
        (None, "/open", 200, 200),
        (None, "/viewer", 303, 303),
        (None, "/chief", 303, 303),
        (None, "/feed", 401, 405),
        (None, "/forgotten", 404, 404),
        (None, "/nowhere", 404, 404),
        ("viewer", "/viewer", 200, 200),
        ("viewer", "/chief", 404, 403),
        ("viewer", "/feed", 200, 405),
        ("editor", "/viewer", 200, 200),
        ("editor", "/chief", 404, 403),
        ("chief", "/chief", 200, 200),
        ("admin", "/chief", 404, 403),
        ("admin", "/viewer", 200, 200),
        ("chief", "/forgotten", 404, 404),
    ],
)
def test_who_may_read_and_who_may_move(client: Client, sign_in: SignIn, role: str | None, path: str, read: int, moved: int):
    browser = sign_in(role) if role else client
    assert browser.get(path).status_code == read
    assert browser.head(path).status_code == read
    assert browser.post(path, data={}).status_code == moved


def test_an_application_with_a_route_that_declares_nothing_does_not_start(app: Flask):
    assert access.undeclared(app) == ["forgotten"]
    with pytest.raises(RuntimeError, match="forgotten"):
        access.check_declared(app)


def test_every_route_of_the_tracker_declares_something(new_app: AppFactory):
    assert access.undeclared(new_app()) == []


def test_roles_are_those_of_the_moment_of_writing(sign_in: SignIn, app: Flask, database: Database):
    admin = make_editor(database, roles=("admin",))
    seen: list[frozenset[str]] = []

    def move() -> ResponseReturnValue:
        seen.append(current_actor().roles)
        # While this request was on its way, somebody took the role away.
        with database.writing() as session:
            people.set_roles(session, people.get(session, chief.editor.id), ["viewer"], actor=admin.actor)  # type: ignore[attr-defined]
        with writing():
            seen.append(current_actor().roles)
        return "done"

    app.add_url_rule("/move", "move", needs(Role.CHIEF)(move), methods=["POST"])
    chief = sign_in("chief")
    assert chief.post("/move").status_code == 200
    assert seen == [{"chief", "editor", "viewer"}, {"viewer"}]


def test_editor_disabled_during_a_request_cannot_write(sign_in: SignIn, app: Flask, database: Database):
    admin = make_editor(database, roles=("admin",))
    seen: list[frozenset[str]] = []

    def move() -> ResponseReturnValue:
        with database.writing() as session:
            people.disable(session, people.get(session, ann.editor.id), actor=admin.actor)  # type: ignore[attr-defined]
        with writing():
            seen.append(current_actor().roles)
        return "done"

    app.add_url_rule("/move", "move", needs(Role.VIEWER)(move), methods=["POST"])
    ann = sign_in("editor")
    assert ann.post("/move").status_code == 401
    assert seen == []
