"""Accounts in a real browser: the first start, inviting, passwords by mail, the second factor; mostly without scripts."""

import pytest
from flask import Flask
from passlib.totp import TOTP
from playwright.sync_api import expect

from tests.browser.conftest import Desk, NewPage
from tests.factories import make_editor
from tests.support.web import PASSWORD, AppFactory
from tracker.accounts import first_run
from tracker.db import Database


class TestTheFirstStart:
    """Nobody has an account yet."""

    @pytest.fixture
    def app(self, new_app: AppFactory) -> Flask:
        return new_app(set_up=False)

    @pytest.fixture
    def link(self, database: Database) -> str:
        with database.writing() as session:
            return first_run.new_link(session)

    def test_the_link_leads_to_the_queue_without_scripts(self, new_page: NewPage, link: str):
        page = new_page(java_script_enabled=False)
        page.goto("/queue")
        expect(page.get_by_text("Ask your server administrator")).to_be_visible()
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

    def test_invitation_works_without_scripts(self, desk: Desk, new_page: NewPage):
        page = desk("admin", java_script_enabled=False)
        page.goto("/people")
        page.get_by_label("Work e-mail").fill("ben@example.org")
        page.get_by_label("Name", exact=True).fill("Ben Ode")
        page.get_by_label("Editor", exact=True).check()
        page.get_by_role("button", name="Create the link").click()
        link = page.get_by_label("Link").input_value()
        ben = new_page(java_script_enabled=False)
        ben.goto(link)
        ben.get_by_label("New password", exact=True).fill(PASSWORD)
        ben.get_by_label("New password again").fill(PASSWORD)
        ben.get_by_role("button", name="Join").click()
        expect(ben.get_by_role("status")).to_contain_text("Your account is ready")
        page.get_by_role("link", name="I have copied it").click()
        expect(page.get_by_role("link", name="Ben Ode")).to_be_visible()


class TestTheSecondFactor:
    """A phone beside the password."""

    def test_it_is_set_up_and_asked_for_without_scripts(self, desk: Desk, new_page: NewPage, database: Database):
        ann = make_editor(database, email="ann@example.org")
        page = desk(ann, java_script_enabled=False)
        page.goto("/settings/second-factor")
        page.get_by_label("Current password").fill(PASSWORD)
        page.get_by_role("button", name="Set it up").click()
        expect(page.get_by_role("img", name="Image of the key to scan")).to_be_visible()
        app = TOTP(key=page.locator("code.key").inner_text().replace(" ", ""), format="base32")
        page.get_by_label("Code").fill(app.generate().token)
        page.get_by_role("button", name="Turn on").click()
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
