"""Signing in with a passkey: alone, in place of address, password and code; or as the second step after the password."""

from typing import Final

from flask import g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user

from tracker.accounts import login_rate_limit, passkeys
from tracker.accounts.forms import CodeForm, PasskeyForm
from tracker.accounts.models import Editor
from tracker.accounts.routes import passkey_challenges, session_cookies, two_factor_code
from tracker.accounts.routes.blueprint import bp
from tracker.accounts.routes.reauthentication import count_try, mark_fresh, refuse_passkey, refuse_try, too_many_tries
from tracker.accounts.routes.signin import render_login
from tracker.accounts.routes.two_factor_code import render_code
from tracker.errors import Invalid
from tracker.urls import local_path
from tracker.web.access import PUBLIC
from tracker.web.database import session, writing
from tracker.web.i18n import translate
from tracker.web.limits import FORM_MAX

_ALONE: Final = "sign in"
_SECOND: Final = "second step"


@bp.post("/login/passkey/options", needs=PUBLIC, limit=FORM_MAX)
def passkey_sign_in_options() -> ResponseReturnValue:
    """What the browser needs to show any passkey of this site, as JSON. It says nothing about accounts."""
    given, challenge = passkeys.request_options(session(), passkey_challenges.need_site())
    passkey_challenges.keep(_ALONE, challenge)
    return jsonify(given)


@bp.post("/login/passkey", needs=PUBLIC, limit=FORM_MAX)
def passkey_sign_in() -> ResponseReturnValue:
    """Sign in whose passkey it is."""
    form, site = PasskeyForm(request.form), passkey_challenges.need_site()
    limits = session_cookies.limits_for_passkey()
    if minutes := count_try(limits):
        return refuse_try(render_login([too_many_tries(minutes)]), minutes)
    try:
        challenge, _more = passkey_challenges.take(_ALONE)
        with writing() as current:
            shown = passkeys.check(current, site, challenge, form.answer.data)
            editor = current.get_one(Editor, shown.owner_id)
            if not editor.active or not session_cookies.may_enter(editor):
                raise Invalid(passkeys.UNKNOWN)
            login_rate_limit.succeeded(current, limits)
            login_user(editor, authn_via=["passkey"])
    except Invalid as refusal:
        return render_login([translate(refusal.message)]), 422
    mark_fresh(by_passkey=True)
    return redirect(local_path(request.form.get("next")), 303)


@bp.post("/login/code/passkey/options", needs=PUBLIC, limit=FORM_MAX)
def passkey_code_options() -> ResponseReturnValue:
    """What the browser needs to show a passkey of who has given the right password here, as JSON."""
    editor, site = two_factor_code.pending_editor(), passkey_challenges.need_site()
    if editor is None:
        return redirect(url_for("security.login"), 303)
    given, challenge = passkeys.request_options(session(), site, editor)
    passkey_challenges.keep(_SECOND, challenge)
    return jsonify(given)


@bp.post("/login/code/passkey", needs=PUBLIC, limit=FORM_MAX)
def passkey_code() -> ResponseReturnValue:
    """Sign in, if it is a passkey of who has given the right password. Tries are limited as those of codes are."""
    passkey_challenges.need_site()  # where passkeys are off, there is no second step with one
    editor, page = two_factor_code.pending_editor(), CodeForm()
    if editor is None:
        return redirect(url_for("security.login"), 303)
    if (refused := refuse_passkey(editor, _SECOND, page, lambda: render_code(page))) is not None:
        return refused
    keep, onward = two_factor_code.finish()
    with writing():
        g.tracker_keep = keep
        login_user(editor, authn_via=["password", "passkey"])
    mark_fresh(by_passkey=True)
    return redirect(local_path(onward), 303)
