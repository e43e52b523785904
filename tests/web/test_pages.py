"""Turning the pages of a list, and saying what just happened."""

from itertools import count
from typing import Any

import pytest
from flask import url_for
from jinja2 import DictLoader
from werkzeug.routing import Rule

from tests.web.support import make_app
from tracker.web import pages
from tracker.web.page_context import draw_once


def at(path: str, use: Any, **headers: str) -> Any:
    app = make_app()
    app.add_url_rule("/topics/<int:topic_id>", "topics.show", lambda topic_id: "")
    with app.test_request_context(path, headers=headers):
        return use()


def test_the_address_of_another_page_keeps_the_filter():
    assert at("/topics/3?q=a+b&page=2", lambda: pages.page_url(page=3)) == "/topics/3?q=a+b&page=3"


def test_address_is_compiled_when_it_is_first_built(monkeypatch: pytest.MonkeyPatch):
    compiled: list[str] = []
    compile_builder = Rule._compile_builder
    monkeypatch.setattr(Rule, "_compile_builder", lambda rule, *how: compiled.append(rule.rule) or compile_builder(rule, *how))
    app = make_app()
    app.add_url_rule("/topics/<int:topic_id>", "topics.show", lambda topic_id: "")

    assert compiled == []
    with app.test_request_context():
        assert [url_for("topics.show", topic_id=n, q="a b") for n in (3, 4)] == ["/topics/3?q=a+b", "/topics/4?q=a+b"]
        assert url_for("topics.show", topic_id=5) == "/topics/5"
    assert compiled == ["/topics/<int:topic_id>"]


def test_a_key_can_be_taken_out_of_an_address():
    assert at("/topics/3?owner=1&owner=2&page=2", lambda: pages.page_url(page=None)) == "/topics/3?owner=1&owner=2"


@pytest.mark.parametrize("query", ["_scheme=javascript&_external=1", "_anchor=x", "topic_id=9", "_method=POST"])
def test_a_query_cannot_turn_an_address_into_another(query: str):
    assert at(f"/topics/3?{query}", lambda: pages.page_url(page=2)) == f"/topics/3?{query}&page=2"


def test_capped_count_has_a_plus():
    assert at("/queue", lambda: [pages.capped(999, 1000), pages.capped(1000, 1000), pages.capped(1001, 1000)]) == [
        "999",
        "1,000",
        "1,000+",
    ]
    assert at("/queue", lambda: pages.capped(5000, 1000), **{"Accept-Language": "fr"}) == "1\u202f000+"


def test_conditions_list_filters_in_words():
    chosen = {"Topic": "Security", "Owner": "", "Speaker": "M. Hale"}
    assert at("/queue", lambda: pages.conditions(chosen)) == "Topic: Security, Speaker: M. Hale"


def test_toast_is_shown_on_the_next_page_with_undo():
    app = make_app()

    @app.get("/do")
    def do() -> str:
        pages.toast("Done <b>.", undo="/undo/1")
        pages.warn("Not that.")
        return ""

    client = app.test_client()
    client.get("/do")
    page = client.get("/language").text
    assert "Done &lt;b&gt;." in page
    assert 'action="/undo/1"' in page
    assert "toast-problem" in page
    assert "Done" not in client.get("/language").text


def test_part_that_is_drawn_once_is_kept_for_each_language_mount_and_value():
    app = make_app()
    app.jinja_env.loader = DictLoader({"part.html": '{{ _("Claims") }} {{ given }} {{ url_if("display.language") }} {{ n() }}'})
    app.jinja_env.globals["n"] = count(1).__next__
    asked = (("", "en", "<a>"), ("", "en", "<a>"), ("", "fr", "<a>"), ("/mount", "en", "<a>"), ("", "en", ""), ("", "en", "<a>"))
    drawn = []
    for mount, language, given in asked:
        with app.test_request_context("/", headers={"Accept-Language": language}, environ_overrides={"SCRIPT_NAME": mount}):
            drawn.append(draw_once("part.html", given=given))
    assert drawn == [
        "Claims &lt;a&gt; /language 1",
        "Claims &lt;a&gt; /language 1",
        "Prévisions &lt;a&gt; /language 2",
        "Claims &lt;a&gt; /mount/language 3",
        "Claims  /language 4",
        "Claims &lt;a&gt; /language 1",
    ]
