"""Help: a page for each screen, and the way there from the screen."""

import pytest

from tests.support.web import SignIn
from tracker.newsroom.help_texts import HELP
from tracker.web.page_context import _HELP, _HELP_OF_PAGES


@pytest.mark.parametrize("screen", HELP)
def test_help_page_has_its_title_and_all_its_sentences(sign_in: SignIn, screen: str):
    page = sign_in("viewer").get(f"/help/{screen}")
    assert page.status_code == 200
    for text in (HELP[screen].title, *HELP[screen].texts):
        assert text in page.text


def test_help_speaks_french(sign_in: SignIn):
    client = sign_in("viewer")
    client.post("/language", data={"language": "fr"})
    page = client.get("/help/topics").text
    assert "Les thèmes regroupent des prévisions de plusieurs articles." in page
    assert "Topics group claims" not in page


@pytest.mark.parametrize(
    ("address", "screen"), [("/queue", "queue"), ("/articles", "articles"), ("/claims", "claims"), ("/overview", "overview")]
)
def test_screen_links_to_its_help(sign_in: SignIn, address: str, screen: str):
    page = sign_in("viewer").get(address).text
    assert f'href="/help/{screen}"' in page


def test_help_of_no_screen_is_not_found(sign_in: SignIn):
    assert sign_in("viewer").get("/help/nothing").status_code == 404


def test_every_screen_that_is_linked_has_help():
    assert {screen for screen in (*_HELP.values(), *_HELP_OF_PAGES.values()) if screen} == set(HELP)


def test_help_leads_to_its_page_only_where_the_role_lets_in(sign_in: SignIn):
    assert 'class="btn" href="/operations"' in sign_in("admin").get("/help/operations").text
    page = sign_in("viewer").get("/help/operations").text
    assert "Go to this page" not in page
    assert 'href="/operations"' not in page
    assert "Go to this page" in sign_in("viewer").get("/help/claims").text
