"""Accounts in a real browser: the first start, inviting, passwords by mail, the second factor; mostly without scripts."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.support.web import PASSWORD, AppFactory
from tracker.db import Database
from tracker.newsroom import setting_up

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
