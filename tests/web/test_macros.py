"""The small parts of pages: what they say to eyes and to screen readers."""

import re
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from tests.web.support import Person, make_app
from tracker.web import labels

PARTS = "icon, status, likelihood, stance, evn, day, moment, owed, link_out, field, problems"
IMPORT = f'{{% from "shared/_m.html" import {PARTS} with context %}}'


def drawn(source: str, language: str = "en", **values: Any) -> str:
    with make_app().test_request_context(headers={"Accept-Language": language}):
        return render_template_string(IMPORT + source, **values)


def sheet(app: Flask | None = None, **data: Any) -> str:
    app = app or make_app(WTF_CSRF_ENABLED=False)
    return app.test_client().post("/sheet", data=data).text


def said(html: str) -> str:
    """What is left when the tags are gone."""
    return re.sub(r"<[^>]*>", "", html).strip()


@pytest.mark.parametrize("key", [key for key in labels.DESK if key != "resolved"])
def test_every_status_is_a_shape_and_a_word(key: str):
    html = drawn("{{ status(key) }}", key=key)
    assert f'href="#i-{key}"' in html
    assert said(html) == labels.DESK[key]


def test_every_shape_that_is_asked_for_is_in_the_sprite():
    sprite = drawn('{% include "shared/_sprite.html" %}')
    shapes = set(re.findall(r'id="i-([\w]+)"', sprite))
    assert {key for key in labels.DESK if key != "resolved"} <= shapes
    assert {"half", "dot", "bolt", "lock"} <= shapes


def test_every_status_has_its_colour():
    from tracker.web.assets import FOLDER

    css = (FOLDER / "tracker.css").read_text()
    for key in labels.DESK:
        if key not in {"resolved", "supports", "contradicts", "context"}:
            assert f".st-{key}" in css, key


def test_status_marks_a_proposed_verdict():
    html = drawn('{{ status("partly_confirmed", proposed=true) }}')
    assert said(html) == "Proposed: partly confirmed"
    assert "is-proposed" in html
    assert said(drawn('{{ status("refuted", proposed=true) }}', "fr")) == "Proposée\u202f: infirmée"


def test_a_likelihood_is_a_band():
    html = drawn("{{ likelihood(30, 60) }}")
    assert 'class="band" x="17.2" y="2" width="18.2"' in html
    assert said(html) == "30–60%"


def test_likelihood_shows_words_and_reading():
    assert said(drawn('{{ likelihood(30, 60, "could") }}')) == "stated as “could”; our reading: 30–60%"
    french = said(drawn('{{ likelihood(30, 60, "pourrait") }}', "fr"))
    assert french == "selon les termes «\u202fpourrait\u202f»\u202f; notre lecture\u202f: 30–60\u202f%"


def test_words_without_a_band_have_none_drawn():
    html = drawn('{{ likelihood(none, none, "peut-être") }}')
    assert said(html) == "stated as “peut-être”"
    assert "svg" not in html


def test_what_a_hedge_holds_stays_text():
    assert "<b>" not in drawn('{{ likelihood(30, 60, "<b>") }}')


def test_evidence_is_counted_by_stance():
    assert said(drawn("{{ evn(2, 1, 0) }}")) == "2 supports1 contradicts"
    assert said(drawn("{{ evn() }}")) == "none yet"
    assert said(drawn("{{ evn(headed=false) }}")) == "no evidence yet"
    assert said(drawn('{{ stance("contradicts") }}', "fr")) == "Contredit"


def test_a_link_leads_out_only_to_the_web_and_shows_a_foreign_hosts_real_name():
    assert 'href="https://example.org/a"' in drawn('{{ link_out("https://example.org/a", "A source") }}')
    assert "(xn--pple-43d.com)" in drawn('{{ link_out("https://аpple.com/") }}')
    assert "href" not in drawn('{{ link_out("javascript:alert(1)", "x") }}')


def test_a_faulty_field_is_tied_to_its_error_and_named_in_the_summary():
    page = sheet(version="3", rationale="r", known_on="26 mars 2024", outcome="refuted")
    assert '<a href="#statement">Claim: This cannot be empty.</a>' in page
    assert '<p class="err" id="statement-e"><span class="vh">Error: </span>This cannot be empty.</p>' in page
    field = re.search(r'<input class="inp" id="statement"[^>]*>', page)
    assert field
    assert 'aria-describedby="statement-h statement-e"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-required="true"' in field[0]
    assert 'role="alert" tabindex="-1"' in page
    assert "<title>Error: Component sheet · Tracker</title>" in page


