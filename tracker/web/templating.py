"""What every template can call: `desk`, `asset`, words, filters for days and numbers, the hidden fields of a form."""

import re
import secrets
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from tracker import bidi, clock
from tracker.errors import N_
from tracker.web import formatting, forms, i18n, labels
from tracker.web.catalogues import translations
from tracker.web.csrf import MaskedCSRFProtect, masked_csrf_token
from tracker.web.page_context import ctx, draw_once, url_if, url_of
from tracker.web.translated_templates import FILL, fill_text

# How fields that are not ours (those of signing in) are drawn.
_KINDS = {
    "StringField": "line",
    "PasswordField": "secret",
    "EmailField": "email",
    "BooleanField": "check",
    "HiddenField": "hidden",
    "CSRFTokenField": "hidden",
    "TextAreaField": "area",
    "SelectField": "select",
    "RadioField": "radio",
    "IntegerField": "number",
}

_OPENS_QUOTED = re.compile(r"\s*[«»“„\"]")  # »so« in German books


def init_app(app: Flask) -> None:
    """Give templates their helpers, and every POST its check."""
    # A page may stay open overnight; the token lives as long as the session that it belongs to.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    if "csrf" not in app.extensions:
        MaskedCSRFProtect(app)
    app.jinja_env.globals.update(
        ctx=ctx,
        desk=ctx,  # its name in templates
        url_for=url_of,
        url_if=url_if,
        names_implied=lambda: ctx.editor is not None and "editor" in ctx.editor.role_names,
        draw_once=draw_once,
        csrf_field=csrf_field,
        form_token=form_token,
        word=labels.word,
        reader_word=labels.reader_word,
        band=lambda low, high: formatting.band(low, high, i18n.language()),
        field_kind=field_kind,
        problems_of=problems_of,
    )
    app.jinja_env.globals.update({"_": gettext, "gettext": gettext, "ngettext": ngettext, FILL: fill_text})
    app.jinja_env.filters.update(
        day=lambda value: formatting.day(value, i18n.language()),
        day_short=lambda value: formatting.day_short(value, i18n.language()),
        month=lambda value: formatting.month(value, i18n.language()),
        day_long=lambda value: formatting.day_long(value, i18n.language()),
        day_full=lambda value: formatting.day_full(value, i18n.language()),
        day_heading=lambda value: formatting.day_heading(value, i18n.language()),
        rel=rel,
        moment=lambda value: formatting.moment(value, i18n.language(), i18n.zone()),
        clock_time=lambda value: formatting.clock_time(value, i18n.zone()),
        ago=lambda value: formatting.ago(value, clock.now(), i18n.language(), i18n.zone()),
        iso=iso,
        bdi=bdi,
        in_quotes=in_quotes,
        page_title=page_title,
        number=lambda value: formatting.number(value, i18n.language()),
        percent=lambda value: formatting.percent(value, i18n.language()),
        say=i18n.translate,
        web_address=forms.web_address,
        host=forms.host_of,
        ascii_host=forms.ascii_host,
    )


def bdi(text: object) -> Markup | str:
    """A text of people, isolated from the words around it; "" where there is none."""
    return Markup(f"<bdi>{escape(text)}</bdi>") if text else ""  # noqa: S704


def page_title(text: str) -> str:
    """The content of <title>, where no element can isolate a name: wrapped so that it cannot reorder the rest of the title."""
    return bidi.isolate(text)


def _marked(text: str, context: EvalContext) -> str:
    """The text of a catalogue, which is ours and may hold markup."""
    return Markup(text) if context.autoescape else text  # noqa: S704


@pass_eval_context
def gettext(context: EvalContext, text: str, **variables: object) -> str:
    """A text that is known only when the page is drawn; the others are translated with their template."""
    spoken = translations(i18n.language()).ugettext(text)
    return fill_text(_marked(spoken, context), **variables)


@pass_eval_context
def in_quotes(context: EvalContext, words: str) -> str:
    """Words of an article in quotation marks; as they are where they open with marks of their own, which would be doubled."""
    return bidi.isolate(words) if _OPENS_QUOTED.match(words) else gettext(context, N_("“%(words)s”"), words=words)


@pass_eval_context
def ngettext(context: EvalContext, singular: str, plural: str, count: int, /, **variables: object) -> str:
    """The text for a number of things, with the number as the language writes it in the place `%(n)s`, or as given in `n`."""
    language = i18n.language()
    spoken = translations(language).ungettext(singular, plural, count)
    number = formatting.number(count, language)
    return fill_text(_marked(spoken, context), **{"n": number, "num": count, **variables})


def rel(day: date, today: date | None = None) -> str:
    """How far off a day is: 12 days late, today, in 3 days."""
    return formatting.rel(day, today or i18n.today(), i18n.language())


def iso(at: datetime) -> str:
    """A moment for the `datetime` of <time>: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def csrf_field() -> Markup:
    """The hidden field that shows that a form is ours."""
    return Markup(f'<input type="hidden" name="csrf_token" value="{masked_csrf_token()}">')  # noqa: S704  (in base64)


def form_token() -> Markup:
    """The hidden field by which a form does its work once, however often it is clicked; new each time a form is drawn."""
    return Markup(f'<input type="hidden" name="form_token" value="{secrets.token_urlsafe(18)}">')  # noqa: S704  (in base64)


def field_kind(field: Any) -> str:
    """How a field is drawn; see the macro `field`."""
    return getattr(field, "kind", None) or _KINDS.get(field.type, "line")


def problems_of(form: Any) -> list[tuple[str, str]]:
    """What is wrong with a form, ours or another's: where to link to, and the sentence."""
    if isinstance(form, forms.Form):
        return form.problems()
    found = [("", str(text)) for text in getattr(form, "form_errors", ())]
    found.extend((field.id, str(text)) for field in form for text in field.errors)
    return found
