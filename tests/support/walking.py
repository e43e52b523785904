"""Going from page to page in a browser, signed in as somebody or not, with forms filled in as `every_page` says."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Error, Page

from tests.support.every_page import ALL, Look
from tests.support.newsroom import Newsroom
from tracker.claims.queries import choices


def come_to(page: Page, look: Look, room: Newsroom, cookies: Mapping[str, str], base: str) -> str:
    """Open the page as its editor does. What is not as it should be, "" if all is well."""
    page.context.clear_cookies(name="session")
    if look.who:
        page.context.add_cookies([{"name": "session", "value": cookies[look.who], "url": base}])
    try:
        with _listing(look.listed or choices.MOST):
            return _arrived(page, look, room, base)
    except Error as failure:
        return f"it cannot be reached: {failure.message}"


@contextmanager
def _listing(most: int) -> Generator[None]:
    """Forms list no more speakers and topics than this."""
    before = choices.MOST
    choices.MOST = most  # type: ignore[misc]
    try:
        yield
    finally:
        choices.MOST = before  # type: ignore[misc]


def _arrived(page: Page, look: Look, room: Newsroom, base: str) -> str:
    answer = page.goto(base + room.fill(look.address))
    for number, (ending, typed) in enumerate(look.typed, 1):
        values = {name: _value(page, room, value) for name, value in typed.items()}
        if look.meanwhile is not None and number == len(look.typed):
            look.meanwhile(room)
        with page.expect_navigation() as gone:
            page.evaluate("([ending, typed]) => sendForm(ending, typed)", [room.fill(ending), values])
        answer = gone.value
    for key in look.keys:
        page.keyboard.press(key)
    if look.awaits:
        page.locator(look.awaits).wait_for()
    if answer is None or answer.status != look.status:
        return f"it answers {answer.status if answer else 'nothing'} and not {look.status}"
    if look.path and not page.url.endswith(look.path):
        return f"it leads to {page.url}"
    return ""


def _value(page: Page, room: Newsroom, value: Any) -> Any:
    if value is ALL:
        return "*"
    if callable(value):
        return value(page)
    return room.fill(value) if isinstance(value, str) and value in room.ids else value
