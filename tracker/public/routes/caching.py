"""Answers that carry an ETag, and 304 for those who have them: an answer is drawn only when something in it changed."""

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from markupsafe import Markup

from tracker.newsroom.settings import Newsroom
from tracker.public import words
from tracker.public.site import LANGUAGES, Site
from tracker.public.views import read_day, read_moment
from tracker.web import formatting, headers, i18n
from tracker.web.assets import digest
from tracker.web.catalogues import fragments, translations
from tracker.web.database import app_settings
from tracker.web.headers import Profile
from tracker.web.language_names import language_name
from tracker.web.page_context import ctx
from tracker.word_caches import word_cache

_KEY: Final = "tracker_public"
SERVER: Final = "PUBLIC_SERVER"  # in the application's configuration: see Site.server


def read_templates(app: Flask) -> None:
    """Know the version of what draws the pages: templates, texts and static files."""
    sum_ = hashlib.sha256(digest().encode())
    loader = app.jinja_env.loader
    assert loader is not None
    for name in sorted(app.jinja_env.list_templates()):
        if name.startswith(("public/", "shared/_sprite", "scores/_")):
            sum_.update(loader.get_source(app.jinja_env, name)[0].encode())
    for path in fragments("fr"):
        sum_.update(path.read_bytes())
    app.extensions[_KEY] = sum_.hexdigest()
    app.jinja_env.globals.update(public_words=words, read_moment=read_moment, read_day=read_day, removed=describe_removal)
    app.jinja_env.filters["local_day"] = lambda at: formatting.day(at.astimezone(i18n.zone()).date(), i18n.language())
    app.jinja_env.filters["language_name"] = language_name
    app.jinja_env.filters["unescaped_json"] = Markup


def describe_removal(row: dict[str, Any], name: str) -> str:
    """What is in the place of a text that was erased."""
    day = read_day(row.get("removed", {}).get(name))
    return i18n.gettext("[removed, %(day)s]", day=formatting.day(day, i18n.language())) if day is not None else ""


def site(language: str = "") -> Site:
    """The addresses of this request."""
    base = app_settings().base_url or request.host_url
    base = base.rstrip("/")
    root = urlsplit(base).path if app_settings().base_url else request.script_root
    return Site(language or ctx.language, base, root.rstrip("/"), current_app.config.get(SERVER, ""))


@word_cache(64)
def _salt(version: str, settings: Newsroom, base: str, server: str) -> str:
    return hashlib.sha256(f"{version}\n{settings!r}\n{base}\n{server}".encode()).hexdigest()[:10]


def newsroom() -> Newsroom:
    """The newsroom's settings."""
    return cast(Newsroom, ctx.newsroom)


def salt() -> str:
    """What every page depends on: templates, the newsroom's settings, the host."""
    here = site("en")
    return _salt(current_app.extensions[_KEY], newsroom(), f"{here.base}{here.root}", here.server)


def make_etag(*parts: object) -> str:
    """The ETag of an answer, from everything that it depends on."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:20]


def answer(
    key: str, draw: Callable[[], str | bytes | Iterator[str]], mimetype: str = "text/html", profile: Profile = headers.PUBLIC
) -> Response:
    """The answer that `draw` makes, or 304 where the reader has it. `key` changes with what is shown."""
    headers.use_profile(profile)
    etag = make_etag(key, salt())
    return headers.answer_if_changed(etag, lambda: Response(draw(), mimetype=mimetype))


@lru_cache(maxsize=4096)
def _look_up(text: str, language: str) -> Markup:
    return Markup(translations(language).ugettext(text))  # noqa: S704  (our own catalogue)


@lru_cache(maxsize=4096)
def _look_up_whole(text: str, language: str) -> Markup:
    return Markup(_look_up(text, language).replace("%%", "%"))  # noqa: S704


def _make_translator(language: str) -> Callable[..., Markup]:
    def translate(text: str, **params: object) -> Markup:
        return _look_up(text, language) % i18n.isolated(params) if params else _look_up_whole(text, language)

    return translate


_translate_by_language: Final = {language: _make_translator(language) for language in LANGUAGES}


def _asset(name: str) -> str:
    """Return the path of a static file within the site; pages put the site's own root before it, as before every path."""
    return cast(str, current_app.jinja_env.globals["asset"](name)).removeprefix(request.script_root)  # type: ignore[operator]


def render(template: str, **context: Any) -> str:
    """A page. Not by Flask's own function: that asks every extension for its part first, the session's among them."""
    here = context.pop("site", None) or site()
    page = current_app.jinja_env.get_template(template)
    # Its own translator: a page has a hundred texts, and asking Flask-Babel for each of them took a third of the time.
    context["_"] = _translate_by_language[here.language]
    context["asset"] = _asset
    return page.render(site=here, l=here.language, newsroom=newsroom(), languages=("en", "fr"), **context)
