"""Accounts in a real browser: the first start, inviting, passwords by mail, the second factor; mostly without scripts."""

from collections.abc import Callable

import pytest
from flask import Flask
from passlib.totp import TOTP
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Desk, NewPage
from tests.factories import make_claim, make_editor
from tests.support.web import PASSWORD, AppFactory
from tracker.db import Database
from tracker.newsroom import invitations, links, setting_up

Axe = Callable[..., None]

# Each language, theme and size at least once, in four visits and not in eight.
LOOKS = (
    {"locale": "en-GB", "color_scheme": "light"},
    {"locale": "fr-FR", "color_scheme": "dark"},
    {"locale": "fr-FR", "color_scheme": "light", "viewport": PHONE},
    {"locale": "en-GB", "color_scheme": "dark", "viewport": PHONE},
)


def is_good(page: Page, axe: Axe, path: str = "") -> None:
    """Open to everybody, and as wide as the screen."""
    if path:
        page.goto(path)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


class TestTheFirstStart:
    """Nobody has an account yet."""

    @pytest.fixture
    def app(self, new_app: AppFactory) -> Flask:
        return new_app(set_up=False)

    @pytest.fixture
    def link(self, database: Database) -> str:
        with database.writing() as session:
            return setting_up.new_link(session)

    def test_everybody_can_read_it(self, new_page: NewPage, axe: Axe, link: str):
        for look in LOOKS:
            page = new_page(**look)
            is_good(page, axe, "/")
            is_good(page, axe, link)
            page.locator("button.btn-primary").click()
            is_good(page, axe)

    def test_the_link_leads_to_the_queue_without_scripts(self, new_page: NewPage, link: str):
        page = new_page(java_script_enabled=False)
        page.goto("/queue")
        expect(page.get_by_text("Ask who runs the server")).to_be_visible()
        page.goto(link)
        page.get_by_label("Your name").fill("Inès Carpentier")
        page.get_by_label("Work e-mail").fill("ines@example.org")
        page.get_by_label("New password", exact=True).fill(PASSWORD)
        page.get_by_label("New password again").fill(PASSWORD)
        page.get_by_label("Name of the newsroom").fill("Meridian")
        page.get_by_role("button", name="Set up the newsroom").click()
        expect(page.get_by_role("status")).to_contain_text("Your newsroom is ready")
        page.get_by_label("Work e-mail").fill("ines@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Meridian").first).to_be_visible()


class TestPeople:
    """Those who look after people."""

    def test_everybody_can_use_the_pages(self, desk: Desk, axe: Axe, database: Database):
        ada = make_editor(database, "Ada Marsh", roles=("admin", "chief"))
        lea = make_editor(database, "Léa Ferrand")
        make_claim(database, "due", owner=lea)
        make_editor(database, "Tom Aylett", active=False)
        with database.writing() as session:
            path = invitations.invite(
                session, "ben@example.org", "Ben Ode", ["editor"], language="fr", actor=ada.actor, by_mail=False
            )
        for look in LOOKS:
            page = desk(ada, **look)
            is_good(page, axe, "/people")
            is_good(page, axe, f"/people/{lea.id}")
            is_good(page, axe, str(path))

    def test_somebody_is_invited_and_joins_without_scripts(self, desk: Desk, new_page: NewPage):
        page = desk("admin", java_script_enabled=False)
        page.goto("/people")
        page.get_by_label("Work e-mail").fill("ben@example.org")
        page.get_by_label("Name", exact=True).fill("Ben Ode")
        page.get_by_label("Editor", exact=True).check()
        page.get_by_role("button", name="Make the link").click()
        link = page.get_by_label("Link").input_value()
        ben = new_page(java_script_enabled=False)
        ben.goto(link)
        ben.get_by_label("New password", exact=True).fill(PASSWORD)
        ben.get_by_label("New password again").fill(PASSWORD)
        ben.get_by_role("button", name="Join").click()
        expect(ben.get_by_role("status")).to_contain_text("Your account is ready")
        page.get_by_role("link", name="I have copied it").click()
        expect(page.get_by_role("link", name="Ben Ode")).to_be_visible()


class TestAForgottenPassword:
    """By mail."""

    @pytest.fixture
    def app(self, new_app: AppFactory) -> Flask:
        return new_app(smtp_url="smtp://localhost:1")

    def test_everybody_can_use_the_pages(self, new_page: NewPage, axe: Axe, database: Database):
        ann = make_editor(database, email="ann@example.org")
        with database.writing() as session:
            link = links.make(session, links.Purpose.PASSWORD, editor_id=ann.id)
            path = links.path(links.Purpose.PASSWORD, links.give_token(link))
        for number, look in enumerate(LOOKS):
            page = new_page(**look)
            is_good(page, axe, "/login")
            page.locator("a[href='/reset']").click()
            is_good(page, axe)
            page.locator("input[name=email]").fill(f"ann{number}@example.org")
            page.locator("button.btn-primary").click()
            is_good(page, axe)
            is_good(page, axe, path)


class TestTheSecondFactor:
    """A phone beside the password."""

    def test_it_is_set_up_and_asked_for_without_scripts(self, desk: Desk, new_page: NewPage, database: Database):
        ann = make_editor(database, email="ann@example.org")
        page = desk(ann, java_script_enabled=False)
        page.goto("/settings/second-factor")
        page.get_by_label("Present password").fill(PASSWORD)
        page.get_by_role("button", name="Set it up").click()
        expect(page.get_by_role("img", name="The key as a square")).to_be_visible()
        app = TOTP(key=page.locator("code.key").inner_text().replace(" ", ""), format="base32")
        page.get_by_label("Code").fill(app.generate().token)
        page.get_by_role("button", name="Switch it on").click()
        expect(page.locator(".codes li")).to_have_count(10)
        recovery = page.locator(".codes li").first.inner_text()
        again = new_page(java_script_enabled=False)
        again.goto("/login?next=/topics")
        again.get_by_label("Work e-mail").fill("ann@example.org")
        again.get_by_label("Password").fill(PASSWORD)
        again.get_by_role("button", name="Sign in").click()
        again.get_by_label("Code").fill(recovery)
        again.get_by_role("button", name="Sign in").click()
        expect(again).to_have_url("/topics")

    def test_everybody_can_use_the_pages(self, desk: Desk, new_page: NewPage, axe: Axe, database: Database):
        for number, look in enumerate(LOOKS):
            ann = make_editor(database, email=f"ann{number}@example.org")
            page = desk(ann, **look)
            is_good(page, axe, "/settings/second-factor")
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("main button.btn-primary").click()
            is_good(page, axe)
            app = TOTP(key=page.locator("code.key").inner_text().replace(" ", ""), format="base32")
            page.locator("input[name=code]").fill(app.generate().token)
            page.locator("main button.btn-primary").click()
            is_good(page, axe)
            page.locator("main a.btn-primary").click()
            is_good(page, axe)
            door = new_page(**look)
            door.goto("/login")
            door.locator("input[name=email]").fill(ann.email)
            door.locator("input[name=password]").fill(PASSWORD)
            door.locator("button.btn-primary").click()
            door.wait_for_url("**/login/code")
            is_good(door, axe)
