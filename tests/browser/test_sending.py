"""The pages of reminders, webhooks and operations in a real browser: accessible, on a phone, without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Desk
from tests.factories import make_editor
from tests.test_permissions import a_message_set_aside, somebody_s_hook
from tracker.db import Database
from tracker.review import presence, ticks
from tracker.review.reminders.models import Reminder


@pytest.fixture
def filled(database: Database) -> None:
    with database.writing() as session:
        assert session.query(Reminder).count() == 0
    a_message_set_aside(database)
    somebody_s_hook(database)
    presence.Attendance(database).show(leads=True)
    ticks.record(database, "flag", {"flagged": 0})


def test_the_pages_are_accessible_and_fit_a_phone(desk: Desk, axe: Callable[..., None], database: Database, filled: None):
    boss = make_editor(database, roles=("chief", "admin"), language="fr")
    page = desk(boss, viewport=PHONE, java_script_enabled=True, color_scheme="dark")
    for path in ("/settings/reminders", "/settings/webhooks", "/settings/webhooks/1", "/operations", "/settings/newsroom"):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


def test_a_webhook_and_a_calendar_are_made_without_scripts(desk: Desk, axe: Callable[..., None]):
    page: Page = desk("chief", java_script_enabled=False)
    page.goto("/settings/webhooks")
    page.get_by_label("Name", exact=True).fill("CMS")
    page.get_by_label("Address").fill("https://cms.example.org/hook")
    page.get_by_role("button", name="Add", exact=True).click()
    assert page.get_by_label("Secret").input_value().startswith("whsec_")
    page.goto("/settings/reminders")
    page.locator("#calendar").get_by_role("button").click()
    assert page.get_by_label("Your private address").input_value().endswith("/reviews.ics")
