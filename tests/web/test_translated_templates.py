"""Templates are compiled once for each language, with their texts translated."""

from flask import Flask
from jinja2 import DictLoader, pass_context, pass_eval_context
from markupsafe import Markup, escape

from tracker.web import i18n
from tracker.web.translated_templates import TranslatedEnvironment, fill_text

NAMES = "<b>Ana</b>"


def make_environment(**templates: str) -> TranslatedEnvironment:
    app = Flask("translated")
    named = {name.replace("_", "."): source for name, source in templates.items()}
    environment = TranslatedEnvironment(app, loader=DictLoader(named), extensions=["jinja2.ext.i18n"])
    environment.autoescape = lambda name: (name or "").endswith(".html")
    environment.globals["fill_text"] = fill_text
    return environment


def render(environment: TranslatedEnvironment, template: str, language: str, **values: object) -> str:
    with i18n.use_language(language):
        return environment.get_template(template).render(**values)


def test_a_page_is_drawn_in_each_language_from_one_source() -> None:
    environment = make_environment(page_html='{{ _("Claims") }}')
    assert render(environment, "page.html", "en") == "Claims"
    assert render(environment, "page.html", "fr") == "Prévisions"
    assert render(environment, "page.html", "en") == "Claims"


def test_an_included_template_speaks_the_language_of_its_page() -> None:
    environment = make_environment(page_html='{% include "part.html" %}', part_html='{{ _("Claims") }}')
    assert render(environment, "page.html", "fr") == "Prévisions"
    assert render(environment, "page.html", "en") == "Claims"


def test_a_name_in_a_translated_text_is_escaped_in_a_page() -> None:
    environment = make_environment(page_html='{{ _("Claim %(number)s", number=name) }}')
    drawn = render(environment, "page.html", "fr", name=NAMES)
    assert "<b>" not in drawn
    assert "&lt;b&gt;Ana" in drawn
    assert drawn.startswith("Prévision")


def test_a_name_in_a_plain_text_stays_as_it_is() -> None:
    environment = make_environment(mail_txt='{{ _("Claim %(number)s", number=name) }}')
    assert NAMES in render(environment, "mail.txt", "en", name=NAMES)


def test_a_text_as_an_argument_stays_markup() -> None:
    environment = make_environment(
        page_html='{% macro m(x) %}{{ x }}{% endmacro %}{{ m(_("Don’t <i>panic</i>")) }}{{ kind(_("x")) }}'
    )
    drawn = render(environment, "page.html", "en", kind=lambda text: type(text) is Markup)
    assert drawn == "Don’t <i>panic</i>True"


def test_a_percent_sign_is_written_twice_in_every_text() -> None:
    environment = make_environment(page_html='{{ _("100%%") }} {{ _("%(n)s%%", n=5) }}')
    assert render(environment, "page.html", "en") == "100% 5%"


def test_the_word_for_a_status_is_translated_with_the_template() -> None:
    environment = make_environment(page_html='{{ word("overdue") }}')
    assert render(environment, "page.html", "en") == "Overdue"
    assert render(environment, "page.html", "fr") == "En retard"


def test_indentation_of_a_page_is_left_out_and_that_of_its_texts_kept() -> None:
    source = "<ul>\n    <li>\n\n      {{ text }} <b>a  b</b>\n    </li>\n</ul>"
    environment = make_environment(page_html=source, letter_txt=source)
    drawn = "<ul>\n<li>\nOne\n   two <b>a  b</b>\n</li>\n</ul>"
    assert render(environment, "page.html", "en", text="One\n   two") == drawn
    assert render(environment, "letter.txt", "en", text="One\n   two") == source.replace("{{ text }}", "One\n   two")


def test_markup_is_written_as_it_is_and_everything_else_escaped() -> None:
    environment = make_environment(
        page_html='{% from "macros.html" import m %}{% for each in all %}{{ each }}|{{ m(each) }};{% endfor %}{{ none }}',
        macros_html="{% macro m(x) %}{{ x }}{% endmacro %}",
        mail_txt="{% for each in all %}{{ each }};{% endfor %}",
    )
    every = [NAMES, Markup("<i>our</i>"), 7, NAMES]
    escaped = "&lt;b&gt;Ana&lt;/b&gt;"
    once = f"{escaped}|{escaped};"
    assert render(environment, "page.html", "en", all=every) == f"{once}<i>our</i>|<i>our</i>;7|7;{once}None"
    assert render(environment, "mail.txt", "en", all=every) == f"{NAMES};<i>our</i>;7;{NAMES};"
    for text in ("a", "&", "<", ">", "'", '"', Markup("<") + "a&b"):
        assert render(environment, "page.html", "en", all=[text]) == f"{escape(text)}|{escape(text)};None"
    off = make_environment(page_html="{% autoescape false %}{{ name }}{% endautoescape %}{{ name }}")
    assert render(off, "page.html", "en", name=NAMES) == NAMES + escaped


def test_functions_and_macros_are_given_what_they_ask_for() -> None:
    environment = make_environment(
        page_html="{% macro box(x, y=2, z=3) %}[{{ x }}{{ y }}{{ z }}{{ caller() if caller }}]{% endmacro %}"
        "{% for n in (1, 2) %}{{ box(n) }}{{ box(n, z=n) }}{% set m = n %}"
        "{{ named('m') }}{{ escapes() }}{{ plain(n, end='.') }}{% endfor %}"
        "{% call box(7) %}<i>{% endcall %}",
    )
    drawn = render(
        environment,
        "page.html",
        "en",
        named=pass_context(lambda context, name: context[name]),
        escapes=pass_eval_context(lambda context: context.autoescape),
        plain=lambda n, end: f"{n}{end}",
    )
    assert drawn == "[123][121]1True1.[223][222]2True2.[723<i>]"
