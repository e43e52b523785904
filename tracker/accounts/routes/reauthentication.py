"""Ask once more who is there before what cannot be undone or gives access away: an unattended browser is not enough for that."""

from typing import Final

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts import login_rate_limit
from tracker.accounts.access import current_editor
from tracker.accounts.forms import PasswordForm
from tracker.accounts.roles import Role
from tracker.accounts.routes import session_cookies
from tracker.accounts.routes.blueprint import bp
from tracker.web.access import editor_or_none, needs
from tracker.web.database import writing
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.limits import FORM_MAX, body_limit
from tracker.web.page_context import ctx
from tracker.web.urls import local_path

SECONDS: Final = 15 * 60
_FRESH: Final = "fresh_at"
# Accounts and their access, settings of the newsroom, erasing: the pages with the form, and what it is sent to.
DANGEROUS: Final = frozenset(
    {
        "people.show", "people.change_roles", "people.disable", "people.enable", "people.reset_second_factor",
        "newsroom.tokens", "newsroom.add_token",
        "newsroom.settings", "newsroom.change_settings",
        "record.erase_form", "record.find_words", "record.look_again", "record.erase_now",
    }
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Check every request to a dangerous address."""
    app.before_request(_require_fresh)


def mark_fresh() -> None:
    """Note that the editor has just shown who they are."""
    cookie[_FRESH] = int(clock.now().timestamp())


def is_fresh() -> bool:
    """Whether the editor showed who they are within SECONDS."""
    at = cookie.get(_FRESH)
    return isinstance(at, int) and 0 <= clock.now().timestamp() - at <= SECONDS


def _require_fresh() -> ResponseReturnValue | None:
    if request.endpoint not in DANGEROUS or editor_or_none() is None or is_fresh():
        return None
    onward = ctx.here if request.method in {"GET", "HEAD"} else ctx.came_from
    return redirect(url_for("newsroom.confirm_identity", next=onward), 303)


@bp.get("/confirm")
@needs(Role.VIEWER)
def confirm_identity() -> ResponseReturnValue:
    """The form for the password, or the way to the provider."""
    return _render(PasswordForm())


@bp.post("/confirm")
@body_limit(FORM_MAX)
@needs(Role.VIEWER)
def confirm_identity_now() -> ResponseReturnValue:
    """Compare the password; tries are limited as those of signing in are."""
    form = PasswordForm(request.form)
    if not form.validate() or not is_password_right(form):
        return _render(form), 422
    mark_fresh()
    return redirect(_onward(), 303)


def is_password_right(form: PasswordForm) -> bool:
    """Whether the form has the current password; otherwise its errors say so. Tries count like those of signing in."""
    editor = current_editor()
    counted = session_cookies.counted(editor.email)
    with writing() as current:
        if minutes := login_rate_limit.admit(current, counted):
            form.form_errors = [too_many_tries(minutes)]
            return False
    if not editor.verify_and_update_password(form.password.data):
        form.password.errors = [_("This is not your current password.")]
        return False
    with writing() as current:
        login_rate_limit.succeeded(current, counted)
    return True


def too_many_tries(minutes: int) -> str:
    """Return the sentence for someone who has to wait."""
    return ngettext(
        "Too many tries to sign in. Wait %(n)s minute, then try again.",
        "Too many tries to sign in. Wait %(n)s minutes, then try again.",
        minutes,
    )


def _onward() -> str:
    return local_path(request.form.get("next") or request.args.get("next"))


def _render(form: PasswordForm) -> str:
    sign_in = current_app.extensions["tracker_settings"].sign_in
    provider_name = sign_in.name if sign_in.has_provider else ""
    has_password = sign_in.local and bool(current_editor().password)
    shown = {"next": _onward(), "has_password": has_password, "provider_name": provider_name}
    return render_template("newsroom/confirm.html", form=form, **shown)
