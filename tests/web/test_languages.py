"""Which language and theme a page has, and how they are changed."""

from collections.abc import Callable
from typing import Any

import flask_babel
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.web.support import Person, make_app
from tracker.newsroom.settings import Newsroom
from tracker.urls import local_path


def client(**kwargs: Any) -> FlaskClient:
    config = {"WTF_CSRF_ENABLED": False}
    return make_app(**kwargs, **config).test_client()


def language_of(client: FlaskClient, **headers: str) -> str:
    page = client.get("/language", headers=headers).text
    return page.partition('<html lang="')[2][:2]


def newsroom(language: str) -> Callable[[], Newsroom]:
    return lambda: Newsroom(language=language)


def test_an_editors_own_language_comes_first():
    visitor = client(person=Person(language="fr"), newsroom=newsroom("en"))
    visitor.set_cookie("language", "en")
    assert language_of(visitor, **{"Accept-Language": "en"}) == "fr"


def test_then_the_cookie():
    visitor = client(newsroom=newsroom("en"))
    visitor.set_cookie("language", "fr")
    assert language_of(visitor, **{"Accept-Language": "en"}) == "fr"


@pytest.mark.parametrize(
    ("wish", "language"),
    [("fr-CA,en;q=0.5", "fr"), ("de,en-GB;q=0.5,fr;q=0.2", "en"), ("fr;q=0.3,en;q=0.2", "fr"), ("fr;q=0,en", "en")],
)
def test_then_the_browsers_wish(wish: str, language: str):
    assert language_of(client(), **{"Accept-Language": wish}) == language


def test_then_the_newsrooms():
    assert language_of(client(newsroom=newsroom("fr"))) == "fr"
    assert language_of(client(newsroom=newsroom("fr")), **{"Accept-Language": "de"}) == "fr"


@pytest.mark.parametrize("nonsense", ["xx", "EN", "../fr", "<script>"])
def test_a_language_that_there_is_not_is_passed_over(nonsense: str):
    visitor = client(person=Person(language=nonsense), newsroom=newsroom("fr"))
    visitor.set_cookie("language", nonsense)
    assert language_of(visitor) == "fr"


def test_the_switch_is_remembered_by_a_cookie_and_goes_back():
    visitor = client()
    answer = visitor.post("/language", data={"language": "fr", "next": "/claims?topic=1"})
    assert (answer.status_code, answer.location) == (303, "/claims?topic=1")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert language_of(visitor) == "fr"


def test_the_switch_is_remembered_with_the_editor():
    person = Person(language="en")
    visitor = client(person=person)
    visitor.post("/language", data={"language": "fr"})
    assert person.chosen == {"language": "fr"}
    assert language_of(visitor) == "fr"


def test_the_theme_is_drawn_by_the_server():
    visitor = client()
    assert "data-theme" not in visitor.get("/language").text
    visitor.post("/theme", data={"theme": "dark"})
    assert 'data-theme="dark"' in visitor.get("/language").text
    visitor.post("/theme", data={"theme": "auto"})
    assert "data-theme" not in visitor.get("/language").text


@pytest.mark.parametrize(("path", "data"), [("/language", {"language": "xx"}), ("/language", {}), ("/theme", {"theme": "pink"})])
def test_what_there_is_not_cannot_be_chosen(path: str, data: dict[str, str]):
    answer = client().post(path, data=data)
    assert answer.status_code == 422
    assert [cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")] == ["session"]


def test_asking_changes_nothing():
    visitor = client()
    visitor.get("/language?language=fr&next=/x")
    assert language_of(visitor) == "en"


@pytest.mark.parametrize(
    "away",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        None,
        "//[",
    ],
)
def test_local_path_never_leads_away(away: str | None):
    assert local_path(away) == "/"


@given(st.text(max_size=30))
def test_local_path_is_always_a_path(text: str):
    path = local_path("/" + text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))


def test_a_page_of_the_switch_works_without_scripts_and_keeps_the_way_back():
    page = client().get("/language?next=/claims").text
    assert 'name="next" value="/claims"' in page
    assert "français" in page


def test_the_masthead_shows_an_editor_where_they_may_go():
    page = client(person=Person()).get("/claims-that-are-not").text
    assert 'href="/queue"' in page
    assert "Inès Carpentier" in page
    assert 'action="/out"' in page


def test_the_masthead_shows_a_visitor_nothing_of_the_desk():
    page = client().get("/claims-that-are-not").text
    assert 'href="/speakers"' not in page
    assert 'action="/out"' not in page


def test_where_the_role_does_not_suffice_there_is_no_link():
    page = client(person=Person(role_names=frozenset())).get("/claims-that-are-not").text
    assert 'href="/speakers"' not in page


def test_a_page_finds_out_its_language_once(monkeypatch: pytest.MonkeyPatch):
    asked: list[object] = []
    found = flask_babel.get_locale

    def count() -> object:
        asked.append(None)
        return found()

    monkeypatch.setattr(flask_babel, "get_locale", count)
    assert client().get("/language").status_code == 200
    assert len(asked) == 1
