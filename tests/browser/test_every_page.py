"""Every page, in every state, for everybody: in both languages, light and dark, wide, on a phone and on a thin screen."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask, Response, abort, request
from playwright.sync_api import Browser, Page
from sqlalchemy.exc import OperationalError

from tests.browser.conftest import TIMEOUT_MS, WIDE
from tests.factories import make_editor
from tests.scores.support import count_all, make_worked_example
from tests.support import every_page, looking, walking
from tests.support.browser import Watch
from tests.support.every_page import Look
from tests.support.newsroom import Newsroom, furnished
from tests.support.web import SECRET, Client, app_for_tests, password_hash
from tracker import clock, paths
from tracker.accounts import first_run
from tracker.accounts.models import Editor
from tracker.config import Settings
from tracker.db import Database
from tracker.newsroom.routes import welcome
from tracker.web import access

LOCALES = {"en": "en-GB", "fr": "fr-FR"}
# Status shapes, fields, buttons and focus rings stand on these.
FORCED = (
    "/queue",
    "/claims/FULL",
    "/claims/PROPOSED",
    "/claims/FULL/edit",
    "/articles/ARTICLE-the-ferry-and-the-harbour",
    "/login",
)
PAPER = (
    "/claims/FULL",
    "/claims/FULL/dossier",
    "/claims/RESOLVED",
    "/articles/ARTICLE-the-ferry-and-the-harbour",
    "/scorecards",
    "/overview",
)
# What stands in mails, what a page asks for once a minute, and an error for a script instead of a page.
UNDRAWN = {"mail/message.html", "queue/news.html", "errors/bare.html"}


@dataclass
class Seen:
    """Routes and templates that were drawn by the applications of a walk."""

    rules: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)

    def watch(self, app: Flask) -> None:
        """Note what an application draws from now on."""
        get = app.jinja_env.get_template

        def noted(name: str, *more: object, **most: object) -> object:
            self.templates.add(name)
            return get(name, *more, **most)  # type: ignore[arg-type]

        app.jinja_env.get_template = noted  # type: ignore[assignment,method-assign]

        @app.after_request
        def note(answer: Response) -> Response:
            if request.url_rule is not None and answer.mimetype == "text/html" and answer.status_code < 300:
                self.rules.add(request.url_rule.rule)
            return answer


def goes_wrong(status: int) -> str:
    """A page on which something goes wrong."""
    if status == 503:
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("SELECT", {}, full)
    if status == 500:
        raise RuntimeError("broken")
    abort(status)


def with_password(database: Database, roles: tuple[str, ...]) -> Editor:
    editor = make_editor(database, roles=roles)
    with database.writing() as session:
        session.get_one(Editor, editor.id).password = password_hash()
    return editor


class Walk:
    """Applications that are looked at with one browser, and what was found."""

    def __init__(self, page: Page, serve: Callable[[Flask], str], settings: Settings, watch: Watch) -> None:
        self.page, self.serve, self.settings, self.watch = page, serve, settings, watch
        self.seen, self.wrong = Seen(), list[str]()
        self.apps: list[Flask] = []

    def open(self, room: Newsroom, *, set_up: bool = True) -> str:
        """Serve an application on a newsroom."""
        settings = replace(self.settings, smtp_url="smtp://localhost:1" if set_up else None, demo=set_up)
        app = app_for_tests(settings, room.database, set_up)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.add_url_rule("/goes-wrong/<int:status>", view_func=access.public(goes_wrong))
        self.seen.watch(app)
        self.apps.append(app)
        # By name: passkeys do not exist at an address of numbers.
        return self.serve(app).replace("127.0.0.1", "localhost")

    def cookies(self, room: Newsroom) -> dict[str, str]:
        """Sessions of a newsroom's people."""
        found = {}
        for name, editor in room.people.items():
            client = self.apps[-1].test_client()
            assert isinstance(client, Client)
            client.enter(editor)
            assert client.get("/settings").status_code == 200
            found[name] = client.cookie()
        return found

    def go(self, looks: tuple[Look, ...], room: Newsroom, base: str, language: str, cookies: dict[str, str]) -> None:
        """Look at every page of a list."""
        for look in looks:
            told = walking.come_to(self.page, look, room, cookies, base)
            found = [told] if told else looking.faults(self.page, forced=look.address in FORCED)
            if look.address in PAPER:
                found += looking.left_on_paper(self.page)
            if self.page.locator("html").get_attribute("lang") != language:
                found.append("it is not in the language of the reader")
            self.wrong += [f"{look.who} {look.address} {each}" for each in (*found, *self.watch.complaints)]
            self.watch.complaints.clear()


@pytest.fixture
def walk(chromium: Browser, serve: Callable[[Flask], str], settings: Settings, language: str) -> Walk:
    watch = Watch("http://localhost")
    context = watch.listen(chromium.new_context(viewport=WIDE, locale=LOCALES[language], reduced_motion="reduce"))  # type: ignore[arg-type]
    context.set_default_timeout(TIMEOUT_MS)
    context.add_init_script(looking.SCRIPT)
    return Walk(context.new_page(), serve, settings, watch)


@pytest.mark.parametrize("language", LOCALES)
def test_every_page_is_for_everybody(walk: Walk, language: str, database: Database, database_factory: Callable[[], Database]):
    room = furnished(database, SECRET)
    make_worked_example(database)
    count_all(database, clock.today("Europe/Paris"))
    room.ids["LANG"] = language
    base = walk.open(room)
    walk.go(every_page.LOOKS, room, base, language, walk.cookies(room))
    begun = Newsroom(database_factory(), SECRET)
    base = walk.open(begun, set_up=False)
    with begun.database.writing() as session:
        begun.ids["LINK"] = first_run.new_link(session)
    walk.go(every_page.EMPTY[:3], begun, base, language, {})
    roles = {"boss": ("viewer", "editor", "chief", "admin"), "guest": ("viewer",)}
    begun.people = {name: with_password(begun.database, each) for name, each in roles.items()}
    walk.apps[-1].extensions[welcome.DONE] = True
    walk.go(every_page.EMPTY[3:], begun, base, language, walk.cookies(begun))
    walk.page.context.close()
    assert walk.wrong == [], "\n".join(walk.wrong)
    rules = {rule.rule for rule in walk.apps[0].url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert rules - walk.seen.rules - every_page.NO_PAGES == set(), "these pages are missing from the list"
    folder = paths.templates_dir()
    assert {str(each.relative_to(folder)) for each in folder.rglob("*.html")} - walk.seen.templates - UNDRAWN == set()
