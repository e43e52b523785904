"""The pages of reminders, webhooks and operations in a real browser: accessible, on a phone, without scripts."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import Desk


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
