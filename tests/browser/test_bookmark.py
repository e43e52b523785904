"""The bookmark “Track this page”, kept from our page and used on a page of another site."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk
from tests.support.page_server import answer_of, serving
from tests.support.web import SignIn

FOREIGN = "<!doctype html><html lang=en><title>The bridge & more</title><p id=said>It will reopen in May.</p><p>No more.</p>"
# As strict as a page can be: it runs no script, and knows nothing of the windows that it opens.
STRICT = {
    "Content_Security_Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
    "Cross_Origin_Opener_Policy": "same-origin",
}


@pytest.mark.parametrize("headers", [{}, STRICT], ids=["plain", "strict"])
def test_bookmark_opens_the_form_with_address_headline_and_selection(
    chromium: Browser, desk: Desk, live: str, sign_in: SignIn, headers: dict[str, str]
):
    ours = desk()
    ours.goto("/articles/new")
    link = ours.locator("a[href^='javascript:']").get_attribute("href")
    context = chromium.new_context(locale="en-GB")
    context.add_cookies([{"name": "session", "value": sign_in().cookie(), "url": live, "sameSite": "Lax"}])
    with serving(lambda _path: answer_of(FOREIGN.encode(), Content_Type="text/html; charset=utf-8", **headers)) as site:
        address = site.url("/news?a=1&b=2").replace("127.0.0.1", "localhost")
        theirs = context.new_page()
        theirs.goto(address)
        theirs.locator("#said").click(click_count=3)
        with context.expect_page() as opened:
            # As the browser does when a bookmark is chosen; a link within the page could not.
            context.new_cdp_session(theirs).send("Page.navigate", {"url": link})
        form = opened.value
        expect(form.get_by_label("Headline")).to_have_value("The bridge & more")
        expect(form.locator("textarea[name=body]")).to_have_value("It will reopen in May.\n\n")
        assert address in [field.input_value() for field in form.locator("input[name=url]").all()]
        # The other site was asked for its page alone, and its page is as it was.
        assert {path for path in site.paths if path != "/favicon.ico"} == {"/news?a=1&b=2"}
        assert theirs.url == address
    context.close()
