"""Which language a page speaks and in which theme it is drawn: how that is found out, and the switch that changes it."""

from typing import Final, cast

import flask_babel
from babel.support import NullTranslations
from flask import Flask, Response, abort, g, has_app_context, has_request_context, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.urls import local_path
from tracker.web import i18n
from tracker.web.access import PUBLIC, Blueprint
from tracker.web.catalogues import LANGUAGES, SOURCE_LANGUAGE, translations
from tracker.web.page_context import THEMES, ctx
from tracker.web.public_paths import is_api_path, is_public_path, read_language

COOKIE_DAYS = 365

_SPOKEN: Final = "tracker_language"

bp = Blueprint("display", __name__)


class _Catalogue(flask_babel.Domain):  # type: ignore[misc]  # untyped
    """Our merged fragments, where Flask-Babel would look for compiled files in folders."""

    def get_translations(self) -> NullTranslations:
        return translations(i18n.language())


class _Babel(flask_babel.Babel):  # type: ignore[misc]
    @property
    def domain_instance(self) -> _Catalogue:
        return _CATALOGUE


_CATALOGUE = _Catalogue()


def init_app(app: Flask) -> None:
    """Set up Flask-Babel and the two switches."""
    _Babel().init_app(
        app,
        default_locale=SOURCE_LANGUAGE,
        locale_selector=choose,
        # Flask-Babel wants a zone object or a name; ours does for everything it is used for here, which is comparing.
        timezone_selector=lambda: ctx.newsroom.timezone,
    )
    i18n.set_request_sources(language=_page_language, zone=lambda: ctx.newsroom.zone if has_app_context() else None)
    app.register_blueprint(bp)


def _page_language() -> str | None:
    try:
        kept = g._get_current_object()
    except RuntimeError:  # outside an application
        return None
    # Asked for with every text of a page, and the same all along.
    known: str | None = kept.get(_SPOKEN)
    if known is None:
        locale = flask_babel.get_locale()
        known = str(locale.language) if locale else None
        setattr(kept, _SPOKEN, known)
    return known


def choose() -> str:
    """The language of this request: the editor's own, else the cookie's, else the browser's, else the newsroom's.

    Pages for readers are in the language of their address, the same for everyone; the API asks the request alone.
    """
    if not has_request_context():
        return _known(ctx.newsroom.language) or SOURCE_LANGUAGE
    if is_public_path(request.path):
        return _known(read_language(request.path)) or _known(ctx.newsroom.language) or SOURCE_LANGUAGE
    if is_api_path(request.path):
        return next(filter(None, map(_known, _wished())), None) or SOURCE_LANGUAGE
    editor = ctx.editor
    return (
        _known(editor.language if editor is not None else None)
        or _known(request.cookies.get("language"))
        or next(filter(None, map(_known, _wished())), None)
        or _known(ctx.newsroom.language)
        or SOURCE_LANGUAGE
    )


def _wished() -> list[str]:
    """The languages that the browser asks for, best first, without their countries: fr-CA is read by who reads fr."""
    return [wish.partition("-")[0].lower() for wish, quality in request.accept_languages if quality > 0]


def _known(language: str | None) -> str | None:
    return language if language in LANGUAGES else None


def _keep(response: Response, **choice: str) -> Response:
    """Store a choice with the editor and in a cookie, which serves before signing in."""
    ctx.remember(**choice)
    for name, value in choice.items():
        response.set_cookie(name, value, max_age=COOKIE_DAYS * 86_400, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@bp.get("/language", needs=PUBLIC)
def language() -> ResponseReturnValue:
    """The switch as a page of its own."""
    return render_template("shared/language.html", next=local_path(request.args.get("next")))


@bp.post("/language", needs=PUBLIC)
def switch_language() -> ResponseReturnValue:
    """Speak another language from now on, and go back to where the switch stood."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(422)
    return _keep(cast(Response, redirect(local_path(request.form.get("next")), 303)), language=chosen)


@bp.post("/theme", needs=PUBLIC)
def switch_theme() -> ResponseReturnValue:
    """Draw pages in another theme from now on; `auto` leaves it to the device."""
    chosen = request.form.get("theme", "")
    if chosen not in {*THEMES, "auto"}:
        abort(422)
    return _keep(cast(Response, redirect(local_path(request.form.get("next")), 303)), theme=chosen)
