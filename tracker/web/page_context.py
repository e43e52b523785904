"""What the shell of a page needs to know: who is signed in, whose newsroom it is, language, theme, where one can go.

Templates and routes use the one `ctx`. It asks for each thing when it is first needed and keeps it for the request; when
the database is gone it answers with what it last knew, so that an error page can always be drawn.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, g, has_request_context, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import BuildError

from tracker.errors import Refusal
from tracker.urls import local_path
from tracker.web import i18n
from tracker.web.access import access_of, editor_or_none
from tracker.web.catalogues import LANGUAGE_NAMES, LANGUAGES
from tracker.web.contracts import NewsroomView, SignedIn
from tracker.web.i18n import lazy_gettext

LoadNewsroom = Callable[[], NewsroomView]
Remember = Callable[[SignedIn, dict[str, str]], None]

THEMES: Final = ("light", "dark")
_PARTS: Final = "tracker_parts"
_PLACE: Final = 10**18  # numbers from here on keep the places of others in a pattern
_MOUNTS: Final = 100  # paths whose parts are kept

# Where the navigation leads, in its order. What this application does not have, or this editor may not see, is left out.
_PLACES: Final = (
    ("queue.index", lazy_gettext("Review")),
    ("overview.index", lazy_gettext("Overview")),
    ("articles.index", lazy_gettext("Articles")),
    ("claims.index", lazy_gettext("Claims")),
    ("speakers.index", lazy_gettext("Speakers")),
    ("topics.index", lazy_gettext("Topics")),
    ("scorecards.index", lazy_gettext("Scorecards")),
    ("exports.index", lazy_gettext("Exports")),
    ("people.index", lazy_gettext("People")),
    ("newsroom.account", lazy_gettext("Settings")),
)


# Of each blueprint of the desk, the screen that its help is about; then of pages that differ from their blueprint ("": no help).
_HELP: Final = {
    **{name: name for name in ("queue", "overview", "articles", "claims", "speakers", "topics", "scorecards", "exports")},
    **{name: name for name in ("imports", "record", "reminders", "people", "publishing", "cues", "operations")},
    "bulk": "queue",
    "views": "queue",
    "api_docs": "api",
    "security": "settings",
    "newsroom": "settings",
    "desks": "settings",
    "settings": "settings",
    "webhooks": "settings",
}
_HELP_OF_PAGES: Final = {
    "articles.sort": "sorting",
    "articles.unsorted": "sorting",
    "publishing.reports": "reports",
    "publishing.report": "reports",
    "newsroom.tokens": "api",
    "newsroom.help": "",
    "newsroom.keys": "",
}


@dataclass(frozen=True)
class Link:
    """One entry of the navigation."""

    url: str
    label: str
    current: bool


@dataclass
class _Hooks:
    newsroom: LoadNewsroom | None
    remember: Remember | None
    last_known: NewsroomView


def init_app(app: Flask, *, newsroom: LoadNewsroom | None, remember: Remember | None, fallback: NewsroomView) -> None:
    """Keep what `tracker.web.init_app` was given."""
    app.extensions[_PARTS] = {}
    app.extensions["tracker_desk"] = _Hooks(newsroom, remember, fallback)


def _hooks() -> _Hooks:
    wiring: _Hooks = current_app.extensions["tracker_desk"]
    return wiring


def disable_database() -> None:
    """Render the rest of this request without database access, because a query has just failed."""
    g.tracker_dark = True


def url_if(endpoint: str, **values: object) -> str:
    """The address of an endpoint, "" where this application has none of that name."""
    if endpoint.startswith(".") or not has_request_context():  # ".index" is that of the page's own blueprint
        return _find_url(endpoint, **values)
    if values:
        current_app.inject_url_defaults(endpoint, values)
        if not all(map(_is_plain, values.values())):
            return _find_url(endpoint, **values)
    patterns, key = _parts(), (endpoint, *values)
    if key not in patterns:
        patterns[key] = _find_pattern(endpoint, key[1:])
    pattern = patterns[key]
    return pattern.format_map(values) if pattern or not values else _find_url(endpoint, **values)


def _parts() -> dict[tuple[str, ...], str]:
    """Addresses and parts of pages that depend on nothing of this request but the path that the application is mounted at."""
    parts: dict[tuple[str, ...], str] | None = g.get(_PARTS)
    if parts is None:
        known = current_app.extensions[_PARTS]
        if len(known) > _MOUNTS:
            known.clear()
        parts = g.tracker_parts = known.setdefault(request.script_root, {})
    return parts


def draw_once(template: str, **given: str) -> str:
    """A part of a page that depends on its language, that path and these values alone: drawn once for them, and kept."""
    parts, key = _parts(), (template, ctx.language, *given.values())
    if key not in parts:
        parts[key] = Markup(current_app.jinja_env.get_template(template).render(given))  # noqa: S704
    return parts[key]


def url_of(endpoint: str, **values: Any) -> str:
    """Flask's `url_for` for templates, which remembers how addresses are made. Raises BuildError."""
    return url_if(endpoint, **values) or url_for(endpoint, **values)


def _find_url(endpoint: str, **values: Any) -> str:
    try:
        return url_for(endpoint, **values)
    except (BuildError, RuntimeError):
        return ""


