"""The second step of signing in: a code of the app, or one for recovery."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user

from tracker.accounts import login_rate_limit, passkeys, second_factor
from tracker.accounts.forms import CodeForm
from tracker.accounts.models import Editor
from tracker.accounts.routes import passkey_challenges, session_cookies, two_factor_pending
from tracker.accounts.routes.blueprint import bp
from tracker.accounts.routes.reauthentication import count_try, keeper, refuse_try, too_many_tries
from tracker.web.access import public
from tracker.web.database import session, writing
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.limits import FORM_MAX, body_limit
from tracker.web.pages import toast
from tracker.web.urls import local_path


@bp.get("/login/code")
@public
def code() -> ResponseReturnValue:
    """The form for the code, after the right password."""
    if two_factor_pending.editor() is None:
        return redirect(url_for("security.login"), 303)
    return render_code(CodeForm())


@bp.post("/login/code")
@body_limit(FORM_MAX)
@public
def check_code() -> ResponseReturnValue:
    """Sign in, if it is right."""
    editor = two_factor_pending.editor()
    if editor is None:
        return redirect(url_for("security.login"), 303)
    form = CodeForm(request.form)
    limits = session_cookies.limits_for_code(editor.email)
    if minutes := count_try(limits):
        form.form_errors = [too_many_tries(minutes)]
        return refuse_try(render_code(form), minutes)
    before = second_factor.codes_left(editor)
    if not form.validate() or not _is_right(editor, form.code.data):
        form.form_errors = [_("This code is wrong or was already used.")]
        return render_code(form), 422
    keep, onward = two_factor_pending.finish()
    with writing() as current:
        login_rate_limit.succeeded(current, limits)
        g.tracker_keep = keep
        login_user(editor, authn_via=["password", "code"])
    if (left := second_factor.codes_left(editor)) < before:
        # After signing in, which empties the cookie.
        toast(
            ngettext(
                "You used a recovery code. %(n)s is left; make new ones in your account.",
                "You used a recovery code. %(n)s are left.",
                left,
            )
        )
    return redirect(local_path(onward), 303)


def _is_right(editor: Editor, typed: str) -> bool:
    with writing() as current:
        return second_factor.check(current, editor, typed, keeper())


def render_code(form: CodeForm) -> str:
    """Return the page of the second step."""
    editor = two_factor_pending.editor()
    has_app = editor is not None and second_factor.has_app(editor)
    has_passkeys = editor is not None and passkey_challenges.is_offered() and bool(passkeys.list_of(session(), editor.id))
    return render_template("security/code.html", form=form, has_app=has_app, has_passkeys=has_passkeys)