def test_what_was_typed_is_still_there():
    page = sheet(
        statement="Mine <b>", rationale="\nleading line", known_on="3/4/2024", low="abc", owner="2", topics=["b"], agree="y"
    )
    assert 'value="Mine &lt;b&gt;"' in page
    assert ">\n\nleading line</textarea>" in page
    assert 'value="3/4/2024"' in page
    assert 'value="abc"' in page
    assert '<option value="2" selected>Tom</option>' in page
    assert re.search(r'name="topics" value="b" checked', page)
    assert re.search(r'name="agree" value="y" checked', page)


def test_an_unclear_day_is_offered_in_both_readings():
    page = sheet(known_on="3/4/2024")
    assert 'name="known_on-reading" value="2024-04-03"> <span>3 April 2024</span>' in page
    assert 'name="known_on-reading" value="2024-03-04"> <span>4 March 2024</span>' in page


def test_a_missing_year_is_suggested_ready_to_send():
    assert re.search(r'name="known_on-reading" value="\d{4}-03-26" checked', sheet(known_on="26 mars"))


def test_a_day_that_was_understood_is_read_back():
    assert "Read as Tuesday 26 March 2024" in sheet(known_on="26/3/2024")


def test_a_form_for_signing_in_is_drawn_by_the_same_macro():
    class SignIn(FlaskForm):  # type: ignore[misc]
        email = StringField("E-mail", validators=[DataRequired("Give it.")])
        password = PasswordField("Password")

    with make_app(WTF_CSRF_ENABLED=False).test_request_context(method="POST", data={"password": "hunter22"}):
        form = SignIn()
        form.validate()
        html = render_template_string(IMPORT + "{{ problems(form) }}{{ field(form.email) }}{{ field(form.password) }}", form=form)
    assert '<a href="#email">Give it.</a>' in html
    assert 'type="password"' in html
    assert "hunter22" not in html


def test_plural_contains_the_number_as_the_language_writes_it():
    source = (
        """{{ ngettext("%(n)s day late", "%(n)s days late", 1200) }} {{ ngettext("%(n)s day late", "%(n)s days late", 1) }}"""
    )
    assert drawn(source) == "1,200 days late 1 day late"
    assert drawn(source, "fr") == "1\u202f200 jours de retard 1 jour de retard"


def test_what_fills_a_text_is_escaped():
    assert drawn("""{{ _("Read as %(day)s", day="<b>") }}""") == "Read as &lt;b&gt;"
    assert drawn("""{{ ngettext("%(n)s %(x)s", "%(n)s %(x)s", 2, x="<b>") }}""") == "2 &lt;b&gt;"


def test_a_toast_offers_to_undo_and_is_heard():
    page = make_app(person=Person()).test_client().get("/sheet").text
    assert '<div class="toasts wrap" role="status" id="said">' in page
    assert 'action="/undo"' in page


def test_key_hints_can_be_switched_off():
    assert "Keyboard shortcuts" in make_app(person=Person()).test_client().get("/sheet").text
    for person in (Person(shortcuts=False), Person(key_hints=False)):
        assert "Keyboard shortcuts" not in make_app(person=person).test_client().get("/sheet").text


def test_no_page_has_inline_style_or_script():
    for path in ("/sheet", "/nothing", "/language"):
        page = make_app(person=Person()).test_client().get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=", page)


@pytest.mark.parametrize(
    ("words", "language", "drawn_as"),
    [
        ("The pier will close", "en", "“The pier will close”"),
        ("The pier will close", "fr", "«\u202fThe pier will close\u202f»"),
        ("“It will close,” she said.", "en", "“It will close,” she said."),
        ("« La jetée fermera », dit-elle.", "fr", "« La jetée fermera », dit-elle."),
        ("Le « plan B » sera adopté", "fr", "«\u202fLe « plan B » sera adopté\u202f»"),
        ("The 'plan' is \"B\"", "en", "“The &#39;plan&#39; is &#34;B&#34;”"),
    ],
)
def test_words_are_put_in_quotation_marks_unless_they_have_their_own(words: str, language: str, drawn_as: str):
    assert drawn("{{ words | in_quotes }}", language, words=words) == drawn_as


@pytest.mark.parametrize("opening", ["", "“"])
def test_quoted_words_cannot_turn_the_page_around(opening: str):
    shown = drawn("{{ words | in_quotes }}", words=f"{opening}a\u202eb")
    assert shown.strip("“”").endswith("ab\u2069")
    assert "\u202e" not in shown


def test_words_in_quotation_marks_are_escaped():
    assert drawn("{{ words | in_quotes }}", words="<b>x</b>") == "“&lt;b&gt;x&lt;/b&gt;”"
    assert drawn("{{ words | in_quotes }}", words="“<b>”") == "“&lt;b&gt;”"