def _is_plain(value: object) -> bool:
    """Whether a value is written into an address as it is: numbers of rows, and plain words."""
    return (type(value) is int and 0 < value < _PLACE) or (type(value) is str and value.isascii() and value.isidentifier())


def _find_pattern(endpoint: str, names: tuple[str, ...]) -> str:
    """The address of an endpoint with a place for each of these values; "" where that is more than one text after another."""
    if any(name.startswith("_") for name in names):  # "_anchor" and other words to Flask
        return ""
    numbers = {name: _PLACE + number for number, name in enumerate(names)}
    try:
        pattern = _find_url(endpoint, **numbers)
    except ValueError:  # one of a few words
        return ""
    pattern = pattern.replace("{", "{{").replace("}", "}}")
    for name, number in numbers.items():
        if pattern.count(str(number)) != 1:
            return ""
        pattern = pattern.replace(str(number), f"{{{name}}}")
    return pattern


def _lets_in(endpoint: str, roles: frozenset[str]) -> bool:
    access = access_of(current_app, endpoint)
    return access is not None and access.lets_in(roles)


class PageContext:
    """See the module; one object serves every request, what it finds out is kept with the request."""

    @property
    def editor(self) -> SignedIn | None:
        """The editor who is signed in, None for everybody else."""
        if not has_request_context():
            return None
        # Asked for forty times on a page, so `g` is looked up once.
        kept = g._get_current_object()
        if kept.get("tracker_dark"):
            return None
        # Flask-Login's own place: who signs in or out is another one at once.
        user = kept.get("_login_user")
        known: tuple[object, SignedIn | None] | None = kept.get("tracker_editor")
        if known is not None and user is not None and known[0] is user:
            return known[1]
        if not hasattr(current_app, "login_manager"):
            return None
        try:
            editor = editor_or_none()
            g.tracker_editor = (g.get("_login_user"), editor)
            return editor
        except (SQLAlchemyError, Refusal):
            if not g.get("tracker_failing"):
                raise
            disable_database()
            return None

    @property
    def newsroom(self) -> NewsroomView:
        """The settings of the newsroom."""
        known: NewsroomView | None = g.get("tracker_newsroom")
        if known is not None:
            return known
        wiring = _hooks()
        if wiring.newsroom is not None and not g.get("tracker_dark"):
            try:
                wiring.last_known = wiring.newsroom()
            except (SQLAlchemyError, Refusal):
                if not g.get("tracker_failing"):
                    raise
                disable_database()
        g.tracker_newsroom = wiring.last_known
        return wiring.last_known

    @property
    def language(self) -> str:
        """The page's language, `en` or `fr`."""
        return i18n.language()

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Every language there is, with its own name for itself."""
        return [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]

    @property
    def theme(self) -> str:
        """`light` or `dark`; "" follows the device."""
        editor = self.editor
        chosen = editor.theme if editor is not None else request.cookies.get("theme", "")
        return chosen if chosen in THEMES else ""

    @property
    def shortcuts(self) -> bool:
        """Whether single keys do things."""
        return self.editor is not None and self.editor.shortcuts

    @property
    def key_hints(self) -> bool:
        """Whether the row of key hints is shown."""
        return self.editor is not None and self.editor.key_hints

    @property
    def here(self) -> str:
        """The path of this page, to come back to; that of a POST is not one to come back to."""
        if not has_request_context() or request.method not in {"GET", "HEAD"}:
            return "/"
        query = urlencode(list(request.args.items(multi=True)))
        path = request.script_root + request.path
        return f"{path}?{query}" if query else path

    @property
    def came_from(self) -> str:
        """The path of our page that led here, "/" where none did."""
        parts = urlsplit(request.referrer or "")
        is_ours = bool(parts.netloc) and parts.netloc == request.host
        return local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path) if is_ours else "/"

    @property
    def help_url(self) -> str:
        """The address of the help for this page; "" where there is none."""
        if self.editor is None:
            return ""
        screen = _HELP_OF_PAGES.get(request.endpoint or "", _HELP.get(request.blueprint or "", ""))
        return url_if("newsroom.help", screen=screen) if screen else ""

    def nav(self, here: str = "") -> list[Link]:
        """The entries of the navigation; the current one is that of `here` or of the blueprint that answers."""
        return list(self._links(here))

    def _links(self, here: str) -> Iterator[Link]:
        roles = self._roles
        for endpoint, label in _PLACES:
            if (url := url_if(endpoint)) and _lets_in(endpoint, roles):
                is_here = endpoint == here if here else endpoint.partition(".")[0] == request.blueprint
                yield Link(url, str(label), is_here)

    def may_see(self, endpoint: str) -> bool:
        """Whether this application has the page, and the reader's role lets them in."""
        return _lets_in(endpoint, self._roles)

    @property
    def _roles(self) -> frozenset[str]:
        return self.editor.role_names if self.editor is not None else frozenset()

    def remember(self, **choice: str) -> bool:
        """Store a choice of language or theme with the editor; whether there is one and it was stored."""
        editor, remember = self.editor, _hooks().remember
        if editor is None or remember is None:
            return False
        remember(editor, choice)
        return True


ctx = PageContext()
