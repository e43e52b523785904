"""The first start: until there is an editor, only the set-up link works, and every other page explains who has it."""

from typing import Final

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import first_run
from tracker.accounts.forms import FirstEditorForm
from tracker.accounts.routes.blueprint import bp
from tracker.clock import list_timezones
from tracker.newsroom import settings
from tracker.web.access import PUBLIC
from tracker.web.database import app_settings, session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.i18n import use_language
from tracker.web.limits import FORM_MAX
from tracker.web.page_context import ctx
from tracker.web.pages import toast
from tracker.web.public_paths import is_api_path

DONE: Final = "tracker_set_up"  # among an application's extensions: there is an editor
# What answers before there is an editor: these pages, the switches of language and theme, and what probes ask.
_OPEN: Final = frozenset({"newsroom.welcome", "newsroom.set_up", "newsroom.set_up_now"})
_OPEN_BLUEPRINTS: Final = frozenset({"display", "health"})


def init_app(app: Flask) -> None:
    """Redirect every page to the welcome page until there is an account."""
    app.before_request(_lead)


def _lead() -> ResponseReturnValue | None:
    if is_api_path(request.path):
        return None  # without an account there is no token: the answer is 401
    if request.endpoint in _OPEN or request.endpoint is None or request.blueprint in _OPEN_BLUEPRINTS or not _is_needed():
        return None
    return redirect(url_for("newsroom.welcome"), 303)


def _is_needed() -> bool:
    # Asked until there is an editor, and never again: editors are not deleted.
    settings = app_settings()
    if settings.demo or current_app.extensions.get(DONE):
        return False
    needed = first_run.is_needed(session())
    if not needed:
        current_app.extensions[DONE] = True
    return needed


@bp.get("/welcome", needs=PUBLIC)
def welcome() -> ResponseReturnValue:
    """Whom to ask for the link."""
    if not _is_needed():
        return redirect("/", 303)
    return render_template("newsroom/welcome.html")


@bp.get("/welcome/<token>", needs=PUBLIC)
def set_up(token: str) -> ResponseReturnValue:
    """The form that makes the first editor. Looking at it uses nothing up."""
    first_run.check(session(), token)
    form = FirstEditorForm(data={"timezone": ctx.newsroom.timezone, "language": ctx.language})
    return _render(form)


@bp.post("/welcome/<token>", needs=PUBLIC, limit=FORM_MAX)
def set_up_now(token: str) -> ResponseReturnValue:
    """Make the first editor, who signs in then like everybody."""
    first_run.check(session(), token)
    form = FirstEditorForm(request.form)
    form.offer_zones(list_timezones())
    if form.validate():
        with collect_refusals(form), writing() as current:
            who = (form.email.data, form.name.data, form.password.data)
            editor = first_run.create_first_editor(current, token, *who, language=form.language.data)
            chosen = {"name": form.newsroom.data, "timezone": form.timezone.data, "language": form.language.data}
            settings.change(current, editor.actor, **chosen)
    if form.errors:
        return _render(form), 422
    with use_language(form.language.data):  # as the page that shows it
        toast(_("Your newsroom is ready. Sign in to start."))
    return redirect(url_for("security.login"), 303)


def _render(form: FirstEditorForm) -> str:
    if not form.timezone.pairs:
        form.offer_zones(list_timezones())
    return render_template("newsroom/set_up.html", form=form)
