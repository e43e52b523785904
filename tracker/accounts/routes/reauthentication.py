"""Ask once more who is there before what cannot be undone or gives access away: an unattended browser is not enough for that."""

from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts import login_rate_limit, passkeys, second_factor
from tracker.accounts.access import current_editor
from tracker.accounts.forms import PasskeyForm, PasswordForm, SureForm
from tracker.accounts.login_rate_limit import Limit
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.accounts.routes import passkey_challenges, session_cookies
from tracker.accounts.routes.blueprint import bp
from tracker.accounts.second_factor import Keeper
from tracker.errors import Invalid
from tracker.urls import local_path
from tracker.web.access import editor_or_none
from tracker.web.database import app_settings, session, writing
from tracker.web.forms import Form
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext, translate
from tracker.web.limits import FORM_MAX
from tracker.web.page_context import ctx

SECONDS: Final = 15 * 60
_FRESH: Final = "fresh_at"
_BY_PASSKEY: Final = "passkey_at"
_PURPOSE: Final = "confirm"
# Accounts and their access, settings of the newsroom, erasing: the pages with the form, and what it is sent to.
DANGEROUS: Final = frozenset(
    {
        "people.show", "people.change_roles", "people.disable", "people.enable", "people.reset_second_factor",
        "newsroom.tokens", "newsroom.add_token",
        "newsroom.passkeys", "newsroom.passkey_options", "newsroom.add_passkey", "newsroom.rename_passkey",
        "newsroom.remove_passkey",
        "newsroom.settings", "newsroom.change_settings",
        "record.erase_form", "record.find_words", "record.look_again", "record.erase_now",
    }
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Check every request to a dangerous address."""
    app.before_request(_require_fresh)


def keeper() -> Keeper:
    """What this installation keeps the keys of authenticator apps with."""
    return Keeper(app_settings().secret_key)


def mark_fresh(*, by_passkey: bool = False) -> None:
    """Note that the editor has just shown who they are; a passkey is as much as password and code."""
    cookie[_FRESH] = int(clock.now().timestamp())
    cookie.pop(_BY_PASSKEY, None)
    if by_passkey:
        cookie[_BY_PASSKEY] = cookie[_FRESH]


def is_fresh(*, by_passkey: bool = False) -> bool:
    """Whether the editor showed who they are within SECONDS, in any way or by a passkey."""
    at = cookie.get(_BY_PASSKEY if by_passkey else _FRESH)
    return isinstance(at, int) and 0 <= clock.now().timestamp() - at <= SECONDS


def _require_fresh() -> ResponseReturnValue | None:
    if request.endpoint not in DANGEROUS or editor_or_none() is None or is_fresh():
        return None
    onward = ctx.here if request.method in {"GET", "HEAD"} else ctx.came_from
    return redirect(url_for("newsroom.confirm_identity", next=onward), 303)


@bp.get("/confirm", needs=Role.VIEWER)
def confirm_identity() -> ResponseReturnValue:
    """The form for the password, and the code where there is a second factor; a passkey; the way to the provider."""
    return _render(_form())


@bp.post("/confirm", needs=Role.VIEWER, limit=FORM_MAX)
def confirm_identity_now() -> ResponseReturnValue:
    """Compare password and code; tries are limited as those of signing in are."""
    form = _form(request.form)
    if not form.validate() or not is_password_right(form) or not is_code_right(form):
        return _render(form), 422
    mark_fresh()
    return redirect(_onward(), 303)


@bp.post("/confirm/passkey/options", endpoint="confirm_passkey_options", needs=Role.VIEWER, limit=FORM_MAX)
def passkey_options() -> ResponseReturnValue:
    """What the browser needs to show one of the editor's passkeys, as JSON."""
    given, challenge = passkeys.request_options(session(), passkey_challenges.need_site(), current_editor())
    passkey_challenges.keep(_PURPOSE, challenge)
    return jsonify(given)


@bp.post("/confirm/passkey", endpoint="confirm_passkey", needs=Role.VIEWER, limit=FORM_MAX)
def confirm_by_passkey() -> ResponseReturnValue:
    """Check the passkey; tries are limited as those of codes are."""
    form = _form()
    if (refused := refuse_passkey(current_editor(), _PURPOSE, form, lambda: _render(form))) is not None:
        return refused
    mark_fresh(by_passkey=True)
    return redirect(_onward(), 303)


def refuse_passkey(editor: Editor, purpose: str, form: Form, draw: Callable[[], str]) -> Response | None:
    """Check the passkey that was sent; None if it is right, else the page that `draw` makes of the form with its errors."""
    site, limits = passkey_challenges.need_site(), session_cookies.limits_for_code(editor.email)
    if minutes := count_try(limits):
        form.form_errors = [too_many_tries(minutes)]
        return refuse_try(draw(), minutes)
    try:
        challenge, _more = passkey_challenges.take(purpose)
        with writing() as current:
            passkeys.check(current, site, challenge, PasskeyForm(request.form).answer.data, editor_id=editor.id)
            login_rate_limit.succeeded(current, limits)
    except Invalid as refusal:
        form.form_errors = [translate(refusal.message)]
        return make_response(draw(), 422)
    return None


def is_password_right(form: PasswordForm) -> bool:
    """Whether the form has the current password; otherwise its errors say so. Tries count like those of signing in."""
    editor = current_editor()
    limits = session_cookies.limits_for_sign_in(editor.email)
    if minutes := count_try(limits):
        form.form_errors = [too_many_tries(minutes)]
        return False
    if not editor.verify_and_update_password(form.password.data):
        form.password.errors = [_("This is not your current password.")]
        return False
    with writing() as current:
        login_rate_limit.succeeded(current, limits)
    return True


def is_code_right(form: Form) -> bool:
    """Whether a form has a right code of the second factor, where it asks for one; looking uses it up. Tries are limited."""
    if "code" not in form:
        return True
    limits = session_cookies.limits_for_code(current_editor().email)
    with writing() as current:
        if minutes := login_rate_limit.admit(current, limits):
            form.form_errors = [too_many_tries(minutes)]
            return False
        if not second_factor.check(current, current_editor(), form["code"].data, keeper()):
            form["code"].errors = [_("This code is wrong or was already used.")]
            return False
        login_rate_limit.succeeded(current, limits)
    return True


def count_try(limits: list[Limit]) -> int:
    """Count one try in a transaction of its own; the minutes to wait where it may not be made, else 0."""
    with writing() as current:
        return login_rate_limit.admit(current, limits)


def refuse_try(page: str, minutes: int) -> Response:
    """The answer to a try that may not be made yet."""
    return make_response(page, 429, {"Retry-After": str(minutes * 60)})


def too_many_tries(minutes: int) -> str:
    """Return the sentence for someone who has to wait."""
    return ngettext(
        "Too many tries to sign in. Wait %(n)s minute, then try again.",
        "Too many tries to sign in. Wait %(n)s minutes, then try again.",
        minutes,
    )


def has_passkeys() -> bool:
    """Whether the editor can show a passkey here."""
    return passkey_challenges.is_offered() and bool(passkeys.list_of(session(), current_editor().id))


def _form(sent: Any = None) -> PasswordForm:
    return SureForm(sent) if second_factor.is_on(current_editor()) else PasswordForm(sent)


def _onward() -> str:
    return local_path(request.form.get("next") or request.args.get("next"))


def _render(form: PasswordForm) -> str:
    sign_in = app_settings().sign_in
    return render_template(
        "newsroom/confirm.html",
        form=form,
        next=_onward(),
        has_password=sign_in.local and bool(current_editor().password),
        has_passkeys=has_passkeys(),
        provider_name=sign_in.name if sign_in.has_provider else "",
    )
